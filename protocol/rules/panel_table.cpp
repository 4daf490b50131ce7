#include "protocol/rules/panel_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "protocol/rules/analyte_names.hpp"
#include "protocol/rules/panel_verdict.hpp"
#include "protocol/rules/table.hpp"

namespace lab::rules {
namespace {

using model::DecisionRule;
using model::NonDetects;
using model::PanelItem;

// The columns under either of their two names; those from `definition` on may be left out.
struct PanelColumns {
  std::string_view panel, name, analyte, method, unit, lod, loq, reference_only;
  std::string_view definition, factor, non_detects, total_of, rule, uncertainty, confirmations;
};
constexpr PanelColumns english_columns{
    "panel",         "panel_name",           "analyte",      "method", "unit",        "lod",
    "loq",           "reference_only",       "definition",   "factor", "non_detects", "total_of",
    "decision_rule", "relative_uncertainty", "confirmations"};
constexpr PanelColumns chinese_columns{"检测包",     "检测包名称", "检测项目", "检测方法",         "单位",
                                       "检出限",     "定量限",     "仅供参考", "残留定义",         "换算系数",
                                       "未检出计法", "对应形态",   "判定规则", "相对扩展不确定度", "确证次数"};

template <class Value>
struct Word {
  std::string_view english;
  std::string_view chinese;
  Value value;
};
constexpr std::array treatments{Word<NonDetects>{"zero", "零", NonDetects::zero},
                                Word<NonDetects>{"half", "半检出限", NonDetects::half},
                                Word<NonDetects>{"full", "检出限", NonDetects::full}};
constexpr std::array decision_rules{
    Word<DecisionRule>{"simple", "简单接收", DecisionRule::simple},
    Word<DecisionRule>{"guard_acceptance", "保护带接收", DecisionRule::guard_acceptance},
    Word<DecisionRule>{"guard_rejection", "保护带拒收", DecisionRule::guard_rejection},
    Word<DecisionRule>{"nonbinary", "非二元判定", DecisionRule::nonbinary}};
constexpr std::string_view digits = "0123456789";  // of `confirmations`: more than nine portions no sample has

// One row of the table. The first cell that cannot be read is kept as the row's error.
class Row {
 public:
  Row(const Table& table, std::size_t row) : table_(table), row_(row) {}

  std::string text(std::string_view column) const { return std::string{table_.cell(row_, column)}; }

  std::optional<Decimal> amount(std::string_view column) {
    const std::string_view cell = table_.cell(row_, column);
    if (cell.empty()) return std::nullopt;
    auto value = Decimal::parse(cell);
    if (!value || value->is_negative()) reject(column, cell, "is not a number of zero or more");
    return value;
  }

  bool mark(std::string_view column) {
    const std::string_view cell = table_.cell(row_, column);
    if (!cell.empty() && cell != "0" && cell != "1") reject(column, cell, "is not a mark; write 0 or 1");
    return cell == "1";
  }

  Decimal factor(std::string_view column) {
    const auto value = amount(column);
    if (value && value->is_zero()) reject(column, table_.cell(row_, column), "is zero; a factor is above it");
    return value.value_or(Decimal{1, 0});
  }

  std::uint8_t digit(std::string_view column) {
    const std::string_view cell = table_.cell(row_, column);
    if (cell.empty()) return 0;
    const auto value = digits.find(cell);
    if (value == std::string_view::npos || cell.size() != 1) reject(column, cell, "is not one digit; write 0 to 9");
    return static_cast<std::uint8_t>(value);
  }

  template <class Value, std::size_t n>
  Value word(std::string_view column, const std::array<Word<Value>, n>& words, Value otherwise) {
    const std::string_view cell = table_.cell(row_, column);
    if (cell.empty()) return otherwise;
    const auto* const known =
        std::ranges::find_if(words, [&](const auto& one) { return cell == one.english || cell == one.chinese; });
    if (known != words.end()) return known->value;
    std::string choice;
    for (const auto& one : words) choice += fmt::format("{}{}", choice.empty() ? "" : ", ", one.english);
    reject(column, cell, fmt::format("is not known; write one of {}", choice));
    return otherwise;
  }

