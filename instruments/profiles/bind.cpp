#include "instruments/profiles/bind.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "instruments/drivers/read_value.hpp"
#include "instruments/profiles/fold.hpp"
#include "instruments/profiles/plates.hpp"
#include "protocol/base/text.hpp"

namespace lab::profiles {
namespace {

using drivers::trim;

std::string joined_lines(std::string_view title) {
  std::string one{trim(title)};
  for (char& c : one) c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  return one;
}

struct NameAndUnit {
  std::string name;
  std::string unit;
};

// "Pb 208 (ug/L)", "Fe [mg/kg]".
NameAndUnit split_brackets(const std::string& title) {
  if (title.empty() || (title.back() != ')' && title.back() != ']')) return {title, {}};
  const std::size_t open = title.rfind(title.back() == ')' ? '(' : '[');
  if (open == std::string::npos || open == 0) return {title, {}};
  return {std::string{trim(std::string_view{title}.substr(0, open))},
          std::string{trim(std::string_view{title}.substr(open + 1, title.size() - open - 2))}};
}

NameAndUnit split_last_word(const std::string& title) {
  const std::size_t blank = title.rfind(' ');
  if (blank == std::string::npos) return {title, {}};
  return {std::string{trim(std::string_view{title}.substr(0, blank))}, title.substr(blank + 1)};
}

// "Predicted Fat % m/m", when "% m/m" is one of the units.
NameAndUnit split_listed(const std::string& title, const std::vector<std::string>& units) {
  for (const std::string& unit : units) {
    if (title.size() > unit.size() + 1 && title.ends_with(" " + unit)) {
      return {std::string{trim(std::string_view{title}.substr(0, title.size() - unit.size()))}, unit};
    }
  }
  return {title, {}};
}

// A unit that stands alone under its title, often in brackets; a dash is no unit.
std::string bare_unit(std::string_view cell) {
  std::string_view unit = trim(cell);
  if (unit.size() >= 2 && ((unit.front() == '(' && unit.back() == ')') || (unit.front() == '[' && unit.back() == ']')))
    unit = trim(unit.substr(1, unit.size() - 2));
  const bool dash = std::ranges::all_of(unit, [](char c) { return c == '-'; });
  return dash ? std::string{} : std::string{unit};
}

class Binder {
 public:
  Binder(const Table& table, std::span<const sheet::Row> header) : header_(header) { bound_.table = &table; }

  Result<BoundTable> bind() {
    read_titles();
    for (const Column& rule : bound_.table->columns) {
      if (auto done = bind_column(rule); !done) return fail(std::move(done));
    }
    if (bound_.table->others) {
      if (bound_.table->others->wells == Wells::none) {
        bind_others(*bound_.table->others);
      } else {
        bind_wells(*bound_.table->others);
        const bool lettered = bound_.table->others->wells == Wells::lettered && !bound_.values.empty();
        if (lettered && bound_.letter_column == nowhere) {
          return fail(ErrorCode::malformed, "板的列号前面应有一列是行的字母，请检查导出的列", where());
        }
      }
    }
    if (bound_.values.empty() && !bound_.table->names_wells)
      return fail(ErrorCode::malformed, "标题行里没有一列是结果，请检查导出的列", where());
    return std::move(bound_);
  }

 private:
  [[nodiscard]] std::string where() const {
    return header_.empty() ? std::string{} : fmt::format("第 {} 行", header_.front().number);
  }

  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const {
    return row < header_.size() ? header_[row].cell(column) : std::string_view{};
  }

  void read_titles() {
    if (header_.empty()) return;
    const std::size_t row = bound_.table->title_row - 1;
    if (row >= header_.size()) return;
    for (std::size_t i = 0; i < header_[row].cells.size(); ++i) {
      folded_.push_back(fold(header_[row].cells[i]));
      if (folded_.back().empty()) continue;
      bound_.titles.emplace(folded_.back(), i);
      bound_.width = i + 1;
    }
    claimed_.resize(folded_.size(), false);
  }

  static bool fits(std::string_view title, std::string_view wanted) {
    if (!wanted.ends_with('*')) return title == wanted;
    return title.starts_with(wanted.substr(0, wanted.size() - 1));
  }

  Result<void> bind_column(const Column& rule) {
    if (rule.alternative && !bound_.values.empty()) return {};
    if (rule.at || rule.behind) {
      const std::size_t place = rule.at.value_or(bound_.width);
      if (rule.behind) bound_.width = place + 1;
      add(rule, place);
      return {};
    }
    bool found = false;
    for (const std::string& title : rule.titles) {
      std::vector<std::size_t> places;
      for (std::size_t i = 0; i < folded_.size(); ++i) {
        if (fits(folded_[i], title)) places.push_back(i);
      }
      if (places.empty()) continue;
      if (rule.field == Field::none) {  // known and unused: all of them
        for (const std::size_t place : places) claimed_[place] = true;
        found = true;
        continue;
      }
      if (rule.nth > places.size()) continue;
      if (rule.nth == 0 && places.size() > 1) {
        return fail(ErrorCode::malformed,
                    fmt::format("标题“{}”出现了 {} 次，无法确定用哪一列", tidy(title), places.size()), where());
      }
      add(rule, places[rule.nth == 0 ? 0 : rule.nth - 1]);
      return {};
    }
    if (!rule.required || found) return {};
    return fail(ErrorCode::malformed,
                fmt::format("缺少必需的列“{}”，请在仪器软件里选上这一列后重新导出",
                            rule.titles.empty() ? std::string{} : tidy(rule.titles.front())),
                where());
  }

