#include "instruments/drivers/line_weigher.hpp"

#include <fmt/format.h>
#include <utility>

#include "instruments/drivers/read_value.hpp"
#include "protocol/base/text.hpp"

namespace lab::drivers {
namespace {

// "pH 7.01" and "pH 7.02" are lines of one form.
Bytes form_of(std::string_view line) {
  Bytes form{line};
  for (char& c : form) {
    if (c >= '0' && c <= '9') c = '#';
  }
  return form;
}

bool is_damaged(std::string_view line) { return line.find('\0') != std::string_view::npos; }

// A line that was damaged on its way, or one that nobody here understands.
std::string why_unread(std::string_view line) {
  constexpr const char* damaged = "收到的“{}”含有奇偶校验不符的字符，没有采用，请检查电缆和接口设置后重新打印";
  constexpr const char* foreign = "收到的“{}”不是数值和单位，没有采用，请检查天平或仪表的输出格式";
  return fmt::format(fmt::runtime(is_damaged(line) ? damaged : foreign), tidy(trim(line)));
}

}  // namespace

void LineWeigher::connected(UtcTime now) {
  output_ += speech_.greeting;
  is_greeted_ = speech_.greeting.empty();
  told_.clear();
  state_ = State::settling;  // what was asked before the line broke may still be answered
  due_ = now + ask_again;
}

Result<void> LineWeigher::ask(Weighed::Cause cause, UtcTime now) {
  if (state_ == State::settling && now >= due_) state_ = State::idle;
  if (state_ == State::settling) return fail(ErrorCode::conflict, "天平没有回答，正在等线路安静；请稍候重试");
  if (state_ != State::idle) return fail(ErrorCode::conflict, "天平还没有回答上一次称量，请稍候");
  cause_ = cause;
  output_ += speech_.ask;
  unread_.clear();
  due_ = now + reply_timeout;
  give_up_ = now + weighing_timeout;
  state_ = State::waiting;
  return {};
}

void LineWeigher::push(BytesView bytes, UtcTime now) {
  tick(now);
  for (const char c : bytes) {
    if (c == '\r' || c == '\n') {
      if (std::exchange(skipping_, false)) {
        take_unread(fmt::format("已忽略超过 {} 字节的一行，请检查天平或仪表的输出格式", weighing_line_octets_max),
                    Unread::damage);
      } else if (!line_.empty()) {
        take_line(line_, now);
      }
      line_.clear();
      continue;
    }
    if (!skipping_) line_ += c;
    skipping_ = skipping_ || line_.size() > weighing_line_octets_max;
    if (skipping_) line_.clear();
  }
}

void LineWeigher::take_line(const Bytes& line, UtcTime now) {
  if (trim(line).empty()) return;
  if (state_ == State::settling) due_ = now + reply_timeout;
  const auto read = speech_.parse(line);
  const bool is_greeting = !std::exchange(is_greeted_, true);
  if (!read && is_greeting) return;
  if (!read) return take_unread(why_unread(line), is_damaged(line) ? Unread::damage : Unread::form);
  const bool asked = state_ == State::waiting;
  std::string error = weighing_error_text(read->state);
  if (read->state == WeighingState::stable) {
    if (asked) return finish(true, {}, line + "\r\n");
    return add({.cause = Weighed::Cause::printed, .stable = true, .error = {}, .raw = line + "\r\n"});
  }
  if (asked && read->state == WeighingState::unstable) return take_unstable(now);
  if (asked && !error.empty()) return finish(false, std::move(error), line + "\r\n");
  if (!error.empty()) add({.cause = Weighed::Cause::printed, .stable = false, .error = std::move(error), .raw = {}});
}

// A heading of a print-out, a reading in a form of its own, a damaged line. The headings may stand before the weight
// that was asked for, so that one is waited for. A damaged line may have been a weight: it is never silent.
void LineWeigher::take_unread(std::string what, Unread kind) {
  if (state_ == State::waiting && cause_ == Weighed::Cause::asked) {
    unread_ = std::move(what);
    return;
  }
  const bool is_form = kind == Unread::form;
  if (is_form && (told_.size() >= forms_told_max || !told_.insert(form_of(what)).second)) return;
  add({.cause = Weighed::Cause::printed, .stable = false, .error = std::move(what), .raw = {}});
}

void LineWeigher::take_unstable(UtcTime now) {
  if (cause_ == Weighed::Cause::polled) return finish(false, {}, {});
  state_ = State::pausing;
  due_ = now + ask_again;
}

void LineWeigher::tick(UtcTime now) {
  if (state_ == State::idle || now < due_) return;
  switch (state_) {
    case State::idle:
      return;
    case State::settling:
      state_ = State::idle;
      return;
    case State::pausing:
      if (now >= give_up_) return finish(false, "读数没有稳定，请稍候重新称量", {});
      output_ += speech_.ask;
      due_ = now + reply_timeout;
      state_ = State::waiting;
      return;
    case State::waiting:
      finish(false, unread_.empty() ? "天平没有回答，请检查连线、电源和接口设置" : unread_, {});
      state_ = State::settling;
      due_ = now + reply_timeout;
  }
}

std::optional<UtcTime> LineWeigher::wake_at() const {
  if (state_ == State::idle) return std::nullopt;
  return due_;
}

Bytes LineWeigher::take_output() { return std::exchange(output_, {}); }

std::vector<Weighed> LineWeigher::take_weighed() { return std::exchange(weighed_, {}); }

void LineWeigher::disconnected() {
  if (state_ == State::waiting || state_ == State::pausing) finish(false, "与天平的连接中断，请重新称量", {});
  state_ = State::idle;
  line_.clear();
  output_.clear();
  skipping_ = false;
}

void LineWeigher::finish(bool stable, std::string error, Bytes raw) {
  state_ = State::idle;
  add({.cause = cause_, .stable = stable, .error = std::move(error), .raw = std::move(raw)});
}

void LineWeigher::add(Weighed weighed) {
  // Somebody waits for what was asked; there is at most one such answer between two questions.
  if (weighed.cause != Weighed::Cause::printed || weighed_.size() < weighed_max) weighed_.push_back(std::move(weighed));
}

}  // namespace lab::drivers
