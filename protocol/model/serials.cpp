#include "protocol/model/serials.hpp"

#include <algorithm>
#include <charconv>

#include "protocol/base/check.hpp"

namespace lab::model {
namespace {

template <class Number>
Number digits_of(const std::string& text, std::size_t at, std::size_t count) {
  Number value = 0;
  const char* const begin = text.data() + at;
  LAB_CHECK(std::from_chars(begin, begin + count, value).ec == std::errc{});
  return value;
}

}  // namespace

SerialKind kind_of(const SampleNumber& number) {
  LAB_CHECK(!number.empty());
  return {.year = digits_of<std::uint8_t>(number.text(), 2, 2), .programme = ProgrammeCode{number.text().substr(4, 3)}};
}

std::uint32_t serial_of(const SampleNumber& number) {
  LAB_CHECK(!number.empty());
  return digits_of<std::uint32_t>(number.text(), 7, 5);
}

bool is_programme_of_numbers(const ProgrammeCode& programme) {
  return programme.value().size() == 3 &&
         std::ranges::all_of(programme.value(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace lab::model
