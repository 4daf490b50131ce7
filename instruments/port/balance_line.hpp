#pragma once
// A balance, or a meter that prints one value a line.

#include <functional>
#include <memory>
#include <string>

#include "instruments/drivers/balance_host.hpp"
#include "instruments/port/capture.hpp"
#include "instruments/port/kept_line.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

/// Delivers every stable weight that was printed at the balance, or (with `poll`) newly put on it, as a capture of the
/// one reply line; the weight that weigh() asked for goes to who asked, and to nobody else. Two equal weights give
/// equal octets: captures of a balance are told apart by their time, not by their hash. The line is opened again when
/// it ends, and what was going on in the balance is cancelled before the next weighing.
class BalanceLine {
 public:
  struct Options {
    std::string port_name;
    std::string instrument;
    drivers::BalanceKind kind = drivers::BalanceKind::mt_sics;
    std::string unit_of_meter{};  // of a meter that prints none
    LineEnd end;
    bool seven_bits = false;
    Milliseconds poll{0};  // 0: only on demand and by the print key
  };

  /// Never fails: a device that is not there yet is waited for.
  BalanceLine(boost::asio::io_context& io, Options options, OnCapture on_capture, OnTrouble on_trouble);
  ~BalanceLine();
  BalanceLine(const BalanceLine&) = delete;
  BalanceLine& operator=(const BalanceLine&) = delete;

  /// The weight, or why there is none, for a person: in motion, overload, no answer, cable pulled.
  using OnWeighed = std::function<void(Result<Capture>)>;

  /// Asks for the next stable weight. Unavailable while the line is down, conflict while the balance is busy: then
  /// `on_weighed` is never called. Otherwise it is called exactly once while the line lives, on the loop's thread, and
  /// for every failure, also when the same one was already told as trouble.
  Result<void> weigh(OnWeighed on_weighed);

 private:
  class Talk;
  std::shared_ptr<Talk> talk_;
  std::unique_ptr<KeptLine> line_;
};

}  // namespace lab::port
