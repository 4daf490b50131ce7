#include "protocol/model/sample_number.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/base/check.hpp"

namespace lab::model {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool has_grammar(std::string_view text) {
  return text.size() == SampleNumber::length && text.starts_with("SC") &&
         std::ranges::all_of(text.substr(2, 2), is_digit) && std::ranges::all_of(text.substr(4, 3), is_letter) &&
         std::ranges::all_of(text.substr(7, 5), is_digit) && (is_digit(text[12]) || is_letter(text[12]));
}

}  // namespace

std::optional<char> check_character(std::string_view text) {
  // ISO 7064 hybrid system MOD 37,36: the running product starts at 36 and is kept within 1..36.
  std::size_t product = 36;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    std::size_t sum = (product + value) % 36;
    if (sum == 0) sum = 36;
    product = sum * 2 % 37;
  }
  return alphabet[(37 - product) % 36];
}

SampleNumber SampleNumber::make(int year, const ProgrammeCode& programme, std::uint32_t serial) {
  LAB_CHECK(year >= 0 && year <= 99 && serial <= serial_max);
  std::string text = fmt::format("SC{:02}{}{:05}", year, programme.value(), serial);
  const auto check = check_character(text);
  LAB_CHECK(check.has_value());
  text += *check;
  LAB_CHECK(has_grammar(text));
  return SampleNumber{std::move(text)};
}

std::optional<SampleNumber> SampleNumber::parse(std::string_view text) {
  if (!has_grammar(text)) return std::nullopt;
  if (check_character(text.substr(0, length - 1)) != text.back()) return std::nullopt;
  return SampleNumber{std::string{text}};
}

}  // namespace lab::model
