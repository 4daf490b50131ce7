#include "instruments/sheet/biff_records.hpp"

#include <algorithm>

#include "instruments/sheet/octets.hpp"
#include "protocol/base/charset.hpp"

namespace lab::sheet {

std::optional<BytesView> BiffReader::take(std::uint16_t& id) {
  constexpr std::size_t head_octets = 4;
  if (at_ + head_octets > stream_.size()) return std::nullopt;
  const std::size_t size = u16_at(stream_, at_ + 2);
  if (size > stream_.size() - at_ - head_octets) return std::nullopt;
  id = u16_at(stream_, at_);
  const BytesView data = stream_.substr(at_ + head_octets, size);
  at_ += head_octets + size;
  return data;
}

std::optional<BiffRecord> BiffReader::next() {
  BiffRecord record;
  const auto data = take(record.id);
  if (!data) return std::nullopt;
  record.pieces.push_back(*data);
  while (at_ + 2 <= stream_.size() && u16_at(stream_, at_) == biff::continued) {
    std::uint16_t id = 0;
    const auto more = take(id);
    if (!more) return std::nullopt;
    record.pieces.push_back(*more);
  }
  return record;
}

bool BiffFields::at_end() {
  while (piece_ < record_.pieces.size() && at_ >= record_.pieces[piece_].size()) {
    at_ -= record_.pieces[piece_].size();
    ++piece_;
  }
  return piece_ >= record_.pieces.size();
}

std::uint64_t BiffFields::number(std::size_t octets) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < octets; ++i) {
    if (at_end()) {
      failed_ = true;
      return 0;
    }
    number |= number_at(record_.pieces[piece_], at_++, 1) << (8 * i);
  }
  return number;
}

void BiffFields::skip(std::size_t octets) {
  at_ += octets;
  // The last octet of the record may be skipped, one behind it may not.
  failed_ = failed_ || (octets > 0 && at_end() && at_ > 0);
}

std::string BiffFields::string(std::size_t length_octets, std::size_t units) {
  if (length_octets > 0) units = number(length_octets);
  const std::uint64_t options = number(1);
  const bool wide = (options & 1) != 0;
  const std::uint64_t fonts = (options & 8) != 0 ? number(2) : 0;
  const std::uint64_t reading = (options & 4) != 0 ? number(4) : 0;
  std::string text = characters(units, wide);
  skip(fonts * 4);
  skip(reading);
  return failed_ ? std::string{} : text;
}

// Where its characters go on in the next piece, or only begin there, that piece begins with their width.
std::string BiffFields::characters(std::size_t units, bool wide) {
  Bytes utf16;
  while (units > 0 && !failed_) {
    const std::size_t before = piece_;
    if (at_end()) {
      failed_ = true;
      break;
    }
    if (piece_ != before) {
      wide = (number(1) & 1) != 0;
      if (at_ >= record_.pieces[piece_].size()) continue;  // nothing but the width
    }
    const BytesView rest = record_.pieces[piece_].substr(at_);
    const std::size_t width = wide ? 2 : 1;
    const std::size_t taken = std::min(units, rest.size() / width);
    if (taken == 0) {
      failed_ = true;  // half a character
      break;
    }
    for (std::size_t i = 0; i < taken * width; ++i) {
      utf16 += rest[i];
      if (!wide) utf16 += '\0';
    }
    at_ += taken * width;
    units -= taken;
  }
  auto text = decode_text_as(utf16, Charset::utf16_le);
  failed_ = failed_ || !text;
  return failed_ ? std::string{} : *std::move(text);
}

}  // namespace lab::sheet
