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
#include "instruments/profiles/plates.hpp"
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
  Walk(const Profile& profile, const std::vector<SheetRows>& sheets) : profile_(profile), sheets_(sheets) {}

  Result<Walked> run(bool terminated) {
    for (std::size_t i = 0; i < sheets_.size(); ++i) {
      sheet_ = i;
      if (auto taken = take_sheet(*sheets_[i].rows); !taken) return fail(std::move(taken));
    }
    for (const Requirement& needed : profile_.must_have) {
      if (!is_met(needed)) return fail(ErrorCode::malformed, needed.text);
    }
    if (!terminated && !sheets_.empty() && !sheets_.back().rows->empty()) {
      if (auto checked = check_last_row(sheets_.back().rows->back()); !checked) return fail(std::move(checked));
    }
    for (const std::size_t i : plates_.name(walked_.observations)) finish_sample(walked_.observations[i]);
    return std::move(walked_);
  }

 private:
  // A row of data, and what is known of it before its values.
  struct DataRow {
    const Row& row;
    bool named = false;     // a rule says that it has results, so it is not asked whether it looks like a statistic
    bool response = false;  // they are a detector's answers
    std::string letters{};  // of a row of a plate
    std::string well{};     // when a column says it
  };

  Result<void> take_sheet(const std::vector<Row>& rows) {
    section_.clear();
    after_blank_ = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto used = take_row(rows, i);
      if (!used) return fail(std::move(used));
      i += *used - 1;
    }
    return end_table();
  }

  [[nodiscard]] bool is_met(const Requirement& needed) const {
    std::size_t times = 0;
    std::string stated;
    for (const SheetRows& sheet : sheets_) {
      for (const Row& row : *sheet.rows) {
        times += holds(needed.when, row, {}) ? 1U : 0U;
        if (needed.times && stated.empty() && holds(needed.times->when, row, {})) {
          stated = text_of(needed.times->where, row);
        }
      }
    }
    return stated.empty() ? times > 0 : stated == std::to_string(times);
  }

  [[nodiscard]] std::string where(std::size_t row_number) const {
    const std::string& sheet = sheets_[sheet_].name;
    return sheet.empty() ? fmt::format("第 {} 行", row_number) : fmt::format("{}!{}", sheet, row_number);
  }

  [[nodiscard]] std::string where(const Row& row) const { return where(row.number); }

  [[nodiscard]] Surroundings around() const {
    return {.in_table = table_.has_value(),
            .after_blank = after_blank_,
            .section = section_,
            .titles = table_ ? &table_->titles : nullptr};
  }

  // How many rows were used: a header may have several.
  Result<std::size_t> take_row(const std::vector<Row>& rows, std::size_t at) {
    const Row& row = rows[at];
    const bool blank = is_blank(row);
    if (blank || row.blank_before) {
      if (auto ended = take_blank(); !ended) return fail(std::move(ended));
    }
    if (blank) {
      after_blank_ = true;
      return 1;
    }
    auto used = take_filled_row(rows, at);
    after_blank_ = false;
    return used;
  }

  Result<void> take_blank() {
    if (!table_ || rows_of_table_ == 0) return {};
    return table_->table->ends_at_blank ? end_table() : end_plate();
  }

  Result<std::size_t> take_filled_row(const std::vector<Row>& rows, std::size_t at) {
    const Row& row = rows[at];
    for (const Rule& rule : profile_.rules) {
      if (holds(rule.when, row, around())) return apply(rule, rows, at);
    }
    if (table_) return take_row_of_table(*table_, {.row = row}, at);
    if (!profile_.skip_outside) note_unknown(row, at);
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

  Result<void> end_table() {
    if (auto ended = end_plate(); !ended) return ended;
    table_.reset();
    rows_of_table_ = 0;
    plates_of_table_ = 0;
    return {};
  }

  // Rows without letters are A, B, C by their order: one too few, and all below it are other samples.
  Result<void> end_plate() {
    if (auto counted = check_rows_of_plate(); !counted) return counted;
    if (rows_of_plate_ > 0) ++plates_of_table_;
    rows_of_plate_ = 0;
    if (table_ && table_->table->others && table_->table->others->wells != Wells::none) above_.clear();
    return {};
  }

  [[nodiscard]] Result<void> check_rows_of_plate() const {
    const std::string& wells = context_[Field::wells];
    if (!table_ || !is_plate(*table_, Wells::counted) || rows_of_plate_ == 0 || wells.empty()) return {};
    const auto columns = static_cast<std::size_t>(std::ranges::count(table_->values, 0U, &ValueColumn::plate));
    if (is_plate_of(wells, rows_of_plate_, columns)) return {};
    return fail(ErrorCode::malformed,
                fmt::format("文件说这块板有 {} 个孔，表里却有 {} 行、{} 列，无法对应孔位，请重新导出", tidy(wells),
                            rows_of_plate_, columns),
                where(last_plate_row_));
  }

  static bool is_plate(const BoundTable& table, Wells wells) {
    return table.table->others && table.table->others->wells == wells;
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
        if (auto ended = end_table(); !ended) return fail(std::move(ended));
        return 1;
      case Action::section:
        if (auto ended = end_table(); !ended) return fail(std::move(ended));
        section_ = fold(rule.text.empty() ? section_name(row) : std::string_view{rule.text});
        return 1;
      case Action::refuse:
        return fail(ErrorCode::malformed, rule.text, where(row));
      case Action::header:
        return begin_table(profile_.tables[rule.table], rows, at);
      case Action::data:
        return take_named_data(rule, row, at);
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
    if (auto ended = end_table(); !ended) return fail(std::move(ended));
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

  Result<std::size_t> take_named_data(const Rule& rule, const Row& row, std::size_t at) {
    if (rule.table == current_table) {
      if (!table_) return fail(ErrorCode::malformed, "结果行在标题行之前，请检查导出的文件", where(row));
      return take_row_of_table(*table_, {.row = row, .named = true, .response = rule.response}, at);
    }
    auto& bound = positional_[rule.table];
    if (!bound) {
      auto made = bind_table(profile_.tables[rule.table], {});
      if (!made) return fail(std::move(made));
      bound = *std::move(made);
    }
    return take_row_of_table(*bound, {.row = row, .named = true, .response = rule.response}, at);
  }

  Result<std::size_t> take_row_of_table(const BoundTable& table, DataRow data, std::size_t at) {
    if (!name_row_of_plate(table, data)) {
      note_unknown(data.row, at);
    } else if (auto taken = take_data(table, std::move(data)); !taken) {
      return fail(std::move(taken));
    }
    return 1;
  }

  Result<void> take_data(const BoundTable& table, DataRow data) {
    const Row& row = data.row;
    ++rows_of_table_;
    Observation base;
    RawValue raw;
    for (const Field field : context_fields) field_of(base, field) = context_[field];
    for (const auto& [name, text] : context_.flags()) add_flag(base, name, text);
    read_fields(table, data, base, raw);
    const bool statistic = names_statistic(row.cell(first_filled(row))) || names_statistic(base.sample_id);
    if (statistic && !data.named) return {};
    const auto says_facts = take_facts(table, data, base);
    if (!says_facts) return fail(says_facts.error().code, says_facts.error().message, where(row));
    if (*says_facts) return {};
    finish_sample(base);
    base.offset = row.offset;
    std::size_t added = 0;
    for (const ValueColumn& column : table.values) {
      const auto plate = name_of_plate(table, column);
      if (!plate) return fail(plate.error().code, plate.error().message, where(row));
      added += add_value(column, *plate, data, base, raw) ? 1 : 0;
    }
    // A table without titles promises as many cells as the row above had.
    last_width_ = table.titles.empty() ? width_above_ : table.width;
    last_added_ = {row.offset, added};
    width_above_ = row.cells.size();
    return {};
  }

  // Whether the row belongs to the plate: text below a plate does not.
  bool name_row_of_plate(const BoundTable& table, DataRow& data) {
    if (is_plate(table, Wells::lettered)) {
      std::string& letters = above_[table.letter_column];
      const std::string_view cell = trim(data.row.cell(table.letter_column));
      if (!cell.empty()) letters = cell;
      if (!is_plate_row(letters)) return false;
      data.letters = letters;
    } else if (is_plate(table, Wells::counted)) {
      data.letters = plate_row(rows_of_plate_);
    }
    ++rows_of_plate_;
    last_plate_row_ = data.row.number;
    return true;
  }

  void read_fields(const BoundTable& table, DataRow& data, Observation& base, RawValue& raw) {
    bool has_time = false;
    for (const FieldColumn& field : table.fields) {
      std::string text{trim(data.row.cell(field.column))};
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
      } else if (field.rule->field == Field::well) {
        data.well = well_name(text);
      } else if (field.rule->joined && !field_of(base, field.rule->field).empty()) {
        field_of(base, field.rule->field) += " " + text;
      } else {
        field_of(base, field.rule->field) = text;
      }
    }
  }

  static std::string well_of(const ValueColumn& column, const DataRow& data) {
    return column.well.empty() ? data.well : data.letters + column.well;
  }

  // Whether the cells of the row say something about their wells, and are no results.
  Result<bool> take_facts(const BoundTable& table, const DataRow& data, const Observation& base) {
    if (table.table->names_wells && !data.well.empty() && !base.sample_id.empty()) {
      if (auto said = plates_.say(base.run, data.well, {}, 0, base.sample_id); !said) return fail(std::move(said));
    }
    if (!table.table->others) return false;
    const std::vector<WellFact>& facts = table.table->others->says;
    const auto fits = [&](const WellFact& fact) { return fact.label.empty() || folds_to(base.analyte, fact.label); };
    const auto fact = std::ranges::find_if(facts, fits);
    if (fact == facts.end()) return false;
    last_fact_ = data.row.offset;
    if (fact->field == Field::none) return true;
    for (const ValueColumn& column : table.values) {
      const std::string text{trim(data.row.cell(column.column))};
      if (text.empty() || is_dash(text)) continue;
      const auto rank = static_cast<std::size_t>(fact - facts.begin());
      if (auto said = plates_.say(base.run, well_of(column, data), *fact, rank, text); !said) {
        return fail(std::move(said));
      }
    }
    return true;
  }

  // Of plates whose names stand in a list above the table; else empty.
  Result<std::string_view> name_of_plate(const BoundTable& table, const ValueColumn& column) const {
    if (!table.table->others || !table.table->others->listed) return std::string_view{};
    const std::size_t plate = is_plate(table, Wells::titled) ? plates_of_table_ : column.plate;
    const std::vector<std::string>& names = context_.list();
    if (plate < names.size()) return std::string_view{names[plate]};
    if (plate == 0) return std::string_view{};  // a single plate needs no name
    return fail(ErrorCode::malformed,
                fmt::format("表里的板比列出的名称（{} 个）多，无法对应，请重新导出", names.size()));
  }

  static void add_flag(Observation& observation, const std::string& name, const std::string& text) {
    observation.flags.push_back(name.empty() ? text : name + "=" + text);
  }

  // The word itself, else the longest "std*" that it begins with.
  [[nodiscard]] const std::string* type_of(const std::string& word) const {
    const auto whole = profile_.sample_types.find(word);
    if (whole != profile_.sample_types.end()) return &whole->second;
    const std::string* type = nullptr;
    std::size_t longest = 0;
    for (const auto& [given, meant] : profile_.sample_types) {
      const bool fits = given.ends_with('*') && word.starts_with(std::string_view{given}.substr(0, given.size() - 1));
      if (!fits || given.size() < longest) continue;
      longest = given.size();
      type = &meant;
    }
    return type;
  }

  void finish_sample(Observation& base) const {
    for (const std::string& suffix : profile_.id_suffixes) {
      if (base.sample_id.size() > suffix.size() && base.sample_id.ends_with(suffix)) {
        base.sample_id.resize(base.sample_id.size() - suffix.size());
      }
    }
    if (const std::string* type = type_of(fold(base.sample_type))) base.sample_type = *type;
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
  bool add_value(const ValueColumn& column, std::string_view plate, const DataRow& data, const Observation& base,
                 RawValue raw) {
    const Row& row = data.row;
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
    } else if (!plate.empty()) {
      if (!observation.analyte.empty()) observation.analyte += ' ';
      observation.analyte += plate;
    }
    if (observation.analyte.empty()) observation.analyte = column.title;
    if (!column.unit.empty()) observation.unit = column.unit;
    if (column.unit_column != nowhere) observation.unit = trim(row.cell(column.unit_column));
    if (!column.sample.empty()) observation.sample_id = column.sample;
    if (column.flag_column != nowhere) {
      const std::string_view beside = trim(row.cell(column.flag_column));
      if (!beside.empty()) add_flag(observation, column.flag, std::string{beside});
    }
    if (column.response || data.response) observation.flags.emplace_back(drivers::flag_response);
    if (std::string well = well_of(column, data); !well.empty()) {
      plates_.add(walked_.observations.size(), std::move(well));
    }
    walked_.observations.push_back(std::move(observation));
    walked_.values.push_back(std::move(raw));
    walked_.places.push_back({row.number, column.column, sheet_});
    return true;
  }

  // A file that was cut inside its last row has no line end. When cells are missing the row is not whole; when none is
  // missing, digits of the last one may be.
  Result<void> check_last_row(const Row& row) {
    if (last_fact_ == row.offset) {
      return fail(ErrorCode::malformed, "最后一行是板的布局，没有行尾，样品号可能不完整，请重新导出或复制", where(row));
    }
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
  const std::vector<SheetRows>& sheets_;
  std::size_t sheet_ = 0;  // the one that is walked
  Walked walked_;
  Plates plates_;
  Context context_;
  std::string section_;
  std::optional<BoundTable> table_;
  std::map<std::size_t, std::optional<BoundTable>> positional_;
  std::map<std::size_t, std::string> above_;  // what fill_down columns said last
  bool after_blank_ = false;
  std::size_t rows_of_table_ = 0;
  std::size_t rows_of_plate_ = 0;                     // since the last blank row
  std::size_t last_plate_row_ = 0;                    // number of the last of them
  std::size_t plates_of_table_ = 0;                   // that stand above this one
  std::size_t last_fact_ = nowhere;                   // offset of the last row that said something about wells
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
    case Field::well:
    case Field::wells:
    case Field::none:
      break;
  }
  return observation.time;
}

std::string to_text(const Place& place, const std::vector<SheetRows>& sheets) {
  const std::string& name = sheets[place.sheet].name;
  if (name.empty()) return fmt::format("第 {} 行第 {} 列", place.row, place.column + 1);
  return fmt::format("{}!{}", name, sheet::cell_name(place.column, place.row));
}

bool names_statistic(std::string_view cell) {
  if (cell.empty() || cell.size() > 32) return false;
  const std::string word = fold(cell);
  return std::ranges::find(statistics, std::string_view{word}) != statistics.end();
}

Result<Walked> walk(const Profile& profile, const std::vector<SheetRows>& sheets, bool terminated) {
  return Walk{profile, sheets}.run(terminated);
}

}  // namespace lab::profiles
