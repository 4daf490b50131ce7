#include <fmt/format.h>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/masshunter_layout.hpp"

namespace lab::drivers::masshunter {
namespace {

constexpr std::string_view qualifier_beginning = "Qualifier ";

// One ion of one injection: its columns, and where its own name stands when it is a qualifier.
struct Ion {
  std::size_t injection = 0;
  bool is_qualifier = false;
  std::size_t transition = nowhere;
};

struct Injection {
  std::string sample;
  std::size_t data_file = nowhere;
  std::size_t type = nowhere;
  std::size_t time = nowhere;
};

struct Layout {
  std::size_t compound = nowhere;
  std::vector<Injection> injections;
  std::vector<Ion> ions;
  std::vector<ResultColumns> columns;  // one for each ion
};

class LayoutReader {
 public:
  explicit LayoutReader(const Table& table) : table_(table) {}

  Result<Layout> run() {
    const auto compound = find_column(table_, table_.groups.front(), "name");
    if (!compound) return fail(Result<std::size_t>{compound});
    if (*compound == nowhere) return fail(ErrorCode::malformed, "没有化合物的 Name 列，请加上后重新导出", "第 2 行");
    layout_.compound = *compound;
    for (std::size_t i = 1; i < table_.groups.size(); ++i) {
      const Group& group = table_.groups[i];
      auto added = group.name.starts_with(qualifier_beginning) ? add_qualifier(group) : add_sample(group);
      if (!added) return fail(std::move(added));
    }
    drop_ions_without_result();
    if (layout_.ions.empty()) {
      return fail(ErrorCode::malformed, "没有浓度、峰面积或峰高列，请加上后重新导出", "第 1 行");
    }
    return std::move(layout_);
  }

 private:
  // An injection may have two groups in a row, one with its description and one with its results.
  Result<void> add_sample(const Group& group) {
    const auto data_file = find_column(table_, group, "datafile");
    const auto type = find_column(table_, group, "type");
    const auto time = find_column(table_, group, "acqdate-time");
    for (const auto* found : {&data_file, &type, &time}) {
      if (!*found) return fail(Result<std::size_t>{*found});
    }
    const bool describes = *data_file != nowhere || *type != nowhere || *time != nowhere;
    const bool continues =
        !layout_.injections.empty() && layout_.injections.back().sample == group.name && !describes && !has_result_;
    if (!continues) {
      layout_.injections.push_back({.sample = group.name, .data_file = *data_file, .type = *type, .time = *time});
      start_ion(false);
    }
    ResultColumns& columns = layout_.columns.back();
    if (auto added = add_columns(table_, group, columns); !added) return added;
    has_result_ = choose_column(columns, Quantity::response).column != nowhere;
    return {};
  }

  // "Qualifier 2 Method" names the transition, "Qualifier 2 Results" follows it.
  Result<void> add_qualifier(const Group& group) {
    if (layout_.injections.empty())
      return fail(ErrorCode::malformed, "定性离子出现在第一个样品之前，请重新导出", "第 1 行");
    const bool method = group.name.ends_with(" Method");
    if (method || !layout_.ions.back().is_qualifier) start_ion(true);
    const auto transition = find_column(table_, group, "transition");
    if (!transition) return fail(Result<std::size_t>{transition});
    if (*transition != nowhere) layout_.ions.back().transition = *transition;
    return add_columns(table_, group, layout_.columns.back());
  }

  void start_ion(bool is_qualifier) {
    layout_.ions.push_back({.injection = layout_.injections.size() - 1, .is_qualifier = is_qualifier});
    layout_.columns.emplace_back();
  }

  void drop_ions_without_result() {
    Layout kept{.compound = layout_.compound, .injections = std::move(layout_.injections), .ions = {}, .columns = {}};
    for (std::size_t i = 0; i < layout_.ions.size(); ++i) {
      if (choose_column(layout_.columns[i], Quantity::response).column == nowhere) continue;
      kept.ions.push_back(layout_.ions[i]);
      kept.columns.push_back(layout_.columns[i]);
    }
    layout_ = std::move(kept);
  }

  const Table& table_;
  Layout layout_;
  bool has_result_ = false;  // the injection in progress has its result columns
};

Result<void> check_compounds(const Table& table, const Layout& layout) {
  std::set<std::string_view> seen;
  for (const CsvRowView& row : table.rows) {
    const std::string_view name = cell_of(row, layout.compound);
    const std::string where = fmt::format("第 {} 行", row.line);
    if (name.empty()) return fail(ErrorCode::malformed, "化合物没有名称，请重新导出", where);
    if (!seen.insert(name).second) {
      return fail(ErrorCode::malformed, fmt::format("化合物“{}”出现了两次，请去掉一个后重新导出", name), where);
    }
  }
  return {};
}

// Injections are told apart by their data file, the same one in every row; by the sample's name when there is none.
Result<void> check_injections(const Table& table, const Layout& layout) {
  std::set<std::string_view> seen;
  for (const Injection& injection : layout.injections) {
    const std::string_view identity =
        injection.data_file == nowhere ? injection.sample : cell_of(table.rows.front(), injection.data_file);
    if (identity.empty())
      return fail(ErrorCode::malformed, "有一次进样既没有名称也没有数据文件，请重新导出", "第 1 行");
    if (!seen.insert(identity).second) {
      return fail(ErrorCode::malformed, fmt::format("进样“{}”出现了两次，请加上 Data File 列后重新导出", identity));
    }
    if (injection.data_file == nowhere) continue;
    for (const CsvRowView& row : table.rows) {
      if (cell_of(row, injection.data_file) == identity) continue;
      return fail(ErrorCode::malformed, fmt::format("“{}”的数据文件各行不同，请重新导出", identity),
                  fmt::format("第 {} 行", row.line));
    }
  }
  return {};
}

// Nothing for a qualifier that this compound does not have.
std::optional<model::Observation> read_cell(const CsvRowView& row, const Layout& layout, std::size_t ion,
                                            const Reading& reading) {
  const Ion& described = layout.ions[ion];
  const Injection& injection = layout.injections[described.injection];
  model::Observation observation;
  read_ion(row, layout.columns[ion], reading, observation);
  observation.analyte = cell_of(row, layout.compound);
  if (described.is_qualifier) {
    const std::string_view transition = cell_of(row, described.transition);
    if (transition.empty() && observation.value.text.empty()) return std::nullopt;
    observation.analyte = fmt::format("Qualifier ({})", transition);
    observation.flags.emplace_back(flag_qualifier);
  }
  observation.run = cell_of(row, injection.data_file);
  observation.sample_id = injection.sample.empty() ? std::string{data_file_stem(observation.run)} : injection.sample;
  observation.sample_type = cell_of(row, injection.type);
  observation.time = cell_of(row, injection.time);
  return observation;
}

}  // namespace

Result<void> read_compound_table(const Table& table, model::Decoding& decoding) {
  const auto layout = LayoutReader{table}.run();
  if (!layout) return fail(Result<Layout>{layout});
  if (auto checked = check_compounds(table, *layout); !checked) return checked;
  if (auto checked = check_injections(table, *layout); !checked) return checked;
  const auto format = choose_format(table);
  if (!format) return fail(Result<CellFormat>{format});
  const Reading reading{.quantity = choose_quantity(table, layout->columns), .format = *format};
  for (const CsvRowView& row : table.rows) {
    for (std::size_t ion = 0; ion < layout->ions.size(); ++ion) {
      if (auto observation = read_cell(row, *layout, ion, reading)) {
        decoding.observations.push_back(*std::move(observation));
      }
    }
  }
  return {};
}

}  // namespace lab::drivers::masshunter
