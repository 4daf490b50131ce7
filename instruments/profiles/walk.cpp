#include "instruments/profiles/walk.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>

#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/read_value.hpp"
#include "instruments/profiles/bind.hpp"
#include "instruments/profiles/condition.hpp"
#include "instruments/profiles/context.hpp"
#include "instruments/profiles/fold.hpp"
#include "protocol/base/text.hpp"

namespace lab::profiles {
namespace {

using drivers::trim;
using model::Observation;
using sheet::Row;

constexpr std::size_t current_table = static_cast<std::size_t>(-1);

// Folded. A sample that really has such a name is looked for in vain, which is seen; a mean taken for a sample is not.
constexpr std::array<std::string_view, 36> statistics{
    "average", "avg",      "mean", "mean value", "rsd",      "%rsd",   "rsd%",   "rsd %",        "rsd(%)",
    "sd",      "sdev",     "s.d.", "std",        "std.",     "stdev",  "stddev", "std dev",      "std. dev.",
    "std.dev", "std.dev.", "cv",   "cv%",        "%cv",      "max",    "max.",   "maximum",      "min",
    "min.",    "minimum",  "平均", "平均值",     "标准偏差", "最大值", "最小值", "相对标准偏差", "标准差"};

constexpr std::array context_fields{Field::sample_id, Field::sample_type, Field::analyte, Field::unit,
                                    Field::run,       Field::instrument,  Field::time};

class Walk {
 public:
  Walk(const Profile& profile, const WalkOptions& options) : profile_(profile), options_(options) {}

  Result<Walked> run(const std::vector<Row>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto used = take_row(rows, i);
      if (!used) return fail(std::move(used));
      i += *used - 1;
    }
    for (const Requirement& needed : profile_.must_have) {
      const auto fits = [&](const Row& row) { return holds(needed.when, row, {}); };
      if (std::ranges::none_of(rows, fits)) return fail(ErrorCode::malformed, needed.text);
    }
    if (!options_.terminated && !rows.empty()) {
      if (auto checked = check_last_row(rows.back()); !checked) return fail(std::move(checked));
    }
    return std::move(walked_);
  }

 private:
  [[nodiscard]] std::string where(const Row& row) const {
    if (options_.sheet.empty()) return fmt::format("第 {} 行", row.number);
    return fmt::format("{}!{}", options_.sheet, row.number);
  }

  [[nodiscard]] Surroundings around() const {
    return {.in_table = table_.has_value(), .section = section_, .titles = table_ ? &table_->titles : nullptr};
  }

  // How many rows were used: a header may have several.
  Result<std::size_t> take_row(const std::vector<Row>& rows, std::size_t at) {
    const Row& row = rows[at];
    const bool blank = is_blank(row);
    if ((blank || row.blank_before) && table_ && table_->table->ends_at_blank && rows_of_table_ > 0) end_table();
    if (blank) return 1;
    for (const Rule& rule : profile_.rules) {
      if (holds(rule.when, row, around())) return apply(rule, rows, at);
    }
    if (table_) {
      take_data(*table_, row, false);
    } else if (!profile_.skip_outside) {
      note_unknown(row, at);
    }
    return 1;
  }

  void note_unknown(const Row& row, std::size_t at) {
    walked_.unknown_rows.push_back(at);
    const std::size_t first = first_filled(row);
    walked_.diagnostics.push_back(
        {.offset = row.offset,
         .where = where(row),
         .message = fmt::format("没有规则说明这一行（“{}”），没有采用", tidy(row.cell(first)))});
  }

  void end_table() {
    table_.reset();
    above_.clear();
    rows_of_table_ = 0;
  }

  Result<std::size_t> apply(const Rule& rule, const std::vector<Row>& rows, std::size_t at) {
    const Row& row = rows[at];
    for (const Field field : rule.clear) context_.clear(field);
    for (const Setting& setting : rule.settings) {
      if (auto taken = context_.take(setting, row); !taken) {
        return fail(taken.error().code, taken.error().message, where(row));
      }
    }
    switch (rule.action) {
      case Action::skip:
      case Action::set:
        return 1;
      case Action::end:
        end_table();
        return 1;
      case Action::section:
        end_table();
        section_ = fold(rule.text.empty() ? section_name(row) : std::string_view{rule.text});
        return 1;
      case Action::refuse:
        return fail(ErrorCode::malformed, rule.text, where(row));
      case Action::header:
        return begin_table(profile_.tables[rule.table], rows, at);
      case Action::data:
        return take_named_data(rule, row);
    }
    return 1;
  }

