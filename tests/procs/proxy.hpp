#pragma once
// A TCP connection that misbehaves on purpose: a listener on the loopback address that carries octets to another port,
// with one fault at a time. What it does to which octets follows from the seed and from what comes.

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace lab::procs {

enum class WireFault : std::uint8_t {
  none,
  reset,              // every connection ends with RST, and each new one after its first octets
  half_open,          // the peer has vanished: nothing is carried and nobody is told, not even about an end
  stall,              // octets wait, in both directions
  trickle,            // one octet at a time
  cut_in_frame,       // a connection ends in the middle of a ZMTP frame
  duplicate_connect,  // what a client has said is said again, in a second connection beside the first
  one_way_up,         // what the client says waits
  one_way_down,       // what the server says waits
  delay,              // each piece is late by up to 300 ms; order is kept, as TCP does
  partition,          // RST, and no new connection at all
};
constexpr std::size_t wire_faults = static_cast<std::size_t>(WireFault::partition) + 1;
const char* name_of(WireFault fault);

/// A thread of its own. Throws boost::system::system_error when there is no port.
class Proxy {
 public:
  Proxy(std::uint16_t to, std::uint64_t seed);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// From now on; octets that wait because of the fault before are carried first. Half-open connections stay dead.
  void set(WireFault fault);
  void heal() { set(WireFault::none); }
  /// How often a fault has really met octets or connections since the start.
  [[nodiscard]] std::uint64_t fired(WireFault fault) const;
  [[nodiscard]] std::uint64_t fired() const;

 private:
  class Wires;
  std::unique_ptr<Wires> wires_;
};

/// Where a stream of ZMTP is: behind a greeting of 64 octets, frames with their length in front (RFC 37).
class FrameTracker {
 public:
  void take(char octet);
  /// Some octets of a frame have been seen and some have not.
  [[nodiscard]] bool is_inside() const { return greeting_left_ == 0 && inside_; }

 private:
  std::uint64_t greeting_left_ = 64;
  bool inside_ = false;
  unsigned length_left_ = 0;  // octets of the length field
  std::uint64_t body_left_ = 0;
};

}  // namespace lab::procs
