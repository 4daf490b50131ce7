#include "protocol/acceptance/names.hpp"

#include <array>

#include "protocol/base/check.hpp"

namespace lab::acceptance {
namespace {

constexpr std::array<std::string_view, aql_count> aql_texts{
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5",
    "4.0",   "6.5",   "10",    "15",    "25",    "40",   "65",   "100",  "150",  "250",  "400", "650", "1000"};
constexpr std::size_t last_percent_column = 15;  // AQL 10
static_assert(aql_texts[last_percent_column] == "10");

constexpr std::string_view letters = "ABCDEFGHJKLMNPQRS";
static_assert(letters.size() == letter_count);

struct LevelName {
  std::string_view text;
  Level level;
};
constexpr LevelName level_names[] = {
    {"S-1", Level::s1},  {"S-2", Level::s2}, {"S-3", Level::s3}, {"S-4", Level::s4}, {"S1", Level::s1},
    {"S2", Level::s2},   {"S3", Level::s3},  {"S4", Level::s4},  {"I", Level::i},    {"II", Level::ii},
    {"III", Level::iii}, {"1", Level::i},    {"2", Level::ii},   {"3", Level::iii},  {"Ⅰ", Level::i},
    {"Ⅱ", Level::ii},    {"Ⅲ", Level::iii},
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same_word(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (upper(a[i]) != upper(b[i])) return false;
  }
  return true;
}

}  // namespace

const char* name_of(Scheme scheme) {
  switch (scheme) {
    case Scheme::gbt2828_1_2012:
      return "GB/T 2828.1-2012";
    case Scheme::milstd105e:
      return "MIL-STD-105E";
  }
  return "";
}

const char* name_of(Inspection inspection) {
  switch (inspection) {
    case Inspection::normal:
      return "normal";
    case Inspection::tightened:
      return "tightened";
    case Inspection::reduced:
      return "reduced";
  }
  return "";
}

const char* name_of(Level level) {
  switch (level) {
    case Level::s1:
      return "S-1";
    case Level::s2:
      return "S-2";
    case Level::s3:
      return "S-3";
    case Level::s4:
      return "S-4";
    case Level::i:
      return "I";
    case Level::ii:
      return "II";
    case Level::iii:
      return "III";
  }
  return "";
}

std::optional<Scheme> parse_scheme(std::string_view text) {
  for (const Scheme scheme : {Scheme::gbt2828_1_2012, Scheme::milstd105e}) {
    if (same_word(text, name_of(scheme))) return scheme;
  }
  return std::nullopt;
}

std::optional<Inspection> parse_inspection(std::string_view text) {
  for (const Inspection inspection : {Inspection::normal, Inspection::tightened, Inspection::reduced}) {
    if (same_word(text, name_of(inspection))) return inspection;
  }
  return std::nullopt;
}

std::optional<Level> parse_level(std::string_view text) {
  for (const LevelName& name : level_names) {
    if (same_word(text, name.text)) return name.level;
  }
  return std::nullopt;
}

std::optional<Aql> Aql::of(const Decimal& value) {
  for (std::size_t column = 0; column < aql_count; ++column) {
    if (Decimal::parse(aql_texts[column]) == value) return at(column);
  }
  return std::nullopt;
}

Aql Aql::at(std::size_t column) {
  LAB_CHECK(column < aql_count);
  return Aql{static_cast<std::uint8_t>(column)};
}

std::string_view Aql::text() const { return aql_texts[column_]; }

bool Aql::counts_nonconformities_only() const { return column_ > last_percent_column; }

std::optional<Aql> Aql::one_step_tighter() const {
  if (column_ == 0) return std::nullopt;
  return at(column_ - 1U);
}

std::optional<CodeLetter> CodeLetter::parse(std::string_view text) {
  const auto index = text.size() == 1 ? letters.find(upper(text.front())) : std::string_view::npos;
  if (index == std::string_view::npos) return std::nullopt;
  return at(index);
}

CodeLetter CodeLetter::at(std::size_t index) {
  LAB_CHECK(index < letter_count);
  return CodeLetter{static_cast<std::uint8_t>(index)};
}

std::string_view CodeLetter::text() const { return letters.substr(index_, 1); }

}  // namespace lab::acceptance
