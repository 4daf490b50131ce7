#pragma once
// The words of GB/T 2828.1: severity, level, AQL, code letter. Each has a fixed set of values.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/base/decimal.hpp"

namespace lab::acceptance {

/// Whose tables. GB/T 2828.1-2012 is the product's standard, MIL-STD-105E what older contracts name.
enum class Scheme : std::uint8_t { gbt2828_1_2012, milstd105e };

enum class Inspection : std::uint8_t { normal, tightened, reduced };

/// Inspection levels, in the order of the columns of table 1.
enum class Level : std::uint8_t { s1, s2, s3, s4, i, ii, iii };

const char* name_of(Scheme scheme);          // "GB/T 2828.1-2012", "MIL-STD-105E"
const char* name_of(Inspection inspection);  // "normal", "tightened", "reduced"
const char* name_of(Level level);            // "S-1" ... "S-4", "I", "II", "III"

std::optional<Scheme> parse_scheme(std::string_view text);
std::optional<Inspection> parse_inspection(std::string_view text);
/// Also takes lower case, "S1" without the hyphen, the digits 1 to 3 and the single characters Ⅰ, Ⅱ, Ⅲ.
std::optional<Level> parse_level(std::string_view text);

constexpr std::size_t aql_count = 26;

/// One of the 26 AQLs of the tables: 0.010 to 1000. Percent nonconforming, or nonconformities per 100 items.
class Aql {
 public:
  /// By exact value: 0.65, 0.650 and 6.5E-1 are the same AQL. Nothing for a value between those of the tables.
  static std::optional<Aql> of(const Decimal& value);
  /// The AQL of that column, 0 to 25. Precondition: column < aql_count.
  static Aql at(std::size_t column);

  [[nodiscard]] std::size_t column() const { return column_; }
  [[nodiscard]] std::string_view text() const;  // as printed: "0.010", "1.0", "10"
  /// Above 10 only nonconformities per 100 items make sense: one item may then have several.
  [[nodiscard]] bool counts_nonconformities_only() const;
  /// The next smaller AQL; nothing below 0.010.
  [[nodiscard]] std::optional<Aql> one_step_tighter() const;

  auto operator<=>(const Aql&) const = default;

 private:
  explicit Aql(std::uint8_t column) : column_(column) {}
  std::uint8_t column_;
};

/// All names, for messages: "0.010, 0.015, ... 1000".
constexpr std::string_view aql_names =
    "0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10, 15, 25, 40, 65, "
    "100, "
    "150, 250, 400, 650, 1000";

constexpr std::size_t letter_count = 17;

/// A sample-size code letter: A to S without I and O. S is never asked for, only pointed at.
class CodeLetter {
 public:
  static std::optional<CodeLetter> parse(std::string_view text);
  /// Precondition: index < letter_count.
  static CodeLetter at(std::size_t index);

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] std::string_view text() const;

  auto operator<=>(const CodeLetter&) const = default;

 private:
  explicit CodeLetter(std::uint8_t index) : index_(index) {}
  std::uint8_t index_;
};

}  // namespace lab::acceptance
