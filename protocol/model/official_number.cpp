#include "protocol/model/official_number.hpp"

#include <algorithm>

namespace lab::model {
namespace {

constexpr std::size_t national_digits = 17;
constexpr std::size_t provincial_digits = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool is_national(std::string_view text, std::size_t letters) {
  if (text.ends_with("ZX")) text.remove_suffix(2);
  return letters >= 2 && letters <= 3 && text.size() == letters + national_digits &&
         std::ranges::all_of(text.substr(letters), is_digit);
}

bool is_provincial(std::string_view text) {
  return (text.starts_with("SC") || text.starts_with("GC")) && text.size() == 2 + provincial_digits &&
         std::ranges::all_of(text.substr(2), is_digit);
}

}  // namespace

std::optional<OfficialNumber> OfficialNumber::parse(std::string_view text) {
  const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(text, is_letter) - text.begin());
  if (is_provincial(text)) return OfficialNumber{std::string{text}, OfficialForm::provincial};
  if (is_national(text, letters)) return OfficialNumber{std::string{text}, OfficialForm::national};
  if (letters == 0 && text.size() == national_digits && std::ranges::all_of(text, is_digit)) {
    return OfficialNumber{std::string{text}, OfficialForm::unlettered};
  }
  return std::nullopt;
}

const char* name_of(OfficialForm form) {
  switch (form) {
    case OfficialForm::national:
      return "national";
    case OfficialForm::unlettered:
      return "unlettered";
    case OfficialForm::provincial:
      return "provincial";
  }
  return "national";
}

}  // namespace lab::model
