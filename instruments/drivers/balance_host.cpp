#include "instruments/drivers/balance_host.hpp"

#include <utility>

#include "instruments/drivers/line_weigher.hpp"
#include "instruments/drivers/sics.hpp"
#include "protocol/base/check.hpp"

namespace lab::drivers {
namespace {

constexpr std::string_view weighing = "S";
constexpr std::string_view polling = "SI";
constexpr std::string_view reset = "@";

class SicsWeigher : public BalanceHost {
 public:
  // A weight that was asked for before the line broke must not answer the next question. On a fresh line nothing can be
  // open, so asking cannot fail.
  void connected(UtcTime now) override { LAB_CHECK(host_.ask(reset, now)); }
  Result<void> weigh(UtcTime now) override { return host_.ask(weighing, now); }
  Result<void> poll(UtcTime now) override { return host_.ask(polling, now); }
  void push(BytesView bytes, UtcTime now) override { host_.push(bytes, now); }
  void tick(UtcTime now) override { host_.tick(now); }
  [[nodiscard]] std::optional<UtcTime> wake_at() const override { return host_.wake_at(); }
  [[nodiscard]] Bytes take_output() override { return host_.take_output(); }
  void disconnected() override { host_.disconnected(); }

  [[nodiscard]] std::vector<Weighed> take_weighed() override {
    std::vector<Weighed> all;
    for (SicsAnswer& answer : host_.take_answers()) {
      const bool stable = answer.stable_weight() != nullptr;
      all.push_back({.cause = answer.asked == weighing  ? Weighed::Cause::asked
                              : answer.asked == polling ? Weighed::Cause::polled
                                                        : Weighed::Cause::printed,
                     .stable = stable,
                     .error = std::move(answer.error),
                     .raw = std::move(answer.raw)});
    }
    return all;
  }

 private:
  SicsHost host_;
};

}  // namespace

std::unique_ptr<BalanceHost> make_balance_host(BalanceKind kind, const std::string& unit_of_meter) {
  switch (kind) {
    case BalanceKind::mt_sics:
      return std::make_unique<SicsWeigher>();
    case BalanceKind::sartorius_sbi:
      return std::make_unique<LineWeigher>(
          LineWeigher::Speech{.ask = "\x1BP\r\n", .greeting = {}, .parse = parse_sbi_line});
    case BalanceKind::line_meter:
      return std::make_unique<LineWeigher>(LineWeigher::Speech{
          .ask = "READ?\r\n", .greeting = "*IDN?\r\n", .parse = [unit_of_meter](std::string_view line) {
            return parse_meter_line(line, unit_of_meter);
          }});
  }
  return nullptr;
}

}  // namespace lab::drivers
