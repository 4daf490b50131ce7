#include "coordinator/enterprises/credit_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "coordinator/enterprises/defaults.hpp"
#include "protocol/base/csv.hpp"
#include "protocol/base/text.hpp"

namespace lab::enterprises {
namespace {

constexpr std::array measure_names{"failed", "failed_in_a_row", "clean", "judged"};
constexpr std::array role_names{"any", "unit", "producer"};
constexpr std::array columns{"rule",       "from",    "to",      "class",     "blacklisted",
                             "programmes", "role",    "measure", "at_least",  "window_months",
                             "text_zh",    "text_en", "basis",   "assumption"};
constexpr std::uint32_t number_max = 1'000;  // a rule about more verdicts or months is a misplaced digit

template <class Enum, std::size_t n>
std::optional<Enum> parse(const std::array<const char*, n>& names, std::string_view text) {
  for (std::size_t i = 0; i < n; ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

tl::unexpected<Error> bad(const CsvRow& row, const char* column, const char* message) {
  return fail(ErrorCode::malformed, message, fmt::format("{} 第 {} 行 {}", credit_rules_file, row.line, column));
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size() && value >= 1 && value <= number_max;
  return good ? std::optional{value} : std::nullopt;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('|'), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Result<CreditRule> rule_of(const CsvRow& row) {
  const auto& cells = row.cells;
  if (cells.size() != columns.size()) return bad(row, "", "列数不对");
  CreditRule rule{.rule = cells[0],
                  .to = std::nullopt,
                  .credit_class = cells[3],
                  .blacklisted = cells[4] == "1",
                  .programmes = split(cells[5]),
                  .chinese = cells[10],
                  .english = cells[11],
                  .basis = cells[12],
                  .assumption = cells[13]};
  const auto from = parse_date(cells[1]);
  if (!from) return bad(row, columns[1], "应写作 2013-01-01");
  rule.from = *from;
  if (!cells[2].empty()) rule.to = parse_date(cells[2]);
  if (!cells[2].empty() && !rule.to) return bad(row, columns[2], "应写作 2013-12-31，或不写");
  constexpr std::size_t name_max = 32;  // they stand in records and on badges
  if (rule.rule.empty() || !is_tidy(rule.rule, name_max)) return bad(row, columns[0], "应有不超过 32 个字节的代码");
  if (rule.credit_class.empty() || !is_tidy(rule.credit_class, name_max)) return bad(row, columns[3], "应有级别");
  if (cells[4] != "0" && cells[4] != "1") return bad(row, columns[4], "应为 0 或 1");
  if (rule.programmes.empty()) return bad(row, columns[5], "应为项目代码，用 | 隔开，或 *");
  const auto role = parse<Role>(role_names, cells[6]);
  if (!role) return bad(row, columns[6], "应为 any、unit 或 producer");
  const auto measure = parse<Measure>(measure_names, cells[7]);
  if (!measure) return bad(row, columns[7], "应为 failed、failed_in_a_row、clean 或 judged");
  const auto least = number(cells[8]);
  const auto window = number(cells[9]);
  if (!least) return bad(row, columns[8], "应为 1 到 1000 的整数");
  if (!window) return bad(row, columns[9], "应为 1 到 1000 的整数");
  rule.role = *role;
  rule.measure = *measure;
  rule.at_least = *least;
  rule.window_months = *window;
  return rule;
}

// Those a rule looks at, the newest first.
std::vector<FinalVerdict> looked_at(const CreditRule& rule, std::span<const FinalVerdict> verdicts, CivilDate on) {
  const std::uint32_t now = to_month_number(on);
  std::vector<FinalVerdict> found;
  std::ranges::copy_if(verdicts, std::back_inserter(found), [&](const FinalVerdict& one) {
    const bool in_role = rule.role == Role::any || (rule.role == Role::unit ? one.as_unit : one.as_producer);
    const bool in_window = one.month <= now && one.month + rule.window_months > now;
    return in_role && in_window && rule.is_about(one.programme);
  });
  std::ranges::sort(found, [](const FinalVerdict& a, const FinalVerdict& b) {
    return std::pair{a.month, a.task} > std::pair{b.month, b.task};
  });
  return found;
}

bool fails(const FinalVerdict& verdict) { return verdict.outcome == model::SampleOutcome::fail; }

// The verdicts that make the rule hold; fewer than at_least when it does not.
std::vector<model::TaskId> counted_by(const CreditRule& rule, const std::vector<FinalVerdict>& verdicts) {
  std::vector<model::TaskId> counted;
  if (rule.measure == Measure::clean && std::ranges::any_of(verdicts, fails)) return counted;
  for (const FinalVerdict& one : verdicts) {
    if (rule.measure == Measure::failed_in_a_row && !fails(one)) break;
    if (rule.measure == Measure::failed && !fails(one)) continue;
    counted.push_back(one.task);
  }
  return counted;
}

}  // namespace

const char* name_of(Measure measure) { return measure_names[static_cast<std::size_t>(measure)]; }
const char* name_of(Role role) { return role_names[static_cast<std::size_t>(role)]; }

bool CreditRule::is_about(const model::ProgrammeCode& programme) const {
  return std::ranges::any_of(programmes,
                             [&](const std::string& one) { return one == "*" || one == programme.value(); });
}

Result<CreditRules> CreditRules::load(std::string_view csv) {
  if (csv.empty()) csv = default_credit_rules;
  const auto rows = parse_csv(csv);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty() || !std::ranges::equal(rows->front().cells, columns)) {
    return fail(ErrorCode::malformed, "第一行应是规定的列名", credit_rules_file);
  }
  if (rows->size() > credit_rules_max + 1) {
    return fail(ErrorCode::too_large, fmt::format("最多 {} 条规则", credit_rules_max), credit_rules_file);
  }
  CreditRules read;
  read.hash_ = crypto::sha256(csv);
  for (std::size_t i = 1; i < rows->size(); ++i) {
    auto rule = rule_of((*rows)[i]);
    if (!rule) return fail(std::move(rule));
    const auto same = [&](const CreditRule& known) { return known.rule == rule->rule; };
    if (std::ranges::any_of(read.rules_, same)) return bad((*rows)[i], columns[0], "规则代码重复");
    read.rules_.push_back(*std::move(rule));
  }
  return read;
}

Evaluation CreditRules::evaluate(std::span<const FinalVerdict> verdicts, CivilDate on) const {
  Evaluation evaluation;
  for (const CreditRule& rule : rules_) {
    if (on < rule.from || (rule.to && on > *rule.to)) continue;
    auto counted = counted_by(rule, looked_at(rule, verdicts, on));
    if (counted.size() >= rule.at_least) {
      evaluation.rule = rule;
      evaluation.verdicts = std::move(counted);
      return evaluation;
    }
    evaluation.unmet +=
        fmt::format("{}（{}，{} 个月内需 {} 次，有 {} 次）不成立；", rule.rule, fmt::join(rule.programmes, "、"),
                    rule.window_months, rule.at_least, counted.size());
  }
  return evaluation;
}

}  // namespace lab::enterprises
