#include "instruments/drivers/astm_link.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "protocol/base/check.hpp"

namespace lab::drivers {

using astm::Frame;
using astm::FrameFault;

namespace {

// What a sender can begin with: a frame, the end of its transfer, a new transfer.
constexpr std::string_view openings = "\x02\x04\x05";

}  // namespace

void AstmLink::push(BytesView bytes, UtcTime now) {
  tick(now);  // a deadline that passed before these octets came counts first
  if (state_ == State::storing && buffer_.size() + bytes.size() > limits_.frame_octets) {
    note("报文正在保存，仪器仍继续发送；多出的部分已忽略，仪器会重发");
    return;
  }
  buffer_ += bytes;
  quiet_at_.reset();
  process(now, false);
}

void AstmLink::tick(UtcTime now) {
  if (state_ != State::receiving) return;
  if (quiet_at_ && now >= *quiet_at_) {
    quiet_at_.reset();
    process(now, true);
  }
  if (state_ == State::receiving && now >= deadline_) {
    discard(fmt::format("{} 秒没有收到可用的数据，请检查仪器和连线后重发", receive_timeout.count()));
    state_ = State::neutral;
    buffer_.clear();
  }
}

std::optional<UtcTime> AstmLink::wake_at() const {
  if (state_ != State::receiving) return std::nullopt;
  return quiet_at_ ? std::min(*quiet_at_, deadline_) : deadline_;
}

Bytes AstmLink::take_reply() { return std::exchange(reply_, {}); }

std::optional<Bytes> AstmLink::take_message() { return std::exchange(outgoing_, std::nullopt); }

std::vector<std::string> AstmLink::take_notes() { return std::exchange(notes_, {}); }

void AstmLink::stored(UtcTime now) {
  LAB_CHECK(state_ == State::storing);
  progress_.message.clear();
  progress_.watch = {};
  state_ = reply_due_ ? State::receiving : State::neutral;
  const bool interrupt = std::exchange(interrupting_, false);
  if (reply_due_ && !sender_went_on()) reply(interrupt ? astm::eot : astm::ack, now);
  deadline_ = now + receive_timeout;
  process(now, false);
}

void AstmLink::not_stored(UtcTime now) {
  LAB_CHECK(state_ == State::storing);
  if (!reply_due_) {
    discard("未能保存，请检查磁盘空间后让仪器重发");
    state_ = State::neutral;
    process(now, false);
    return;
  }
  progress_ = std::move(before_last_frame_);
  state_ = State::receiving;
  progress_.frame_pending = true;
  note("报文未能保存，已拒收最后一帧，仪器会重发；请检查磁盘空间");
  if (!sender_went_on()) reply(astm::nak, now);
  deadline_ = now + receive_timeout;
  process(now, false);
}

bool AstmLink::sender_went_on() const { return buffer_.find_first_of(openings) != Bytes::npos; }

void AstmLink::process(UtcTime now, bool quiet) {
  while (state_ != State::storing && !buffer_.empty()) {
    if (!step(now, quiet)) return;
  }
}

bool AstmLink::step(UtcTime now, bool quiet) {
  return state_ == State::neutral ? step_neutral(now) : step_receiving(now, quiet);
}

bool AstmLink::step_neutral(UtcTime now) {
  const std::size_t at = buffer_.find(astm::enq);
  if (at == Bytes::npos) {
    buffer_.clear();
    return false;
  }
  buffer_.erase(0, at + 1);
  begin_transfer(now);
  return true;
}

bool AstmLink::step_receiving(UtcTime now, bool quiet) {
  const std::size_t at = buffer_.find_first_of(openings);
  if (at > 0) {  // noise before and line ends behind a frame
    scanned_ = 0;
    buffer_.erase(0, at);
    if (buffer_.empty()) return false;
  }
  switch (buffer_.front()) {
    case astm::eot:
      buffer_.erase(0, 1);
      end_transfer(now);
      return true;
    case astm::enq:
      return step_enquiry(now, quiet);
    default:
      return step_frame(now, quiet);
  }
}

// An ENQ in the middle of a message costs the message, so it must prove to be one: the sender is silent behind it.
bool AstmLink::step_enquiry(UtcTime now, bool quiet) {
  const bool nothing_to_lose = progress_.message.empty();
  if (!nothing_to_lose && buffer_.size() == 1 && !quiet) return wait_for_more(now);
  const bool genuine = nothing_to_lose || buffer_.size() == 1;
  buffer_.erase(0, 1);
  if (genuine) begin_transfer(now);
  return true;
}

bool AstmLink::wait_for_more(UtcTime now) {
  quiet_at_ = now + quiet_time;
  return false;
}

bool AstmLink::step_frame(UtcTime now, bool quiet) {
  const auto mark = astm::find_frame_mark(buffer_, std::max<std::size_t>(scanned_, 1));
  if (!mark) return step_open_frame(now, quiet);
  if (buffer_[*mark] == astm::stx) {
    note("一帧没有收完又开始了新的一帧；已忽略前一帧，仪器会重发");
    drop_front(*mark);
    return true;
  }
  scanned_ = *mark;
  std::size_t end = astm::frame_length(*mark);
  if (buffer_.size() <= end && ends_doubtfully()) return step_doubtful_end(now, quiet);  // in place of the checksum
  if (buffer_.size() < end) return false;
  if (end < buffer_.size() && buffer_[end] == '\r') ++end;
  const bool line_ended = end < buffer_.size() && buffer_[end] == '\n';
  if (line_ended) ++end;
  if (!line_ended && end == buffer_.size() && !quiet) return wait_for_more(now);
  finish_frame(end, now);
  return true;
}

bool AstmLink::step_open_frame(UtcTime now, bool quiet) {
  const bool doubtful = ends_doubtfully();
  if (doubtful && quiet) return step_doubtful_end(now, quiet);
  if (buffer_.size() > limits_.frame_octets) {
    oversized_ = true;
    buffer_.erase(1, buffer_.size() - 2);  // STX says that a frame is open, the last octet may be doubtful
  }
  scanned_ = buffer_.size();
  return doubtful ? wait_for_more(now) : false;
}

bool AstmLink::ends_doubtfully() const { return buffer_.back() == astm::enq || buffer_.back() == astm::eot; }

// The frame is not whole, and its last octet may be an instrument that restarted (ENQ) or gave up (EOT) inside it.
bool AstmLink::step_doubtful_end(UtcTime now, bool quiet) {
  if (!quiet) return wait_for_more(now);
  const char last = buffer_.back();
  drop_front(buffer_.size());
  progress_.frame_pending = true;
  if (last == astm::enq) {
    begin_transfer(now);
  } else {
    end_transfer(now);
  }
  return false;
}

void AstmLink::drop_front(std::size_t octets) {
  buffer_.erase(0, octets);
  scanned_ = 0;
  oversized_ = false;
}

void AstmLink::finish_frame(std::size_t length, UtcTime now) {
  const std::size_t frame_octets = astm::frame_length(scanned_);
  constexpr std::size_t line_end = 2;  // counts, whether it came or not
  const bool oversized = std::exchange(oversized_, false) || frame_octets + line_end > limits_.frame_octets;
  const Bytes octets = buffer_.substr(0, frame_octets);
  buffer_.erase(0, length);
  scanned_ = 0;
  if (spoilt_) return refuse("所属报文超过上限，请让仪器分几次发送", now);
  if (oversized) return refuse(fmt::format("长度超过 {} 字节，请在仪器上改用较短的帧", limits_.frame_octets), now);
  const Frame frame = astm::read_frame(octets);
  if (frame.fault == FrameFault::number) return refuse("没有帧号，等待仪器重发", now);
  if (frame.fault == FrameFault::checksum) return refuse("校验和不对，等待仪器重发；经常出现时请检查连线", now);
  // The ACK of this frame was lost and it came again: acknowledge, do not store twice.
  if (progress_.last_number == frame.number) return reply(astm::ack, now);
  const int expected = progress_.last_number ? astm::next_number(*progress_.last_number) : 1;
  if (frame.number != expected) {
    return refuse(fmt::format("帧号为 {}，应为 {}，等待仪器重发", frame.number, expected), now);
  }
  accept(frame, now);
}

void AstmLink::accept(const Frame& frame, UtcTime now) {
  const Bytes octets = astm::make_frame(frame.number, frame.text, frame.ends_text);
  if (progress_.message.size() + octets.size() > limits_.message_octets) {
    discard(fmt::format("长度超过 {} 字节，请让仪器分几次发送", limits_.message_octets));
    spoilt_ = true;
    return refuse("所属报文超过上限，请让仪器分几次发送", now);
  }
  before_last_frame_ = {};
  astm::RecordWatch watch = progress_.watch;
  watch.add(frame);
  const bool complete = frame.ends_text && (watch.at_terminator() || (!watch.begins_with_header() && !watch.empty()));
  if (complete) before_last_frame_ = progress_;
  progress_.message += octets;
  progress_.watch = watch;
  progress_.last_number = frame.number;
  progress_.frame_pending = !frame.ends_text;
  if (complete) return hand_out(true);
  reply(astm::ack, now);
}

void AstmLink::refuse(std::string why, UtcTime now) {
  note(fmt::format("拒收一帧：{}", why));
  progress_.frame_pending = true;
  reply(astm::nak, now);
}

void AstmLink::reply(char answer, UtcTime now) {
  reply_ += answer;
  replied_at_ = now;
  deadline_ = now + receive_timeout;
}

void AstmLink::begin_transfer(UtcTime now) {
  discard("仪器没有发完就重新开始，等待这次发完");
  progress_ = {};
  spoilt_ = false;
  state_ = State::receiving;
  reply(astm::ack, now);
}

void AstmLink::end_transfer(UtcTime now) {
  state_ = State::neutral;
  const bool gave_up = progress_.frame_pending || now - replied_at_ > giving_up_time;
  if (!progress_.message.empty() && !gave_up) return hand_out(false);
  discard("仪器没有发完就结束了，请在仪器上重发");
  progress_ = {};
}

void AstmLink::discard(const std::string& why) {
  if (!progress_.message.empty()) {
    note(fmt::format("放弃 {} 字节的不完整的报文：{}", progress_.message.size(), why));
  }
  progress_.message.clear();
  progress_.watch = {};
  scanned_ = 0;
  oversized_ = false;
}

void AstmLink::hand_out(bool reply_due) {
  outgoing_ = progress_.message;
  reply_due_ = reply_due;
  quiet_at_.reset();
  state_ = State::storing;
}

void AstmLink::note(std::string text) {
  if (notes_.size() < notes_max) notes_.push_back(std::move(text));
}

}  // namespace lab::drivers
