#include "instruments/drivers/astm_sender.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "instruments/drivers/astm_frame.hpp"
#include "protocol/base/check.hpp"

namespace lab::drivers {
namespace {

// The ten characters that LIS1-A 6.6 bars from the text of a frame, CR apart: it ends a record.
bool is_barred(char c) {
  constexpr std::string_view barred{"\x00\x01\x02\x03\x04\x05\x06\x10\x11\x12\x13\x14\x15\x16\x17\x0A", 16};
  return barred.find(c) != std::string_view::npos;
}

// One record a frame, so that a refused frame costs little; a record that is too long goes in several.
std::vector<Bytes> frames_of(std::string_view records) {
  std::vector<Bytes> frames;
  int number = 0;
  while (!records.empty()) {
    std::string_view record = records.substr(0, records.find('\r') + 1);
    records.remove_prefix(record.size());
    while (!record.empty()) {
      const std::string_view part = record.substr(0, AstmSender::frame_text_octets);
      record.remove_prefix(part.size());
      number = astm::next_number(number);
      frames.push_back(astm::make_frame(number, part, record.empty()));
    }
  }
  return frames;
}

}  // namespace

Result<void> AstmSender::offer(std::string_view records, UtcTime now) {
  if (state_ != State::idle) return fail(ErrorCode::conflict, "上一份报文还没有发完，请稍候再发");
  if (records.size() > message_octets) {
    return fail(ErrorCode::too_large, fmt::format("报文超过 {} 字节，请分成几份", message_octets));
  }
  if (records.empty() || records.back() != '\r' || std::ranges::any_of(records, is_barred)) {
    return fail(ErrorCode::malformed, "报文的记录必须以 CR 结束，并且不能含有控制字符");
  }
  frames_ = frames_of(records);
  attempts_ = 0;
  honoured_ = false;
  wait(Milliseconds{0}, now);
  return {};
}

std::size_t AstmSender::push(BytesView bytes, UtcTime now) {
  LAB_CHECK(holds_line());
  if (state_ == State::sending) {
    // Octets behind the first came before what it causes to be sent, so they answer nothing.
    if (!bytes.empty()) answer_to_frame(bytes.front(), now);
    return bytes.size();
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    answer_to_enquiry(bytes[i], now);
    if (state_ != State::asking) return state_ == State::sending ? bytes.size() : i + 1;
  }
  return bytes.size();
}

void AstmSender::answer_to_enquiry(char answer, UtcTime now) {
  switch (answer) {
    case astm::ack:
      state_ = State::sending;
      next_ = 0;
      refusals_ = 0;
      return send_frame(now);
    case astm::nak:
      if (attempts_ >= attempts_max) return finish(false, "仪器一直不接收（回答 NAK），请检查仪器是否正忙或设为单向");
      return wait(times_.pause, now);
    case astm::enq:
      --attempts_;  // nobody failed: the other side was first
      return wait(role_ == AstmRole::host ? times_.host_yields : times_.instrument_yields, now);
    default:
      return;  // noise
  }
}

void AstmSender::answer_to_frame(char answer, UtcTime now) {
  if (answer == astm::ack) return frame_accepted(false, now);
  if (answer == astm::eot) return frame_accepted(true, now);
  if (++refusals_ >= refusals_max) {
    return give_up_transfer(fmt::format("第 {} 帧被拒收 {} 次，请检查连线和仪器的接口设置", next_ + 1, refusals_), now);
  }
  send_frame(now);
}

void AstmSender::frame_accepted(bool interrupted, UtcTime now) {
  refusals_ = 0;
  if (++next_ == frames_.size()) {
    output_ += astm::eot;
    return finish(true, {});
  }
  if (interrupted && !honoured_) {
    honoured_ = true;
    --attempts_;
    output_ += astm::eot;
    return wait(times_.interrupted, now);
  }
  send_frame(now);
}

void AstmSender::send_frame(UtcTime now) {
  output_ += frames_[next_];
  deadline_ = now + times_.reply;
}

void AstmSender::tick(UtcTime now, bool line_free) {
  if (state_ == State::idle || now < deadline_) return;
  if (state_ != State::waiting) return give_up_transfer("仪器没有回答，请检查连线和电源", now);
  if (!line_free) return;  // asked again when the instrument has finished
  ++attempts_;
  output_ += astm::enq;
  state_ = State::asking;
  deadline_ = now + times_.reply;
}

void AstmSender::give_up_transfer(const std::string& why, UtcTime now) {
  output_ += astm::eot;
  if (attempts_ >= attempts_max) return finish(false, why);
  wait(times_.pause, now);
}

void AstmSender::wait(Milliseconds time, UtcTime now) {
  state_ = State::waiting;
  deadline_ = now + time;
}

void AstmSender::finish(bool acknowledged, std::string trouble) {
  outcome_ = AstmSent{.acknowledged = acknowledged, .trouble = std::move(trouble)};
  frames_.clear();
  state_ = State::idle;
}

std::optional<UtcTime> AstmSender::wake_at() const {
  if (state_ == State::idle) return std::nullopt;
  return deadline_;
}

Bytes AstmSender::take_output() { return std::exchange(output_, {}); }

std::optional<AstmSent> AstmSender::take_outcome() { return std::exchange(outcome_, std::nullopt); }

}  // namespace lab::drivers
