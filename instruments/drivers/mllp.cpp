#include "instruments/drivers/mllp.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

namespace lab::drivers {

BytesView MllpMessage::text() const {
  BytesView text = frame;
  if (text.starts_with(mllp::start_of_block)) text.remove_prefix(1);
  const std::size_t end = text.rfind(mllp::end_of_block);
  return oversized ? text : text.substr(0, end);
}

void MllpFramer::push(BytesView bytes) {
  while (!bytes.empty()) bytes.remove_prefix(inside_ ? take_text(bytes) : skip_to_start(bytes));
}

std::optional<MllpMessage> MllpFramer::take_message() {
  if (complete_.empty()) return std::nullopt;
  MllpMessage message = std::move(complete_.front());
  complete_.pop_front();
  return message;
}

std::vector<std::string> MllpFramer::take_notes() {
  if (noise_ > 0) note(fmt::format("报文之间有 {} 个字节不属于任何报文，已忽略；请检查发送方是否使用 MLLP", noise_));
  noise_ = 0;
  return std::exchange(notes_, {});
}

std::size_t MllpFramer::skip_to_start(BytesView bytes) {
  const std::size_t start = std::min(bytes.find(mllp::start_of_block), bytes.size());
  constexpr BytesView silent{"\0\r\n \x1C", 5};  // FS: the end of a message whose beginning was lost
  noise_ += static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(start),
                                                   [&](char c) { return silent.find(c) == BytesView::npos; }));
  if (start == bytes.size()) return start;
  begin();
  return start + 1;
}

void MllpFramer::begin() {
  inside_ = true;
  oversized_ = false;
  frame_.assign(1, mllp::start_of_block);
}

// Up to the end mark, a new start mark, or the end of what arrived.
std::size_t MllpFramer::take_text(BytesView bytes) {
  const std::size_t end = std::min(bytes.find(mllp::end_of_block), bytes.size());
  const std::size_t restart = std::min(bytes.substr(0, end).find(mllp::start_of_block), bytes.size());
  if (restart < end) {
    note(fmt::format("报文没有结束标志（0x1C）就开始了新的报文，前一份已丢弃（{} 字节），未应答，等待重发",
                     frame_.size() + restart));
    begin();
    return restart + 1;
  }
  add_text(bytes.substr(0, end));
  if (end == bytes.size()) return end;
  finish();
  return end + 1;
}

void MllpFramer::add_text(BytesView text) {
  if (oversized_) return;
  if (frame_.size() + text.size() > limits_.message_octets) {
    oversized_ = true;
    frame_ += text.substr(0, head_octets);
    if (frame_.size() > head_octets) frame_.resize(head_octets);
    frame_.shrink_to_fit();
    note(fmt::format("报文超过 {} 字节，已拒绝；请让仪器不要随结果发送图像", limits_.message_octets));
    return;
  }
  frame_ += text;
}

void MllpFramer::finish() {
  inside_ = false;
  if (frame_.size() <= 1) return;
  if (!oversized_) frame_ += {mllp::end_of_block, '\r'};
  complete_.push_back({.frame = std::exchange(frame_, {}), .oversized = oversized_});
}

void MllpFramer::note(std::string text) {
  if (notes_.size() < notes_max) notes_.push_back(std::move(text));
}

}  // namespace lab::drivers
