#include "instruments/drivers/stx_link.hpp"

#include <fmt/format.h>
#include <utility>

#include "instruments/drivers/astm_frame.hpp"
#include "protocol/base/check.hpp"

namespace lab::drivers {

void StxLink::push(BytesView bytes, UtcTime now) {
  tick(now);
  if (storing_ && buffer_.size() + bytes.size() > text_octets_max_) {
    return note("报文正在保存，仪器仍继续发送；多出的部分已忽略，请核对后重发");
  }
  buffer_ += bytes;
  process(now);
}

void StxLink::process(UtcTime now) {
  while (!storing_ && !buffer_.empty()) {
    if (!open_) {
      const std::size_t at = buffer_.find_first_of("\x02\x05");
      const bool asks = at != Bytes::npos && buffer_[at] == astm::enq;
      buffer_.erase(0, asks ? at + 1 : at);
      if (asks) reply_ += astm::ack;
      open_ = at != Bytes::npos && !asks;
      deadline_ = now + receive_timeout;
      continue;
    }
    const std::size_t end = buffer_.find(astm::etx);
    const std::size_t restart = buffer_.find(astm::stx, 1);
    if (restart < end) {
      note("一段报文没有收完又重新开始；已忽略前一段，请核对");
      buffer_.erase(0, restart);
      oversized_ = false;
      continue;
    }
    if (end == Bytes::npos) {
      oversized_ = oversized_ || buffer_.size() > text_octets_max_;
      if (oversized_) buffer_.resize(1);
      return;
    }
    open_ = false;
    Bytes text = buffer_.substr(0, end + 1);
    buffer_.erase(0, end + 1);
    if (std::exchange(oversized_, false) || text.size() > text_octets_max_) {
      note(fmt::format("报文超过 {} 字节，没有采用；请让仪器分几次发送", text_octets_max_));
      reply_ += astm::nak;
      continue;
    }
    outgoing_ = std::move(text);
    storing_ = true;
  }
}

void StxLink::tick(UtcTime now) {
  if (!open_ || storing_ || now < deadline_) return;
  note(fmt::format("{} 秒没有收完一段报文，已放弃；请检查仪器和连线后重发", receive_timeout.count()));
  open_ = false;
  oversized_ = false;
  buffer_.clear();
}

std::optional<UtcTime> StxLink::wake_at() const {
  if (!open_ || storing_) return std::nullopt;
  return deadline_;
}

void StxLink::finish(char answer, UtcTime now) {
  LAB_CHECK(storing_);
  storing_ = false;
  reply_ += answer;
  process(now);
}

Bytes StxLink::take_reply() { return std::exchange(reply_, {}); }

std::optional<Bytes> StxLink::take_message() { return std::exchange(outgoing_, std::nullopt); }

std::vector<std::string> StxLink::take_notes() { return std::exchange(notes_, {}); }

void StxLink::note(std::string text) {
  if (notes_.size() < notes_max) notes_.push_back(std::move(text));
}

}  // namespace lab::drivers