  void add(const Column& rule, std::size_t place) {
    if (place < claimed_.size()) claimed_[place] = true;
    if (rule.field != Field::value) {
      if (rule.field != Field::none) bound_.fields.push_back({&rule, place});
      return;
    }
    ValueColumn value{.column = place,
                      .analyte = rule.analyte,
                      .unit = rule.unit,
                      .joined = rule.joined,
                      .response = rule.response,
                      .optional_value = rule.optional_value,
                      .sample = {},
                      .flag = {},
                      .well = {},
                      .title = joined_lines(cell(bound_.table->title_row - 1, place))};
    for (const std::string& title : rule.unit_titles) {
      if (value.unit_column == nowhere) value.unit_column = next_titled(title, place);
    }
    if (!rule.absent_title.empty() && bound_.titles.contains(rule.absent_title)) {
      value.absent_column = bound_.titles.at(rule.absent_title);
    }
    if (value.unit_column < claimed_.size()) claimed_[value.unit_column] = true;
    bound_.values.push_back(std::move(value));
  }

  // The nearest column to the right with this title, else the first one with it.
  [[nodiscard]] std::size_t next_titled(const std::string& title, std::size_t from) const {
    for (std::size_t i = from + 1; i < folded_.size(); ++i) {
      if (folded_[i] == title) return i;
    }
    const auto any = bound_.titles.find(title);
    return any == bound_.titles.end() ? nowhere : any->second;
  }

  [[nodiscard]] bool is_excepted(const Others& others, const std::string& name) const {
    const auto begins = [&](const std::string& beginning) { return name.starts_with(beginning); };
    if (!others.only_starts.empty() && std::ranges::none_of(others.only_starts, begins)) return true;
    if (std::ranges::find(others.except, name) != others.except.end()) return true;
    return std::ranges::any_of(others.except_starts, begins);
  }

  void bind_others(const Others& others) {
    const std::size_t name_row = others.name_row - 1;
    const std::size_t columns = name_row < header_.size() ? header_[name_row].cells.size() : 0;
    for (std::size_t i = 0; i < columns; ++i) {
      const std::string name = fold(cell(name_row, i));
      const bool claimed = i < claimed_.size() && claimed_[i];
      if (claimed || name.empty() || is_excepted(others, name)) continue;
      if (!others.value_title.empty() && (i >= folded_.size() || folded_[i] != others.value_title)) continue;
      bound_.values.push_back(other_value(others, i));
      bound_.width = std::max(bound_.width, i + 1);
    }
  }

  // Columns that are no part of a plate are no results.
  void bind_wells(const Others& others) {
    const bool titled = others.wells == Wells::titled;
    const std::size_t name_row = others.name_row - 1;
    const std::size_t columns = name_row < header_.size() ? header_[name_row].cells.size() : 0;
    unsigned above = 0;
    std::size_t plate = 0;
    for (std::size_t i = 0; i < columns; ++i) {
      if (i < claimed_.size() && claimed_[i]) continue;
      const auto number = titled ? std::nullopt : plate_column(cell(name_row, i));
      const std::string well = titled ? well_name(cell(name_row, i)) : number ? std::to_string(*number) : "";
      if (well.empty()) continue;
      if (number) {
        if (*number <= above) ++plate;  // the next plate begins
        above = *number;
        if (bound_.letter_column == nowhere && i > 0) bound_.letter_column = i - 1;
      }
      ValueColumn value{.column = i,
                        .analyte = {},
                        .unit = {},
                        .response = others.response,
                        .optional_value = true,
                        .well = well,
                        .plate = plate,
                        .title = joined_lines(cell(name_row, i))};
      bound_.values.push_back(std::move(value));
      bound_.width = std::max(bound_.width, i + 1);
    }
  }

  [[nodiscard]] ValueColumn other_value(const Others& others, std::size_t place) const {
    const std::string title = joined_lines(cell(others.name_row - 1, place));
    ValueColumn value{.column = place,
                      .analyte = title,
                      .unit = {},
                      .response = others.response,
                      .optional_value = true,
                      .sample = {},
                      .flag = {},
                      .well = {},
                      .title = title};
    NameAndUnit parts{value.analyte, {}};
    switch (others.unit_from) {
      case UnitFrom::nowhere:
        break;
      case UnitFrom::brackets:
        parts = split_brackets(title);
        break;
      case UnitFrom::last_word:
        parts = split_last_word(title);
        break;
      case UnitFrom::listed:
        parts = split_listed(title, others.units);
        break;
      case UnitFrom::row:
        parts.unit = bare_unit(cell(others.unit_row - 1, place));
        break;
    }
    value.unit = std::move(parts.unit);
    value.analyte = std::move(parts.name);
    if (!others.unit_title.empty()) value.unit_column = next_titled(others.unit_title, place);
    if (!others.flag_title.empty()) {
      value.flag_column = next_titled(fold(others.flag_title), place);
      value.flag = others.flag_title;
    }
    if (others.samples) value.sample = std::exchange(value.analyte, {});
    return value;
  }

  std::span<const sheet::Row> header_;
  BoundTable bound_;
  std::vector<std::string> folded_;  // titles by column
  std::vector<bool> claimed_;
};

}  // namespace

Result<BoundTable> bind_table(const Table& table, std::span<const sheet::Row> header) {
  return Binder{table, header}.bind();
}

}  // namespace lab::profiles
