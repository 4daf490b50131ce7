#include "protocol/service/password_rules.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace lab::service {
namespace {

// Parts of what is tried first, in lower case. A password may hold one when enough is left beside it.
constexpr std::array<std::string_view, 18> guessed_first{
    "password", "passw0rd", "administrator", "admin", "qwertyuiop", "qwerty", "asdfgh", "zxcvbn", "1q2w3e4r",
    "iloveyou", "welcome",  "letmein",       "qlims", "woaini",     "abc123", "abcdef", "a1b2c3", "111111"};

constexpr std::string_view digits = "0123456789012345678909876543210987654321";
constexpr std::size_t left_beside = 8;  // characters

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

// UTF-8: every octet but those that go on with a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string without(std::string text, std::string_view part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
  return text;
}

// What is left when everything is taken away that is guessed first, and digits that only count up or down.
std::string rest_of(std::string_view password) {
  std::string rest = lower(password);
  for (const std::string_view part : guessed_first) rest = without(std::move(rest), part);
  constexpr std::size_t run_min = 4;
  for (std::size_t length = 12; length >= run_min; --length) {
    for (std::size_t at = 0; at + length <= digits.size(); ++at) {
      rest = without(std::move(rest), digits.substr(at, length));
    }
  }
  return rest;
}

}  // namespace

std::optional<std::string> problem_of_password(std::string_view password, std::string_view person) {
  if (characters(password) < password_characters_min) return "密码至少 12 个字符，可以是一句话";
  if (password.size() > password_octets_max) return "密码过长";
  if (std::set<char>(password.begin(), password.end()).size() < 5) return "密码中不同的字符太少";
  if (!person.empty() && characters(without(lower(password), lower(person))) < left_beside) {
    return "密码不能由人员编号构成";
  }
  if (characters(rest_of(password)) < left_beside) return "密码太常见，容易被猜到，请换一个";
  return std::nullopt;
}

}  // namespace lab::service