  static std::string_view section_name(const Row& row) {
    std::string_view name = trim(row.cell(first_filled(row)));
    if (name.starts_with('[')) name.remove_prefix(1);
    if (name.ends_with(']')) name.remove_suffix(1);
    return name;
  }

  Result<std::size_t> begin_table(const Table& table, const std::vector<Row>& rows, std::size_t at) {
    end_table();
    std::size_t count = 1;
    while (count < table.header_rows && at + count < rows.size() && holds(table.more_when, rows[at + count], {}))
      ++count;
    auto bound = bind_table(table, std::span{rows}.subspan(at, count));
    if (!bound) return fail(std::move(bound));
    table_ = *std::move(bound);
    if (walked_.observations.empty()) expect(table_->values.size() * (rows.size() - at - count));
    return count;
  }

  // An observation is large: to move a whole batch each time there is no room costs more than to read it.
  void expect(std::size_t values) {
    constexpr std::size_t expected_max = 100'000;  // 40 MB; a larger batch moves some
    values = std::min(values, expected_max);
    walked_.observations.reserve(values);
    walked_.values.reserve(values);
    walked_.places.reserve(values);
  }

  Result<std::size_t> take_named_data(const Rule& rule, const Row& row) {
    if (rule.table == current_table) {
      if (!table_) return fail(ErrorCode::malformed, "结果行在标题行之前，请检查导出的文件", where(row));
      take_data(*table_, row, true);
      return 1;
    }
    auto& bound = positional_[rule.table];
    if (!bound) {
      auto made = bind_table(profile_.tables[rule.table], {});
      if (!made) return fail(std::move(made));
      bound = *std::move(made);
    }
    take_data(*bound, row, true);
    return 1;
  }

  // `named`: a rule says that this row has results, so it is not asked whether it looks like a statistic.
  void take_data(const BoundTable& table, const Row& row, bool named) {
    ++rows_of_table_;
    Observation base;
    RawValue raw;
    for (const Field field : context_fields) field_of(base, field) = context_[field];
    for (const auto& [name, text] : context_.flags()) add_flag(base, name, text);
    read_fields(table, row, base, raw);
    const bool statistic = names_statistic(row.cell(first_filled(row))) || names_statistic(base.sample_id);
    if (statistic && !named) return;
    finish_sample(base);
    base.offset = row.offset;
    std::size_t added = 0;
    for (const ValueColumn& column : table.values) {
      added += add_value(column, row, base, raw) ? 1 : 0;
    }
    // A table without titles promises as many cells as the row above had.
    last_width_ = table.titles.empty() ? width_above_ : table.width;
    last_added_ = {row.offset, added};
    width_above_ = row.cells.size();
  }

  void read_fields(const BoundTable& table, const Row& row, Observation& base, RawValue& raw) {
    bool has_time = false;
    for (const FieldColumn& field : table.fields) {
      std::string text{trim(row.cell(field.column))};
      if (field.rule->fill_down) {
        std::string& above = above_[field.column];
        if (text.empty()) text = above;
        above = text;
      }
      if (text.empty()) continue;
      if (field.rule->field == Field::flag) {
        add_flag(base, field.rule->flag, text);
      } else if (field.rule->field == Field::status) {
        raw.status += raw.status.empty() ? text : " " + text;
      } else if (field.rule->field == Field::time) {
        base.time = has_time ? base.time + " " + text : text;
        has_time = true;
      } else {
        field_of(base, field.rule->field) = text;
      }
    }
  }

  static void add_flag(Observation& observation, const std::string& name, const std::string& text) {
    observation.flags.push_back(name.empty() ? text : name + "=" + text);
  }

  void finish_sample(Observation& base) const {
    for (const std::string& suffix : profile_.id_suffixes) {
      if (base.sample_id.size() > suffix.size() && base.sample_id.ends_with(suffix)) {
        base.sample_id.resize(base.sample_id.size() - suffix.size());
      }
    }
    const auto mapped = profile_.sample_types.find(fold(base.sample_type));
    if (mapped != profile_.sample_types.end()) base.sample_type = mapped->second;
    if (!base.sample_type.empty()) return;
    const std::string id = fold(base.sample_id);
    for (const TypeById& rule : profile_.types_by_id) {
      if (std::ranges::any_of(rule.starts, [&](const std::string& start) { return id.starts_with(start); })) {
        base.sample_type = rule.type;
        return;
      }
    }
  }

