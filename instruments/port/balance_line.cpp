#include "instruments/port/balance_line.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "protocol/base/clock.hpp"

namespace lab::port {

using drivers::Weighed;

// One conversation for the life of the balance: who waits for a weight must hear of the line's end.
class BalanceLine::Talk : public Conversation, public std::enable_shared_from_this<Talk> {
 public:
  Talk(const Options& options, OnCapture on_capture, OnTrouble on_trouble)
      : port_name_(options.port_name),
        instrument_(options.instrument),
        place_(name_of(options.end)),
        poll_(options.poll),
        host_(drivers::make_balance_host(options.kind, options.unit_of_meter)),
        on_capture_(std::move(on_capture)),
        on_trouble_(std::move(on_trouble)) {}

  void connected(UtcTime now) override {
    host_->connected(now);
    if (poll_ > Milliseconds{0}) next_poll_ = now + poll_;
  }
  void received(BytesView bytes, UtcTime now) override { host_->push(bytes, now); }
  void tick(UtcTime now) override {
    host_->tick(now);
    if (!next_poll_ || now < *next_poll_) return;
    static_cast<void>(host_->poll(now));  // busy: the next poll will do
    next_poll_ = now + poll_;
  }
  [[nodiscard]] std::optional<UtcTime> wake_at() const override {
    const auto host = host_->wake_at();
    if (!host || !next_poll_) return host ? host : next_poll_;
    return std::min(*host, *next_poll_);
  }
  [[nodiscard]] Bytes take_output() override { return host_->take_output(); }
  void report() override {
    for (Weighed& weighed : host_->take_weighed()) report_one(weighed);
  }
  void disconnected() override {
    next_poll_.reset();
    host_->disconnected();
  }

  Result<void> weigh(OnWeighed on_weighed) {
    if (auto asked = host_->weigh(monotonic_clock()); !asked) return asked;
    on_weighed_ = std::move(on_weighed);
    turn();
    return {};
  }

  [[nodiscard]] const std::string& place() const { return place_; }

 private:
  void report_one(Weighed& weighed) {
    if (!weighed.stable) return report_none(weighed);
    complaint_.clear();
    const bool polled = weighed.cause == Weighed::Cause::polled;
    if (polled && std::exchange(last_polled_, weighed.raw) == weighed.raw) return;  // still the same load
    Capture capture{port_name_, instrument_, std::move(weighed.raw), wall_clock()};
    if (weighed.cause == Weighed::Cause::asked) return std::exchange(on_weighed_, {})(std::move(capture));
    on_capture_(std::move(capture), [weak = weak_from_this()](bool stored) {
      const auto self = weak.lock();
      if (self && !stored) self->on_trouble_(self->port_name_, "重量未能保存，请重新称量");
    });
  }

  void report_none(const Weighed& weighed) {
    // A poll that finds the pan in motion is no trouble, and the next load a new one.
    if (weighed.cause == Weighed::Cause::polled) return last_polled_.clear();
    const bool asked = weighed.cause == Weighed::Cause::asked;
    const std::string why = asked && weighed.error.empty() ? "读数没有稳定，请稍候重新称量" : weighed.error;
    if (why.empty()) return;
    const std::string what = fmt::format("{}：{}", place_, why);
    if (std::exchange(complaint_, what) != what) on_trouble_(port_name_, what);
    // Who asked waits for this very answer; whether it is news does not matter.
    if (asked) std::exchange(on_weighed_, {})(fail(ErrorCode::unavailable, why, place_));
  }

  std::string port_name_;
  std::string instrument_;
  std::string place_;
  Milliseconds poll_;
  std::unique_ptr<drivers::BalanceHost> host_;
  OnCapture on_capture_;
  OnTrouble on_trouble_;
  OnWeighed on_weighed_;  // there is one exactly while a weighing is unanswered
  std::optional<UtcTime> next_poll_;
  Bytes last_polled_;
  std::string complaint_;
};

BalanceLine::BalanceLine(boost::asio::io_context& io, Options options, OnCapture on_capture, OnTrouble on_trouble)
    : talk_(std::make_shared<Talk>(options, std::move(on_capture), on_trouble)) {
  line_ = std::make_unique<KeptLine>(
      io, KeptLine::Options{.end = std::move(options.end),
                            .seven_bits = options.seven_bits,
                            .conversation = [talk = talk_] { return talk; },
                            .on_trouble = [on_trouble = std::move(on_trouble), name = options.port_name](
                                              const std::string& what) { on_trouble(name, what); }});
}

BalanceLine::~BalanceLine() = default;

Result<void> BalanceLine::weigh(OnWeighed on_weighed) {
  if (!line_->is_open()) return fail(ErrorCode::unavailable, "天平没有连接，请检查连线和电源", talk_->place());
  return talk_->weigh(std::move(on_weighed));
}

}  // namespace lab::port
