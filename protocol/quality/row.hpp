#pragma once
// Reading the laboratory's tables row by row; private to this folder.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/decimal.hpp"
#include "protocol/rules/table.hpp"

namespace lab::quality {

/// Reads the cells of one row; the first that will not do is remembered.
class Row {
 public:
  Row(const rules::Table& table, std::size_t row) : table_(table), row_(row) {}

  [[nodiscard]] std::string text(std::string_view column) const { return std::string{table_.cell(row_, column)}; }

  std::optional<Decimal> optional_number(std::string_view column) {
    const auto cell = table_.cell(row_, column);
    if (cell.empty()) return std::nullopt;
    const auto number = Decimal::parse(cell);
    if (!number || number->is_negative()) reject(fmt::format("{} is not a number of 0 or more", column));
    return number;
  }

  Decimal number(std::string_view column) {
    if (table_.cell(row_, column).empty()) reject(fmt::format("{} is missing", column));
    return optional_number(column).value_or(Decimal{});
  }

  void reject(std::string why) {
    if (!error_) error_ = Error{ErrorCode::malformed, std::move(why), table_.place(row_)};
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  const rules::Table& table_;
  std::size_t row_;
  std::optional<Error> error_;
};

}  // namespace lab::quality
