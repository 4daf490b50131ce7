#include "coordinator/enterprises/risk_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "coordinator/enterprises/defaults.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/base/csv.hpp"

namespace lab::enterprises {
namespace {

constexpr std::array columns{"name", "from", "value", "unit", "what_zh", "basis", "assumption"};
constexpr std::uint32_t value_max = 10'000;  // ten times the largest that makes sense

struct Place {
  std::string_view name;
  std::uint32_t RiskNumbers::*number;
};
constexpr std::array places{Place{"recent_months", &RiskNumbers::recent_months},
                            Place{"older_months", &RiskNumbers::older_months},
                            Place{"fail_recent", &RiskNumbers::fail_recent},
                            Place{"fail_older", &RiskNumbers::fail_older},
                            Place{"clean_off", &RiskNumbers::clean_off},
                            Place{"weight_least", &RiskNumbers::weight_least},
                            Place{"weight_most", &RiskNumbers::weight_most},
                            Place{"prior_samples", &RiskNumbers::prior_samples},
                            Place{"signal_window_days", &RiskNumbers::signal_window_days},
                            Place{"signal_place_level", &RiskNumbers::signal_place_level}};

tl::unexpected<Error> bad(std::size_t line, const char* column, std::string message) {
  return fail(ErrorCode::malformed, std::move(message), fmt::format("{} 第 {} 行 {}", risk_rules_file, line, column));
}

Result<RiskRule> rule_of(const CsvRow& row) {
  const auto& cells = row.cells;
  if (cells.size() != columns.size()) return bad(row.line, "", "列数不对");
  RiskRule rule{
      .name = cells[0], .value = 0, .unit = cells[3], .chinese = cells[4], .basis = cells[5], .assumption = cells[6]};
  if (std::ranges::find(places, rule.name, &Place::name) == places.end()) return bad(row.line, "name", "没有这个参数");
  const auto from = parse_date(cells[1]);
  if (!from) return bad(row.line, "from", "应写作 2013-01-01");
  rule.from = *from;
  const std::string& text = cells[2];
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rule.value);
  if (error != std::errc{} || end != text.data() + text.size() || rule.value > value_max) {
    return bad(row.line, "value", fmt::format("应为 0 到 {} 的整数", value_max));
  }
  return rule;
}

}  // namespace

Result<RiskRules> RiskRules::load(std::string_view csv) {
  if (csv.empty()) csv = default_risk_rules;
  const auto rows = parse_csv(csv);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty() || !std::ranges::equal(rows->front().cells, columns)) {
    return fail(ErrorCode::malformed, "第一行应是规定的列名", risk_rules_file);
  }
  RiskRules read;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    auto rule = rule_of((*rows)[i]);
    if (!rule) return fail(std::move(rule));
    read.rules_.push_back(*std::move(rule));
  }
  for (const Place& place : places) {
    if (std::ranges::find(read.rules_, place.name, &RiskRule::name) == read.rules_.end()) {
      return fail(ErrorCode::malformed, fmt::format("缺少参数 {}", place.name), risk_rules_file);
    }
  }
  for (const RiskRule& rule : read.rules_) {
    const RiskNumbers numbers = read.on(rule.from);
    const bool good = numbers.weight_least >= 1 && numbers.weight_least <= 100 && numbers.weight_most >= 100 &&
                      numbers.prior_samples >= 1 && numbers.signal_place_level <= 2;
    if (!good) {
      return fail(
          ErrorCode::malformed,
          fmt::format("{} 起的参数不可用：权重下限应为 1 到 100，上限不小于 100，收缩样品数至少 1，地点级别 0 到 2",
                      to_text(rule.from)),
          risk_rules_file);
    }
  }
  return read;
}

RiskNumbers RiskRules::on(CivilDate day) const {
  RiskNumbers numbers;
  for (const Place& place : places) {
    const RiskRule* newest = nullptr;
    const RiskRule* earliest = nullptr;  // holds before all of them
    for (const RiskRule& rule : rules_) {
      if (rule.name != place.name) continue;
      if (earliest == nullptr || rule.from < earliest->from) earliest = &rule;
      if (rule.from <= day && (newest == nullptr || rule.from >= newest->from)) newest = &rule;
    }
    numbers.*place.number = newest != nullptr ? newest->value : earliest->value;
  }
  return numbers;
}

RiskRules risk_rules(const journal::View& store) {
  namespace tables = coordinator::tables;
  auto rules = RiskRules::load(tables::province_file(store, risk_rules_file).value_or(""));
  if (!rules) throw journal::Damage("the stored risk rules cannot be read: " + to_text(rules.error()));
  return std::move(*rules);
}

}  // namespace lab::enterprises
