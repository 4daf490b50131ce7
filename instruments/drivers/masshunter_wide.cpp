#include <fmt/format.h>
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/masshunter_layout.hpp"

namespace lab::drivers::masshunter {
namespace {

constexpr std::string_view results_ending = " Results";
constexpr std::string_view method_ending = " Method";

struct SampleColumns {
  std::size_t name = nowhere;
  std::size_t data_file = nowhere;
  std::size_t type = nowhere;
  std::size_t time = nowhere;
  std::size_t instrument = nowhere;
  std::vector<std::size_t> marks;  // untitled columns: "!" for a row with outliers
};

struct Ion {
  std::string name;
  bool is_qualifier = false;
};

struct Layout {
  SampleColumns sample;
  std::vector<Ion> ions;
  std::vector<ResultColumns> columns;  // one for each ion
};

Result<SampleColumns> read_sample_columns(const Table& table) {
  const Group& group = table.groups.front();
  SampleColumns sample;
  const std::vector<std::pair<std::string_view, std::size_t*>> wanted{{"name", &sample.name},
                                                                      {"datafile", &sample.data_file},
                                                                      {"type", &sample.type},
                                                                      {"acqdate-time", &sample.time},
                                                                      {"instrumentname", &sample.instrument}};
  for (const auto& [title, column] : wanted) {
    const auto found = find_column(table, group, title);
    if (!found) return fail(Result<std::size_t>{found});
    *column = *found;
  }
  if (sample.data_file == nowhere) {
    return fail(ErrorCode::malformed, "没有区分各次进样的 Data File 列，请加上后重新导出", "第 2 行");
  }
  for (std::size_t i = group.begin; i < group.end; ++i) {
    if (table.columns[i].empty()) sample.marks.push_back(i);
  }
  return sample;
}

// A qualifier belongs to the compound before it and may be named like one of another compound.
class IonList {
 public:
  Result<void> add(const Table& table, const Group& group) {
    const bool results = group.name.ends_with(results_ending);
    const std::size_t ending = results ? results_ending.size() : method_ending.size();
    const std::string name{trim(std::string_view{group.name}.substr(0, group.name.size() - ending))};
    if (results && !reported_.insert(key_of(name)).second) {
      return fail(ErrorCode::malformed, fmt::format("化合物“{}”出现了两次，请去掉一个后重新导出", name),
                  fmt::format("第 {} 列", group.begin + 1));
    }
    if (layout_.ions.empty() || layout_.ions.back().name != name || ended_) start(name);
    ended_ = results;
    return add_columns(table, group, layout_.columns.back());
  }

  Layout take() {
    for (std::size_t i = layout_.ions.size(); i-- > 0;) {
      if (choose_column(layout_.columns[i], Quantity::response).column != nowhere) continue;
      layout_.ions.erase(layout_.ions.begin() + static_cast<std::ptrdiff_t>(i));
      layout_.columns.erase(layout_.columns.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return std::move(layout_);
  }

 private:
  static bool is_qualifier(const std::string& name) { return name.starts_with("Qualifier ("); }

  std::string key_of(const std::string& name) {
    if (!is_qualifier(name)) compound_ = name;
    return is_qualifier(name) ? compound_ + '\n' + name : name;
  }

  void start(const std::string& name) {
    layout_.ions.push_back({.name = name, .is_qualifier = is_qualifier(name)});
    layout_.columns.emplace_back();
  }

  Layout layout_;
  std::set<std::string> reported_;
  std::string compound_;
  bool ended_ = false;  // the results of the last ion were seen; a group of the same name is another ion
};

Result<Layout> read_layout(const Table& table, model::Decoding& decoding) {
  auto sample = read_sample_columns(table);
  if (!sample) return fail(std::move(sample));
  IonList ions;
  for (const Group& group : table.groups) {
    if (&group == &table.groups.front()) continue;
    if (!group.name.ends_with(results_ending) && !group.name.ends_with(method_ending)) {
      add_diagnostic(decoding, {.where = fmt::format("第 {} 列", group.begin + 1),
                                .message = fmt::format("“{}”下的各列没有读取", group.name)});
      continue;
    }
    if (auto added = ions.add(table, group); !added) return fail(std::move(added));
  }
  Layout layout = ions.take();
  if (layout.ions.empty()) {
    return fail(ErrorCode::malformed, "没有一个化合物有浓度、峰面积或峰高列，请加上后重新导出", "第 1 行");
  }
  layout.sample = *std::move(sample);
  return layout;
}

// Fills in what all values of an injection have in common.
void describe(model::Observation& observation, const CsvRowView& row, const SampleColumns& sample) {
  observation.run = cell_of(row, sample.data_file);
  observation.sample_id =
      sample.name == nowhere ? data_file_stem(cell_of(row, sample.data_file)) : cell_of(row, sample.name);
  observation.sample_type = cell_of(row, sample.type);
  observation.time = cell_of(row, sample.time);
  observation.instrument = cell_of(row, sample.instrument);
  for (const std::size_t mark : sample.marks) {
    const std::string_view text = cell_of(row, mark);
    if (!text.empty() && std::ranges::find(observation.flags, text) == observation.flags.end()) {
      observation.flags.emplace_back(text);
    }
  }
}

Result<void> check_injections(const Table& table, const SampleColumns& sample, model::Decoding& decoding) {
  std::set<std::string_view> seen;
  for (const CsvRowView& row : table.rows) {
    const std::string_view data_file = cell_of(row, sample.data_file);
    const std::string where = fmt::format("第 {} 行", row.line);
    if (data_file.empty()) {
      add_diagnostic(decoding, {.offset = row.offset, .where = where, .message = "没有写数据文件"});
    } else if (!seen.insert(data_file).second) {
      return fail(ErrorCode::malformed, fmt::format("数据文件“{}”列出了两次，请重新导出该批次", data_file), where);
    }
    if (sample.name != nowhere && cell_of(row, sample.name).empty()) {
      add_diagnostic(decoding, {.offset = row.offset, .where = where, .message = "没有写样品名称"});
    }
  }
  return {};
}

}  // namespace

std::string_view data_file_stem(std::string_view data_file) {
  const std::size_t folder = data_file.find_last_of("\\/");
  if (folder != std::string_view::npos) data_file.remove_prefix(folder + 1);
  if (data_file.ends_with(".d") || data_file.ends_with(".D")) data_file.remove_suffix(2);
  return trim(data_file);
}

Result<void> read_wide(const Table& table, model::Decoding& decoding) {
  const auto layout = read_layout(table, decoding);
  if (!layout) return fail(Result<Layout>{layout});
  if (auto checked = check_injections(table, layout->sample, decoding); !checked) return checked;
  const auto format = choose_format(table);
  if (!format) return fail(Result<CellFormat>{format});
  const Reading reading{.quantity = choose_quantity(table, layout->columns), .format = *format};
  decoding.observations.reserve(table.rows.size() * layout->ions.size());
  for (const CsvRowView& row : table.rows) {
    for (std::size_t i = 0; i < layout->ions.size(); ++i) {
      model::Observation& observation = decoding.observations.emplace_back();
      read_ion(row, layout->columns[i], reading, observation);
      observation.analyte = layout->ions[i].name;
      if (layout->ions[i].is_qualifier) observation.flags.emplace_back(flag_qualifier);
      describe(observation, row, layout->sample);
    }
  }
  return {};
}

}  // namespace lab::drivers::masshunter