  static bool is_dash(std::string_view cell) {
    return !cell.empty() && std::ranges::all_of(cell, [](char c) { return c == '-'; });
  }

  // Whether there was a value to add.
  bool add_value(const ValueColumn& column, const Row& row, const Observation& base, RawValue raw) {
    raw.text = trim(row.cell(column.column));
    raw.kind = row.kind(column.column);
    if (raw.text.empty() && column.optional_value) return false;
    raw.dash_means_absent = column.absent_column != nowhere && is_dash(trim(row.cell(column.absent_column)));
    Observation observation = base;
    observation.value.text = raw.text;
    if (column.joined && !observation.analyte.empty()) {
      observation.analyte += " " + column.analyte;
    } else if (!column.analyte.empty()) {
      observation.analyte = column.analyte;
    }
    if (observation.analyte.empty()) observation.analyte = column.title;
    if (!column.unit.empty()) observation.unit = column.unit;
    if (column.unit_column != nowhere) observation.unit = trim(row.cell(column.unit_column));
    if (!column.well.empty()) observation.sample_id = std::string{trim(row.cell(first_filled(row)))} + column.well;
    if (column.response) observation.flags.emplace_back(drivers::flag_response);
    walked_.observations.push_back(std::move(observation));
    walked_.values.push_back(std::move(raw));
    walked_.places.push_back({row.number, column.column});
    return true;
  }

  // A file that was cut inside its last row has no line end. When cells are missing the row is not whole; when none is
  // missing, digits of the last one may be.
  Result<void> check_last_row(const Row& row) {
    if (last_added_.second == 0 || row.offset != last_added_.first) return {};
    if (row.cells.size() < last_width_) {
      return fail(ErrorCode::malformed, "最后一行不完整，文件可能在传输中被截断，请重新导出或复制", where(row));
    }
    auto& all = walked_.observations;
    for (std::size_t i = all.size() - last_added_.second; i < all.size(); ++i) {
      all[i].flags.emplace_back(drivers::flag_unterminated);
    }
    walked_.diagnostics.push_back(
        {.offset = row.offset, .where = where(row), .message = "最后一行没有行尾，无法证明文件完整"});
    return {};
  }

  const Profile& profile_;
  const WalkOptions& options_;
  Walked walked_;
  Context context_;
  std::string section_;
  std::optional<BoundTable> table_;
  std::map<std::size_t, std::optional<BoundTable>> positional_;
  std::map<std::size_t, std::string> above_;  // what fill_down columns said last
  std::size_t rows_of_table_ = 0;
  std::pair<std::size_t, std::size_t> last_added_{};  // offset of the last row of data, how many values it gave
  std::size_t last_width_ = 0;                        // cells that its table promises
  std::size_t width_above_ = 0;                       // cells of the row of data above
};

}  // namespace

std::string& field_of(Observation& observation, Field field) {
  switch (field) {
    case Field::sample_id:
      return observation.sample_id;
    case Field::sample_type:
      return observation.sample_type;
    case Field::analyte:
      return observation.analyte;
    case Field::unit:
      return observation.unit;
    case Field::run:
      return observation.run;
    case Field::instrument:
      return observation.instrument;
    case Field::time:
    case Field::value:
    case Field::flag:
    case Field::status:
    case Field::none:
      break;
  }
  return observation.time;
}

std::string to_text(const Place& place, const std::string& name) {
  if (name.empty()) return fmt::format("第 {} 行第 {} 列", place.row, place.column + 1);
  return fmt::format("{}!{}", name, sheet::cell_name(place.column, place.row));
}

bool names_statistic(std::string_view cell) {
  if (cell.empty() || cell.size() > 32) return false;
  const std::string word = fold(cell);
  return std::ranges::find(statistics, std::string_view{word}) != statistics.end();
}

Result<Walked> walk(const Profile& profile, const std::vector<Row>& rows, const WalkOptions& options) {
  return Walk{profile, options}.run(rows);
}

}  // namespace lab::profiles
