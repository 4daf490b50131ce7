#include "instruments/drivers/astm_frame.hpp"

#include <fmt/format.h>

namespace lab::drivers::astm {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

unsigned sum_of(BytesView bytes) {
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<unsigned char>(c);
  return sum % 256;
}

}  // namespace

std::optional<std::size_t> find_frame_mark(BytesView bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    if (bytes[i] == stx || bytes[i] == etx || bytes[i] == etb) return i;
  }
  return std::nullopt;
}

Frame read_frame(BytesView bytes) {
  Frame frame;
  if (bytes.size() < 5 || bytes[1] < '0' || bytes[1] > '7') {
    frame.fault = FrameFault::number;
    return frame;
  }
  const std::size_t end_mark = bytes.size() - 3;
  const auto high = hex_digit(bytes[end_mark + 1]);
  const auto low = hex_digit(bytes[end_mark + 2]);
  frame.number = bytes[1] - '0';
  frame.text = bytes.substr(2, end_mark - 2);
  frame.ends_text = bytes[end_mark] == etx;
  if (!high || !low || *high * 16 + *low != sum_of(bytes.substr(1, end_mark))) frame.fault = FrameFault::checksum;
  return frame;
}

Bytes make_frame(int number, std::string_view text, bool ends_text) {
  Bytes frame;
  frame.reserve(text.size() + 7);
  frame += stx;
  frame += static_cast<char>('0' + number);
  frame += text;
  frame += ends_text ? etx : etb;
  const unsigned sum = sum_of(BytesView{frame}.substr(1));
  frame += fmt::format("{:02X}\r\n", sum);
  return frame;
}

void RecordWatch::add(const Frame& frame) {
  for (const char c : frame.text) {
    if (c == '\r' || c == '\n') {
      at_record_start_ = true;
      continue;
    }
    if (at_record_start_) record_length_ = 0;
    at_record_start_ = false;
    if (first_ == '\0') first_ = c;
    if (record_length_ == 2) continue;
    record_[record_length_++] = c;
    asks_ = asks_ || (record_length_ == 2 && is_of_type('Q'));
  }
  if (frame.ends_text) at_record_start_ = true;
}

bool RecordWatch::at_terminator() const { return is_of_type('L'); }

bool RecordWatch::is_of_type(char letter) const {
  if (record_length_ == 0 || record_[0] != letter) return false;
  if (record_length_ == 1) return true;
  const char c = record_[1];
  return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

}  // namespace lab::drivers::astm