  void reject(std::string_view column, std::string_view cell, std::string_view why) {
    if (problem_.empty()) problem_ = fmt::format("{} \"{}\" {}", column, cell, why);
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  const Table& table_;
  std::size_t row_;
  std::string problem_;
};

Result<PanelItem> read_item(const Table& table, const PanelColumns& columns, std::size_t index) {
  Row row{table, index};
  PanelItem item{.analyte = row.text(columns.analyte),
                 .method = row.text(columns.method),
                 .unit = row.text(columns.unit),
                 .lod = row.amount(columns.lod),
                 .loq = row.amount(columns.loq),
                 .reference_only = row.mark(columns.reference_only)};
  if (item.analyte.empty()) return fail(ErrorCode::malformed, "the analyte is empty", table.place(index));
  item.definition = row.text(columns.definition);
  item.factor = row.factor(columns.factor);
  item.non_detects = row.word(columns.non_detects, treatments, NonDetects::unstated);
  item.total_of = row.text(columns.total_of);
  item.rule = row.word(columns.rule, decision_rules, DecisionRule::simple);
  item.relative_uncertainty = row.amount(columns.uncertainty);
  item.confirmations = row.digit(columns.confirmations);
  if (!row.problem().empty()) return fail(ErrorCode::malformed, row.problem(), table.place(index));
  return item;
}

// Collects rows into panels, in order of first appearance.
class PanelRows {
 public:
  Result<void> add(const Table& table, const PanelColumns& columns, std::size_t row) {
    const std::string code{table.cell(row, columns.panel)};
    if (code.empty()) return fail(ErrorCode::malformed, "the panel's code is empty", table.place(row));
    auto item = read_item(table, columns, row);
    if (!item) return fail(std::move(item));
    if (!seen_.emplace(code, fold_analyte(item->analyte)).second) {
      return fail(ErrorCode::malformed, fmt::format("{} has {} twice", code, item->analyte), table.place(row));
    }
    const auto [place, fresh] = index_.emplace(code, panels_.size());
    if (fresh) {
      panels_.push_back({.code = model::PanelCode{code}, .name = std::string{table.cell(row, columns.name)}});
      rows_.emplace_back();
    }
    auto& items = panels_[place->second].items;
    if (items.size() == panel_items_max) {
      return fail(ErrorCode::too_large, fmt::format("{} has over {} items", code, panel_items_max), table.place(row));
    }
    items.push_back(std::move(*item));
    rows_[place->second].push_back(row);
    return {};
  }

  // What only the whole of a panel shows.
  Result<std::vector<model::Panel>> take(const Table& table) {
    for (std::size_t i = 0; i < panels_.size(); ++i) {
      const auto problems = check_panel(panels_[i].items);
      if (problems.empty()) continue;
      const PanelProblem& first = problems.front();
      return fail(ErrorCode::malformed, fmt::format("panel {}: {}", panels_[i].code.value(), first.message),
                  table.place(rows_[i][first.item]));
    }
    return std::move(panels_);
  }

 private:
  std::vector<model::Panel> panels_;
  std::vector<std::vector<std::size_t>> rows_;  // of each panel's items
  std::map<std::string, std::size_t> index_;
  std::set<std::pair<std::string, std::string>> seen_;  // panel and analyte
};

}  // namespace

Result<std::vector<model::Panel>> read_panels(std::string_view csv) {
  const std::string_view header = csv.substr(0, csv.find_first_of("\r\n"));
  const bool chinese = header.find(chinese_columns.panel) != std::string_view::npos;
  const PanelColumns& columns = chinese ? chinese_columns : english_columns;
  const auto table = Table::load(csv, {columns.panel, columns.name, columns.analyte, columns.method, columns.unit,
                                       columns.lod, columns.loq, columns.reference_only});
  if (!table) return tl::unexpected(table.error());
  if (table->size() == 0) return fail(ErrorCode::malformed, "there is no panel in it");
  PanelRows rows;
  for (std::size_t row = 0; row < table->size(); ++row) {
    if (auto added = rows.add(*table, columns, row); !added) return fail(std::move(added));
  }
  return rows.take(*table);
}

}  // namespace lab::rules
