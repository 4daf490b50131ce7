#pragma once
// An analyser that sends results by ASTM E1381 over TCP, written from the standard and sharing no code with the
// receiver: it frames, waits for answers, repeats and gives up as an instrument does.

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::sim {

struct AnalyserResult {
  std::string analyte;
  std::string value;
  std::string unit;
};

struct AnalyserMessage {
  std::string sample;
  std::vector<AnalyserResult> results;
};

/// What goes wrong on the line, each once per message unless it says otherwise.
struct LineFaults {
  bool bad_checksum_first = false;  // the second frame goes out damaged, then right
  bool lose_acks = false;           // every ACK of a frame is taken for lost once: each frame is sent twice
  bool byte_at_a_time = false;      // as a serial-to-TCP box does
  bool merge_keep_alive = false;    // ENQ, EOT without a frame before each message
};

struct AnalyserOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string name = "SIM-1";
  LineFaults faults{};
  Milliseconds reply_timeout{15'000};  // E1381: the sender waits this long for every answer
  /// Silence between two messages. An EOT that the line turned into an ENQ is answered: whoever asks again at once
  /// takes that answer for the next one, and is ahead of the receiver by one acknowledgement from then on.
  Milliseconds turnaround{0};
  Milliseconds pause{10'000};               // E1381: before it asks again after a NAK, and before a message is repeated
  std::function<void()> on_acknowledged{};  // after each message of the stubborn analyser, on its thread
};

/// The records of one message, each ended by CR: H, P, O, one R per result, L.
std::vector<std::string> astm_records(const AnalyserMessage& message, const std::string& analyser_name);

/// STX, number, text, ETX or ETB, checksum, CR LF.
Bytes astm_frame(int number, const std::string& text, bool last);

/// Connects, sends all messages one after the other, one transfer each, and closes. Blocking.
/// Returns how many were acknowledged to the end; an error when the peer refuses or is silent.
Result<std::size_t> send_astm(const AnalyserOptions& options, const std::vector<AnalyserMessage>& messages);

/// What a stubborn analyser went through.
struct AnalyserCounts {
  std::size_t acknowledged = 0;  // messages, to their last frame
  std::size_t connections = 0;
  std::size_t repeated = 0;  // whole messages sent again
};

/// The same, as an analyser with a memory does it: a message is repeated, over a new connection when the old one has
/// gone, until it is acknowledged or `stop` is asked for. After silence it waits and forgets what came meanwhile, so
/// that no late answer is taken for the answer to what it sends next. Blocking.
AnalyserCounts send_astm_until_acknowledged(const AnalyserOptions& options,
                                            const std::vector<AnalyserMessage>& messages, const std::stop_token& stop);

}  // namespace lab::sim
