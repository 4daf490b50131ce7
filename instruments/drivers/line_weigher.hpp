#pragma once
// A balance or meter that answers a command with one print line, and prints by itself when somebody presses its key.

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "instruments/drivers/balance_host.hpp"
#include "instruments/drivers/weighing_line.hpp"

namespace lab::drivers {

class LineWeigher : public BalanceHost {
 public:
  struct Speech {
    std::string_view ask;       // the command that prints, with its line end
    std::string_view greeting;  // sent when the line opens: a meter says who it is; empty: nothing
    std::function<std::optional<WeighingLine>(std::string_view line)> parse;
  };
  /// How long a pan may take to come to rest.
  static constexpr std::chrono::seconds weighing_timeout{60};
  /// A print command is answered at once, or the line is dead.
  static constexpr std::chrono::seconds reply_timeout{5};
  /// While the pan moves it is asked again so often.
  static constexpr Milliseconds ask_again{500};
  static constexpr std::size_t weighed_max = 256;    // of prints that nobody takes
  static constexpr std::size_t forms_told_max = 64;  // the headings of a print-out are a dozen

  explicit LineWeigher(Speech speech) : speech_(std::move(speech)) {}

  void connected(UtcTime now) override;
  Result<void> weigh(UtcTime now) override { return ask(Weighed::Cause::asked, now); }
  Result<void> poll(UtcTime now) override { return ask(Weighed::Cause::polled, now); }
  void push(BytesView bytes, UtcTime now) override;
  void tick(UtcTime now) override;
  [[nodiscard]] std::optional<UtcTime> wake_at() const override;
  [[nodiscard]] Bytes take_output() override;
  [[nodiscard]] std::vector<Weighed> take_weighed() override;
  void disconnected() override;

 private:
  // There is no command that cancels a print. After one that was not answered, nothing may be asked until the line has
  // been silent: a late answer is then a print of nobody's, and not the weight of the next vessel.
  enum class State { idle, waiting, pausing, settling };

  Result<void> ask(Weighed::Cause cause, UtcTime now);
  void take_line(const Bytes& line, UtcTime now);
  enum class Unread { form, damage };
  void take_unread(std::string what, Unread kind);
  void take_unstable(UtcTime now);
  void finish(bool stable, std::string error, Bytes raw);
  void add(Weighed weighed);

  Speech speech_;
  State state_ = State::idle;
  Weighed::Cause cause_ = Weighed::Cause::asked;
  UtcTime due_{};      // the answer, the next command, or the end of silence
  UtcTime give_up_{};  // of a weighing
  Bytes line_;
  bool is_greeted_ = true;  // nothing is said in answer to a greeting any more
  std::string unread_;      // what came instead of the weight that was asked for
  std::set<Bytes> told_;    // forms of lines that are no weight: each is told once while the line is up
  bool skipping_ = false;   // the line in progress is too long and is dropped up to its end
  Bytes output_;
  std::vector<Weighed> weighed_;
};

}  // namespace lab::drivers
