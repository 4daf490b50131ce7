#pragma once
// Every limit and time of the wire, with its reason.

#include <chrono>
#include <cstddef>

namespace lab::transport {

/// The largest frame either side sends or makes use of. Events travel in 256 KiB, attachments in chunks of that size.
constexpr std::size_t frame_max = std::size_t{1} << 20;

/// The largest frame that is still read, so that whoever refuses it can name its sender. A larger one ends the
/// connection before it is in memory; then nobody knows whose it was.
constexpr std::size_t frame_read_max = 4 * frame_max;

/// Frames handed over in one piece: long enough to share one commit, short enough to stay fair between sockets.
constexpr std::size_t batch_max = 256;

/// Frames per connection inside ZeroMQ. Four times the window of unacknowledged messages of a session (64): a session
/// that keeps its window never meets it.
constexpr int high_water_mark = 256;

/// Frames, and their octets, that wait for the transport thread. A province of 21 nodes with full windows fits twice.
constexpr std::size_t queue_frames_max = 4096;
constexpr std::size_t queue_bytes_max = std::size_t{64} << 20;

/// Senders remembered on the enrolment socket, where anybody may speak; the oldest is forgotten first.
constexpr std::size_t enrol_peers_max = 1024;

/// A dead TCP connection is noticed within 15 s; three heartbeats may get lost.
constexpr std::chrono::milliseconds heartbeat_interval{5000};
constexpr std::chrono::milliseconds heartbeat_timeout{15000};

/// Connecting and the CURVE handshake; longer only helps someone who holds sockets open.
constexpr std::chrono::milliseconds handshake_timeout{5000};

/// Between two attempts to connect: doubled up to the maximum, and shortened at random by up to half, so that a
/// province does not come back in the same instant after a restart of the coordinator.
constexpr std::chrono::milliseconds reconnect_first{500};
constexpr std::chrono::milliseconds reconnect_max{60000};

/// For a port that a predecessor in the same process is still closing.
constexpr std::chrono::milliseconds bind_patience{1000};

}  // namespace lab::transport
