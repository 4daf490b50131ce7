// Texts said to be sample numbers, ours and those of other authorities: one that is taken is written back as it stands,
// and no other check character would do.

#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/base/check.hpp"
#include "protocol/model/official_number.hpp"
#include "protocol/model/sample_number.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lab;
  const BytesView input{reinterpret_cast<const char*>(data), size};
  if (const auto number = model::SampleNumber::parse(input)) {
    LAB_CHECK(number->text() == input && input.size() == model::SampleNumber::length);
    LAB_CHECK(model::check_character(input.substr(0, input.size() - 1)) == input.back());
    std::string other{input};
    other.back() = other.back() == 'A' ? 'B' : 'A';
    LAB_CHECK(!model::SampleNumber::parse(other));
  }
  if (const auto check = model::check_character(input)) {
    // Whatever is completed by it is complete.
    const auto zero = model::check_character(Bytes{input} + *check);
    LAB_CHECK(zero.has_value());
  }
  if (const auto number = model::OfficialNumber::parse(input)) LAB_CHECK(number->text() == input);
  return 0;
}
