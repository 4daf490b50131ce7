#pragma once
// A balance that speaks MT-SICS on a serial line.

#include <functional>
#include <memory>
#include <string>

#include "instruments/port/capture.hpp"
#include "instruments/port/serial_device.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

/// Delivers every stable weight that was printed at the balance, or (with `poll`) newly put on it, as a capture of the
/// one reply line; the weight that weigh() asked for goes to who asked, and to nobody else. Two equal weights give
/// equal octets: captures of a balance are told apart by their time, not by their hash. Reopens the line with back-off
/// when it ends (end of file, I/O error, cable pulled), and cancels what was going on in the balance before the next
/// weighing.
class SicsLine {
 public:
  struct Options {
    std::string port_name;
    std::string instrument;
    std::string device;
    SerialSettings serial{};
    Milliseconds poll{0};  // 0: only on demand and by the print key
  };
  static constexpr Milliseconds reopen_first{100};
  static constexpr Milliseconds reopen_longest{5000};

  /// Never fails: a device that is not there yet is waited for.
  SicsLine(boost::asio::io_context& io, Options options, OnCapture on_capture, OnTrouble on_trouble);
  ~SicsLine();
  SicsLine(const SicsLine&) = delete;
  SicsLine& operator=(const SicsLine&) = delete;

  /// The weight, or why there is none, for a person: in motion, overload, no answer, cable pulled.
  using OnWeighed = std::function<void(Result<Capture>)>;

  /// Asks for the next stable weight. Unavailable while the line is down, conflict while the balance is busy: then
  /// `on_weighed` is never called. Otherwise it is called exactly once while the line lives, on the loop's thread, and
  /// for every failure, also when the same one was already told as trouble.
  Result<void> weigh(OnWeighed on_weighed);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lab::port
