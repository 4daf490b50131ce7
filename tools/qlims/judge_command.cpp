// qlims judge: one result against one limit, a line each.

#include <array>
#include <deque>
#include <utility>

#include "protocol/model/read_value.hpp"
#include "protocol/rules/explain.hpp"
#include "protocol/rules/judge.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/residue_sum.hpp"
#include "protocol/rules/risk.hpp"
#include "tools/qlims/choose.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/jsonl_command.hpp"

namespace lab::qlims {
namespace {

using model::Comparison;
using model::DecisionRule;

constexpr const char* example =
    "Fields: op (<=, >=, range, ND, banned, none), limit, unit_limit, result, unit_result, lod, loq, reference_only,\n"
    "  comparison (full_value, rounded_value), rounding_unit, lower_inclusive, upper_inclusive,\n"
    "  decision_rule (simple, guard_acceptance, guard_rejection, nonbinary), expanded_uncertainty\n"
    "  or, for a residue definition that is a sum, in place of result, unit_result, lod, loq:\n"
    "  components (list of name, result, unit_result, factor, lod, loq), non_detects (unstated, zero, half, full)\n"
    "Answer: verdict, reason, explanation, and p_conform when expanded_uncertainty is given;\n"
    "  of a sum also sum_low and sum_high in the limit's unit\n"
    "Example:\n"
    "  echo '{\"op\":\"<=\",\"limit\":\"0.05\",\"unit_limit\":\"mg/kg\",\"result\":\"51\",\"unit_result\":\"ug/kg\"}' "
    "| qlims judge";

constexpr std::array comparisons{std::pair{std::string_view{"full_value"}, Comparison::full_value},
                                 std::pair{std::string_view{"rounded_value"}, Comparison::rounded_value}};
constexpr std::array decision_rules{std::pair{std::string_view{"simple"}, DecisionRule::simple},
                                    std::pair{std::string_view{"guard_acceptance"}, DecisionRule::guard_acceptance},
                                    std::pair{std::string_view{"guard_rejection"}, DecisionRule::guard_rejection},
                                    std::pair{std::string_view{"nonbinary"}, DecisionRule::nonbinary}};

std::optional<Decimal> not_negative(Fields& in, std::string_view field) {
  const auto number = in.decimal(field);
  if (number && number->is_negative()) in.reject(field, "must not be negative");
  return number;
}

model::Limit read_limit(Fields& in) {
  in.require("op");
  auto limit = rules::make_limit(in.text("op"), in.text("limit"), in.text("unit_limit"));
  if (!limit) {
    in.reject("op", limit.error().message);
    return {};
  }
  limit->comparison = choose(in, "comparison", comparisons);
  limit->rounding_unit = in.decimal("rounding_unit");
  limit->lower_inclusive = in.flag("lower_inclusive", true);
  limit->upper_inclusive = in.flag("upper_inclusive", true);
  return *std::move(limit);
}

// ---- a residue definition that is a sum

constexpr std::array non_detects{std::pair{std::string_view{"unstated"}, rules::NonDetects::unstated},
                                 std::pair{std::string_view{"zero"}, rules::NonDetects::zero},
                                 std::pair{std::string_view{"half"}, rules::NonDetects::half},
                                 std::pair{std::string_view{"full"}, rules::NonDetects::full}};

// What a component refers to; kept in a deque, so that it stays where it is.
struct Part {
  std::string name;
  model::ReadValue value;
  std::string unit;
  rules::Component component;

  explicit Part(Fields& in)
      : name(in.text("name")),
        value(model::read_value(in.text("result"))),
        unit(in.text("unit_result")),
        component{.name = name, .evidence = {.value = value, .unit = unit}} {
    component.evidence.lod = not_negative(in, "lod");
    component.evidence.loq = not_negative(in, "loq");
    if (const auto factor = in.decimal("factor")) component.factor = *factor;
    if (component.factor.is_negative() || component.factor.is_zero()) in.reject("factor", "must be above zero");
  }
};

Result<void> judge_sum_line(Fields& in, const model::Limit& limit, JsonWriter& out) {
  for (const char* field : {"result", "unit_result", "lod", "loq"}) {
    if (in.has(field)) in.reject(field, "belongs to each of the components");
  }
  std::deque<Part> parts;
  std::vector<rules::Component> components;
  for (Fields& fields : in.objects("components")) {
    parts.emplace_back(fields);
    if (auto finished = fields.finish(); !finished) return finished;
    components.push_back(parts.back().component);
  }
  if (components.empty()) in.reject("components", "must be a list of at least one object");
  rules::SumRule rule{.non_detects = choose(in, "non_detects", non_detects)};
  rule.rule = choose(in, "decision_rule", decision_rules);
  rule.expanded_uncertainty = not_negative(in, "expanded_uncertainty");
  const bool reference_only = in.flag("reference_only", false);
  if (auto finished = in.finish(); !finished) return finished;

  const rules::ResidueSum sum = rules::judge_sum(components, limit, rule);
  out.text("verdict", model::name_of(sum.finding.outcome));
  out.text("reason", model::name_of(sum.finding.reason));
  out.text("explanation",
           rules::explain_sum(components, limit, rule, sum) + (reference_only ? "本项仅供参考，不参与样品判定。" : ""));
  for (const auto& [name, end] : {std::pair{"sum_low", sum.low}, std::pair{"sum_high", sum.high}}) {
    if (end) {
      out.text(name, end->to_text());
    } else {
      out.null(name);
    }
  }
  return {};
}

Result<void> judge_line(Fields& in, JsonWriter& out) {
  const model::Limit limit = read_limit(in);
  if (in.has("components")) return judge_sum_line(in, limit, out);
  const model::ReadValue value = model::read_value(in.text("result"));
  const std::string unit = in.text("unit_result");
  rules::Evidence evidence{.value = value, .unit = unit};
  evidence.lod = not_negative(in, "lod");
  evidence.loq = not_negative(in, "loq");
  evidence.rule = choose(in, "decision_rule", decision_rules);
  evidence.expanded_uncertainty = not_negative(in, "expanded_uncertainty");
  const bool reference_only = in.flag("reference_only", false);
  if (auto finished = in.finish(); !finished) return finished;

  const rules::Finding finding = rules::judge(evidence, limit);
  out.text("verdict", model::name_of(finding.outcome));
  out.text("reason", model::name_of(finding.reason));
  out.text("explanation", rules::explain(evidence, limit, finding, {.reference_only = reference_only}));
  if (evidence.expanded_uncertainty) {
    const auto probability = rules::p_conform(evidence, limit);
    if (probability) {
      out.number("p_conform", *probability);
    } else {
      out.null("p_conform");
    }
  }
  return {};
}

}  // namespace

void add_judge_commands(CLI::App& app) {
  add_jsonl_command(app, "judge", "Judge results against limits (JSON Lines)", example, judge_line);
}

}  // namespace lab::qlims
