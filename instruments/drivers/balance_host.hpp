#pragma once
// The host side of a balance, whatever it speaks: asks for a weight, reads answers and prints. Owns no line, no clock.
// Turn: push() what arrived or ask, send take_output(), read take_weighed(), sleep until wake_at(), tick().

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::drivers {

enum class BalanceKind { mt_sics, sartorius_sbi, line_meter };

/// What a balance said: one stable weight, or why there is none.
struct Weighed {
  enum class Cause { asked, polled, printed };
  Cause cause = Cause::printed;
  bool stable = false;  // then raw is a capture of this one weight
  std::string error{};  // for a technician; may be empty when nothing is wrong but the pan is in motion
  Bytes raw{};
};

class BalanceHost {
 public:
  BalanceHost() = default;
  BalanceHost(const BalanceHost&) = delete;
  BalanceHost& operator=(const BalanceHost&) = delete;
  virtual ~BalanceHost() = default;

  /// The line is open: cancels what was asked before it broke, as far as the balance can.
  virtual void connected(UtcTime now) = 0;
  /// Asks for the next stable weight; answered once with Cause::asked. Conflict while the balance is busy.
  virtual Result<void> weigh(UtcTime now) = 0;
  /// Asks what lies on the pan now; answered once with Cause::polled. Conflict while the balance is busy.
  virtual Result<void> poll(UtcTime now) = 0;
  virtual void push(BytesView bytes, UtcTime now) = 0;
  virtual void tick(UtcTime now) = 0;
  [[nodiscard]] virtual std::optional<UtcTime> wake_at() const = 0;
  [[nodiscard]] virtual Bytes take_output() = 0;
  [[nodiscard]] virtual std::vector<Weighed> take_weighed() = 0;
  /// The line was lost: what was asked is answered with an error, and half a line is forgotten.
  virtual void disconnected() = 0;
};

/// `unit_of_meter`: of a line meter that prints numbers without their unit.
std::unique_ptr<BalanceHost> make_balance_host(BalanceKind kind, const std::string& unit_of_meter = {});

}  // namespace lab::drivers
