// Panels and laboratories: the tables an administrator maintains (import.hpp).
#include <fmt/format.h>
#include <algorithm>
#include <limits>

#include "coordinator/planning/import.hpp"
#include "protocol/base/unit.hpp"

namespace lab::planning {
namespace {

constexpr std::array panel_columns{
    Column{{"检测包", "panel"}},
    Column{{"检测包名称", "panel_name"}},
    Column{{"检测项目", "analyte"}},
    Column{{"检测方法", "method"}},
    Column{{"单位", "unit"}},
    Column{{"检出限", "lod"}},
    Column{{"定量限", "loq"}},
    Column{{"仅供参考", "reference_only"}},
    // How items are judged together. Read and checked where the judge reads them (protocol/rules/panel_table.hpp), with
    // every new reference set; planning only needs to know that they are no mistake.
    Column{{"残留定义", "definition"}, true},
    Column{{"换算系数", "factor"}, true},
    Column{{"未检出计法", "non_detects"}, true},
    Column{{"对应形态", "total_of"}, true},
    Column{{"判定规则", "decision_rule"}, true},
    Column{{"相对扩展不确定度", "relative_uncertainty"}, true},
    Column{{"确证次数", "confirmations"}, true},
};
enum PanelField : std::size_t { panel_code, panel_name, analyte, method, unit, lod, loq, reference_only };

constexpr std::array laboratory_columns{
    Column{{"编号", "id"}},       Column{{"实验室", "name"}},   Column{{"市州代码", "city", "市州"}},
    Column{{"容量", "capacity"}}, Column{{"检测包", "panels"}},
};
enum LaboratoryField : std::size_t { laboratory_id, laboratory_name, laboratory_city, capacity, panels_offered };

constexpr std::size_t panel_code_bytes_max = 16;  // printed in the margin of a label

std::optional<Decimal> limit_of_method(Reader& reader, std::size_t column) {
  const std::string_view text = reader.cell(column);
  if (text.empty()) return std::nullopt;
  const auto value = Decimal::parse(text);
  if (!value || value->is_negative() || value->is_zero()) {
    reader.complain(column, "应为大于 0 的数，如 0.01；方法没有给出时留空");
    return std::nullopt;
  }
  return value;
}

std::optional<model::PanelItem> read_item(Reader& reader) {
  auto name = reader.text(analyte);
  auto how = reader.text(method);
  auto in = reader.text(unit);
  const auto detected_from = limit_of_method(reader, lod);
  const auto quantified_from = limit_of_method(reader, loq);
  const std::string_view reference = reader.cell(reference_only);
  if (in && !parse_unit(*in)) reader.complain(unit, "不认识的单位；请写 mg/kg、μg/kg、g/L、% 等");
  if (detected_from && quantified_from && *detected_from > *quantified_from) {
    reader.complain(lod, "检出限大于定量限；请核对两列是否写反");
  }
  if (reference != "0" && reference != "1") reader.complain(reference_only, "应为 0（参与判定）或 1（仅供参考）");
  if (!name || !how || !in) return std::nullopt;
  return model::PanelItem{.analyte = std::move(*name),
                          .method = std::move(*how),
                          .unit = std::move(*in),
                          .lod = detected_from,
                          .loq = quantified_from,
                          .reference_only = reference == "1"};
}

bool is_code(std::string_view text) {
  return text.size() <= panel_code_bytes_max &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; });
}

// The panel this row belongs to: the last one, or a new one. Nothing when the row cannot be placed.
model::Panel* panel_for(Reader& reader, std::vector<model::Panel>& panels) {
  auto code = reader.text(panel_code);
  auto name = reader.text(panel_name);
  if (!code || !name) return nullptr;
  if (!is_code(*code)) {
    reader.complain(panel_code, "只能用大写字母、数字和连字符，不超过 16 个");
    return nullptr;
  }
  if (!panels.empty() && panels.back().code.value() == *code) {
    if (panels.back().name != *name) reader.complain(panel_name, "与同一检测包上一行的名称不同；请统一");
    return &panels.back();
  }
  if (std::ranges::find(panels, model::PanelCode{*code}, &model::Panel::code) != panels.end()) {
    reader.complain(panel_code, "同一检测包的各行要连在一起；请把这一行移到上面");
    return nullptr;
  }
  panels.push_back({model::PanelCode{std::move(*code)}, std::move(*name), {}});
  return &panels.back();
}

std::vector<model::PanelCode> read_offer(Reader& reader, std::span<const model::Panel> panels) {
  std::vector<model::PanelCode> offer;
  std::string_view rest = reader.cell(panels_offered);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.empty()) continue;
    model::PanelCode code{std::string{word}};
    if (std::ranges::find(panels, code, &model::Panel::code) == panels.end()) {
      reader.complain(panels_offered, fmt::format("检测包表里没有 {}；请改正代码", word));
    } else if (std::ranges::find(offer, code) != offer.end()) {
      reader.complain(panels_offered, fmt::format("{} 写了两次；请删去一个", word));
    } else {
      offer.push_back(std::move(code));
    }
  }
  if (reader.cell(panels_offered).empty()) reader.complain(panels_offered, "至少写一个检测包代码，以空格分开");
  return offer;
}

}  // namespace

Result<std::vector<model::Panel>> load_panels(const Table& table) {
  std::vector<model::Panel> panels;
  Reader reader{table, panel_columns};
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    model::Panel* panel = panel_for(reader, panels);
    auto item = read_item(reader);
    if (panel == nullptr || !item) continue;
    if (std::ranges::find(panel->items, item->analyte, &model::PanelItem::analyte) != panel->items.end()) {
      reader.complain(analyte, "这个检测包里已有这个项目；请删去一行");
    }
    if (panel->items.size() == panel_items_max) {
      reader.complain_of_row(fmt::format("检测包的项目超过 {} 个；请拆成两个检测包", panel_items_max));
    }
    panel->items.push_back(std::move(*item));
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return panels;
}

Result<std::vector<model::Laboratory>> load_laboratories(const Table& table, const Divisions& divisions,
                                                         std::span<const model::Panel> panels) {
  std::vector<model::Laboratory> laboratories;
  Reader reader{table, laboratory_columns};
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    const auto id = reader.whole_number(laboratory_id, 1, std::numeric_limits<std::uint32_t>::max());
    const auto name = reader.text(laboratory_name);
    const auto given_city = reader.text(laboratory_city);
    const auto places = reader.whole_number(capacity, 1, 1'000'000);
    const City* city = given_city ? divisions.find_city(*given_city) : nullptr;
    if (given_city && city == nullptr) reader.complain(laboratory_city, "没有这个市州；请写六位代码或全称");
    auto offer = read_offer(reader, panels);
    if (!id || !name || !places || city == nullptr) continue;
    const auto same_id = [&](const model::Laboratory& other) { return other.id.value() == *id; };
    if (std::ranges::any_of(laboratories, same_id)) {
      reader.complain(laboratory_id, "这个编号已有实验室；请换一个编号");
    }
    laboratories.push_back({model::LaboratoryId{*id}, *name, city->code, *places, std::move(offer)});
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return laboratories;
}

}  // namespace lab::planning
