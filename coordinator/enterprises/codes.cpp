#include "coordinator/enterprises/codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lab::enterprises {
namespace {

// GB 32100-2015, table 2: letters that could be taken for a digit or for another letter are left out.
constexpr std::string_view credit_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::string_view organisation_alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t credit_length = 18;
constexpr std::size_t organisation_length = 9;
constexpr std::array<unsigned, 8> organisation_weights{3, 7, 9, 10, 5, 8, 4, 2};

// Upper case, without blanks and hyphens.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '-') continue;
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

bool is_of(std::string_view text, std::string_view alphabet) {
  return std::ranges::all_of(text, [&](char c) { return alphabet.find(c) != std::string_view::npos; });
}

std::string wrong_credit_code(std::string_view code) {
  if (!is_of(code, credit_alphabet)) return "统一社会信用代码只含数字和大写字母，不用 I、O、S、V、Z；请照证照重抄";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!std::ranges::all_of(code.substr(2, 6), is_digit)) {
    return "统一社会信用代码第 3 到 8 位应是行政区划的数字；请照证照重抄";
  }
  if (credit_check(code.substr(0, credit_length - 1)) != code.back()) {
    return "统一社会信用代码的校验位（第 18 位）不对，有字符抄错或换了位置；请照证照重抄";
  }
  return {};
}

std::string wrong_organisation_code(std::string_view code) {
  const std::string_view body = code.substr(0, organisation_length - 1);
  if (!is_of(body, organisation_alphabet)) return "组织机构代码前 8 位只含数字和大写字母；请照证书重抄";
  if (organisation_check(body) != code.back()) {
    return "组织机构代码的校验位（第 9 位）不对，有字符抄错或换了位置；请照证书重抄";
  }
  return {};
}

}  // namespace

std::optional<char> credit_check(std::string_view first_17) {
  if (first_17.size() != credit_length - 1 || !is_of(first_17, credit_alphabet)) return std::nullopt;
  std::size_t sum = 0;
  std::size_t weight = 1;
  for (const char c : first_17) {
    sum += credit_alphabet.find(c) * weight;
    weight = weight * 3 % 31;
  }
  return credit_alphabet[(31 - sum % 31) % 31];
}

std::optional<char> organisation_check(std::string_view first_8) {
  if (first_8.size() != organisation_weights.size() || !is_of(first_8, organisation_alphabet)) return std::nullopt;
  std::size_t sum = 0;
  for (std::size_t i = 0; i < first_8.size(); ++i) {
    sum += organisation_alphabet.find(first_8[i]) * organisation_weights[i];
  }
  const std::size_t check = (11 - sum % 11) % 11;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

std::string why_no_code(std::string_view text) {
  const std::string code = plain(text);
  if (code.size() == credit_length) return wrong_credit_code(code);
  if (code.size() == organisation_length) return wrong_organisation_code(code);
  return fmt::format("统一社会信用代码应为 18 位，组织机构代码应为 9 位，这里是 {} 位", code.size());
}

std::optional<Code> parse_code(std::string_view text) {
  if (!why_no_code(text).empty()) return std::nullopt;
  std::string code = plain(text);
  const auto kind = code.size() == credit_length ? CodeKind::credit : CodeKind::organisation;
  return Code{.kind = kind, .text = std::move(code)};
}

}  // namespace lab::enterprises
