#include "coordinator/planning/sampling_rules.hpp"

#include <algorithm>
#include <array>

namespace lab::planning {
namespace {

constexpr std::array columns{Column{{"规则", "rule"}},  Column{{"项目", "programme"}}, Column{{"类型", "kind"}},
                             Column{{"上限", "limit"}}, Column{{"起", "from"}},        Column{{"止", "until"}, true},
                             Column{{"依据", "reason"}}};
enum Field : std::size_t { code, programme, kind, limit, from, until, reason };

constexpr std::uint32_t batch_limit_max = 1'000;
constexpr std::uint32_t percent_max = 100;
constexpr std::size_t code_octets_max = 16;  // keys are made of it

struct KindName {
  SamplingRuleKind kind;
  std::string_view english;
  std::string_view chinese;
};
constexpr std::array kinds{KindName{SamplingRuleKind::same_batch, "same_batch", "同批次"},
                           KindName{SamplingRuleKind::shop_share, "shop_share", "单位占比"},
                           KindName{SamplingRuleKind::escrow, "escrow", "托管"},
                           KindName{SamplingRuleKind::publish, "publish", "公布"},
                           KindName{SamplingRuleKind::warning, "warning", "预警"}};

std::optional<SamplingRuleKind> kind_in(std::string_view text) {
  const auto found =
      std::ranges::find_if(kinds, [&](const KindName& one) { return one.english == text || one.chinese == text; });
  return found == kinds.end() ? std::nullopt : std::optional{found->kind};
}

std::optional<CivilDate> date_in(Reader& reader, std::size_t column) {
  const auto date = parse_date(reader.cell(column));
  if (!date) reader.complain(column, "日期应写作 2013-01-01");
  return date;
}

std::optional<SamplingRule> rule_in(Reader& reader) {
  SamplingRule rule;
  const auto name = reader.text(code);
  const auto of = reader.text(programme);
  const auto what = kind_in(reader.cell(kind));
  const auto why = reader.text(reason);
  const auto begin = date_in(reader, from);
  if (!what) reader.complain(kind, "应为 同批次、单位占比、托管、公布 或 预警");
  if (name && name->size() > code_octets_max) reader.complain(code, "规则代码最多 16 个字节");
  if (!reader.cell(until).empty()) rule.until = date_in(reader, until);
  if (!name || !of || !what || !why || !begin) return std::nullopt;
  if (*what != SamplingRuleKind::escrow) {
    const auto most = *what == SamplingRuleKind::shop_share ? percent_max : batch_limit_max;
    const auto number = reader.whole_number(limit, 1, most);
    if (!number) return std::nullopt;
    rule.limit = *number;
  }
  rule.code = *name;
  if (*of != "*") rule.programme = model::ProgrammeCode{*of};
  rule.kind = *what;
  rule.from = *begin;
  rule.reason = *why;
  return rule;
}

}  // namespace

const char* name_of(SamplingRuleKind kind) {
  return std::ranges::find(kinds, kind, &KindName::kind)->english.data();  // literals: they end in zero
}

bool SamplingRule::covers(const model::ProgrammeCode& of, CivilDate day) const {
  return (!programme || *programme == of) && from <= day && (!until || day <= *until);
}

const SamplingRule* rule_for(const std::vector<SamplingRule>& rules, SamplingRuleKind kind,
                             const model::ProgrammeCode& programme, CivilDate day) {
  const SamplingRule* found = nullptr;
  for (const SamplingRule& rule : rules) {
    if (rule.kind != kind || !rule.covers(programme, day)) continue;
    if (found == nullptr || (!found->programme && rule.programme)) found = &rule;
  }
  return found;
}

Result<std::vector<SamplingRule>> load_sampling_rules(const Table& table) {
  std::vector<SamplingRule> rules;
  Reader reader{table, columns};
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    auto rule = rule_in(reader);
    if (!rule) continue;
    if (std::ranges::find(rules, rule->code, &SamplingRule::code) != rules.end()) {
      reader.complain(code, "这条规则已出现过；请换一个代码");
    }
    rules.push_back(std::move(*rule));
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return rules;
}

}  // namespace lab::planning
