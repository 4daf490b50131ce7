#include "instruments/drivers/sics.hpp"

#include <fmt/format.h>
#include <utility>

#include "instruments/drivers/read_value.hpp"

namespace lab::drivers {
namespace {

constexpr std::string_view reset_command = "@";
constexpr std::string_view reset_answer = "I4";  // the serial number, as after switching on

bool is_weighing(std::string_view command) { return command.starts_with('S'); }

bool answers(const SicsReply& reply, std::string_view asked) {
  if (reply.command.empty()) return true;  // ES, ET, EL name no command
  if (asked == reset_command) return reply.command == reset_answer;
  return reply.command == asked || (is_weighing(asked) && reply.command == "S");  // SI is answered with an S line
}

}  // namespace

const SicsReply* SicsAnswer::stable_weight() const {
  if (!error.empty() || replies.size() != 1) return nullptr;
  return replies.front().status == SicsStatus::weight_stable ? &replies.front() : nullptr;
}

Result<void> SicsHost::ask(std::string_view command, UtcTime now) {
  if (state_ == State::waiting) {
    return fail(ErrorCode::conflict, fmt::format("天平还没有回答“{}”，请稍候", open_.asked));
  }
  if (state_ == State::clearing) {
    return fail(ErrorCode::conflict, "天平没有回答，正在复位；请检查连线和电源后重试");
  }
  const std::string_view word = command.substr(0, command.find(' '));
  open_ = {.asked = std::string{word}};
  output_ += command;
  output_ += "\r\n";
  deadline_ = now + (is_weighing(word) ? weighing_timeout : reply_timeout);
  state_ = State::waiting;
  return {};
}

void SicsHost::push(BytesView bytes, UtcTime now) {
  tick(now);
  for (const char c : bytes) {
    if (!skipping_) buffer_ += c;
    if (c != '\n') {
      skipping_ = skipping_ || buffer_.size() > sics_line_octets_max;
      if (skipping_) buffer_.clear();
      continue;
    }
    if (std::exchange(skipping_, false)) {
      add({.error = fmt::format("已忽略超过 {} 字节的一行", sics_line_octets_max)});
      continue;
    }
    take_line(std::exchange(buffer_, {}), now);
  }
}

void SicsHost::take_line(Bytes line, UtcTime now) {
  const std::string_view text = trim(line);
  if (text.empty()) return;
  const auto reply = parse_sics_line(text);
  if (state_ == State::clearing) {
    if (reply && reply->command == reset_answer) state_ = State::idle;
    return;
  }
  if (!reply) {
    if (state_ == State::waiting) {
      open_.raw += line;
      finish(fmt::format("天平的回答“{}”不是 MT-SICS，请检查接口设置", text));
    } else {
      add({.error = fmt::format("收到的“{}”不是 MT-SICS，请检查接口设置", text), .raw = std::move(line)});
    }
    return;
  }
  if (state_ == State::waiting && reply->command == reset_answer && !answers(*reply, open_.asked)) {
    finish("天平刚刚重新开机，请重新称量");
  }
  if (state_ == State::waiting && answers(*reply, open_.asked)) {
    if (reply->status == SicsStatus::more_follows) deadline_ = now + reply_timeout;
    return take_reply(*reply, line);
  }
  SicsAnswer spoken{.replies = {*reply}, .error = sics_error_text(*reply), .raw = std::move(line)};
  add(std::move(spoken));
}

void SicsHost::take_reply(const SicsReply& reply, BytesView line) {
  constexpr std::size_t replies_max = 1024;  // I0 lists some hundred commands
  open_.raw += line;
  if (const std::string error = sics_error_text(reply); !error.empty()) return finish(error);
  if (open_.replies.size() >= replies_max) return finish("天平的回答没有结束，请重新称量");
  open_.replies.push_back(reply);
  if (reply.status != SicsStatus::more_follows) finish({});
}

void SicsHost::tick(UtcTime now) {
  if (state_ == State::idle || now < deadline_) return;
  const bool was_weighing_or_asking = state_ == State::waiting;
  if (was_weighing_or_asking) finish("天平没有回答，请检查连线、电源和接口设置");
  // Also a reset that got no answer is repeated: the line stays closed until the balance is back.
  output_ = fmt::format("{}\r\n", reset_command);
  deadline_ = now + reply_timeout;
  state_ = State::clearing;
}

std::optional<UtcTime> SicsHost::wake_at() const {
  if (state_ == State::idle) return std::nullopt;
  return deadline_;
}

Bytes SicsHost::take_output() { return std::exchange(output_, {}); }

std::vector<SicsAnswer> SicsHost::take_answers() { return std::exchange(answers_, {}); }

void SicsHost::disconnected() {
  if (state_ == State::waiting) finish("与天平的连接中断，请重新称量");
  state_ = State::idle;
  buffer_.clear();
  output_.clear();
  skipping_ = false;
}

void SicsHost::finish(std::string error) {
  open_.error = std::move(error);
  add(std::exchange(open_, {}));
  state_ = State::idle;
}

void SicsHost::add(SicsAnswer answer) {
  // Somebody waits for what was asked; there is at most one such answer between two calls of ask().
  if (!answer.asked.empty() || answers_.size() < answers_max) answers_.push_back(std::move(answer));
}

}  // namespace lab::drivers
