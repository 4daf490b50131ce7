#include "tools/qlims/summary_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "tools/qlims/beijing_time.hpp"
#include "tools/qlims/text_table.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct Axis {
  const char* field;
  const char* name_field;  // shown instead when the server gives it
  const char* heading;
};

constexpr std::array axes{Axis{"programme", "programme_name", "项目"},
                          Axis{"city", "city_name", "市州"},
                          Axis{"county", "county_name", "区县"},
                          Axis{"category", "category_name", "类别"},
                          Axis{"stage", "stage_name", "环节"},
                          Axis{"round", "round", "轮次"},
                          Axis{"month", "month", "月份"},
                          Axis{"lab", "lab_name", "实验室"},
                          Axis{"analyte", "analyte", "检测项目"}};

std::string text_of(const json& row, const char* field) {
  const auto value = row.find(field);
  if (value == row.end() || value->is_null()) return "";
  return value->is_string() ? value->get<std::string>() : value->dump();
}

std::string axis_text(const json& row, const Axis& axis) {
  const std::string name = text_of(row, axis.name_field);
  return name.empty() ? text_of(row, axis.field) : name;
}

void append_figures(std::vector<std::string>& cells, const json& row, bool of_items) {
  for (const char* field : {"pass", "fail", "problem", "undetermined"}) cells.push_back(text_of(row, field));
  if (of_items) {
    for (const char* field : {"without_basis", "reference"}) cells.push_back(text_of(row, field));
  }
  cells.push_back(text_of(row, "rate") + (row.value("small_cell", false) ? "*" : ""));
  const std::string low = text_of(row, "rate_low");
  cells.push_back(low.empty() ? "" : fmt::format("{}~{}", low, text_of(row, "rate_high")));
}

}  // namespace

std::string summary_text(const json& summary) {
  const json& rows = summary.at("rows");
  const bool of_items = summary.value("unit", "samples") == "items";
  std::vector<Axis> shown;
  for (const Axis& axis : axes) {
    if (!rows.empty() && rows.front().contains(axis.field)) shown.push_back(axis);
  }
  std::vector<std::string> header;
  header.reserve(shown.size() + 8);
  for (const Axis& axis : shown) header.emplace_back(axis.heading);
  for (const char* heading : {"合格", "不合格", of_items ? "有条件不合格" : "问题样品", "不予判定"})
    header.emplace_back(heading);
  if (of_items) header.insert(header.end(), {"无限量", "仅供参考"});
  for (const char* heading : {"合格率%", "95%区间"}) header.emplace_back(heading);
  std::vector<std::vector<std::string>> cells;
  for (const json& row : rows) {
    auto& line = cells.emplace_back();
    for (const Axis& axis : shown) line.push_back(axis_text(row, axis));
    append_figures(line, row, of_items);
  }
  auto& total = cells.emplace_back(std::vector<std::string>(shown.size()));
  if (!total.empty()) total.front() = "合计";
  append_figures(total, summary.at("total"), of_items);
  const bool any_small = std::ranges::any_of(rows, [](const json& row) { return row.value("small_cell", false); });
  std::string note =
      any_small ? fmt::format("* 判定{}太少，合格率不宜与其他行比较\n", of_items ? "项次" : "样品数") : "";
  if (of_items) note += "统计的是单项判定的次数；不予判定的（含无限量和仅供参考）不算合格，也不计入分母\n";
  const std::uint64_t aside = summary.at("total").value("aside", std::uint64_t{0});
  if (aside > 0) note += fmt::format("另有 {} {}按抽样规则不计入合格率\n", aside, of_items ? "项次" : "个样品");
  const json weighted = summary.value("weighted", json(nullptr));
  if (weighted.is_object()) {
    note += fmt::format("按产量加权的合格率 {}%（标准误 {} 个百分点；权重来源：{}）\n", text_of(weighted, "rate"),
                        text_of(weighted, "standard_error"), text_of(weighted, "source"));
  }
  return text_table(header, cells) + note +
         fmt::format("截至 {}（北京时间），按{}判定统计，数据版本 {}\n", beijing_time(text_of(summary, "as_of")),
                     text_of(summary, "verdicts") == "first" ? "首次" : "最终", text_of(summary, "data_version"));
}

}  // namespace lab::qlims
