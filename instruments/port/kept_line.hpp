#pragma once
// A line that is to stay: a serial device, or an instrument that listens on TCP. Opened, and opened again with back-off
// whenever it ends: hang-up, I/O error, cable pulled, peer gone.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "instruments/port/capture.hpp"
#include "instruments/port/conversation.hpp"
#include "instruments/port/serial_device.hpp"

namespace lab::port {

struct SerialEnd {
  std::string device;
  SerialSettings settings{};
};

/// The instrument, or a serial-to-TCP box, that waits for us there.
struct TcpEnd {
  std::string host;
  std::uint16_t port = 0;
};

using LineEnd = std::variant<SerialEnd, TcpEnd>;

class KeptLine {
 public:
  static constexpr Milliseconds reopen_first{100};
  static constexpr Milliseconds reopen_longest{5'000};
  static constexpr Milliseconds connect_timeout{10'000};

  struct Options {
    LineEnd end;
    bool seven_bits = false;  // mask the top bit: a line that keeps eight bits of an instrument that sends seven
    /// Called each time the line opens: who speaks on it now.
    std::function<std::shared_ptr<Conversation>()> conversation;
    /// Why the line is down, each reason once until it is up again; and settings that a pseudo terminal does not keep.
    std::function<void(const std::string& what)> on_trouble;
  };

  /// Never fails: an end that is not there yet is waited for.
  KeptLine(boost::asio::io_context& io, Options options);
  ~KeptLine();
  KeptLine(const KeptLine&) = delete;
  KeptLine& operator=(const KeptLine&) = delete;

  [[nodiscard]] bool is_open() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// "/dev/ttyUSB0" or "host:port", for troubles.
std::string name_of(const LineEnd& end);

}  // namespace lab::port
