// qlims judge: one result against one limit, a line each.

#include <array>
#include <utility>

#include "protocol/rules/explain.hpp"
#include "protocol/rules/judge.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/read_value.hpp"
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
    "Answer: verdict, reason, explanation, and p_conform when expanded_uncertainty is given\n"
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

Result<void> judge_line(Fields& in, JsonWriter& out) {
  const model::Limit limit = read_limit(in);
  const model::ReadValue value = rules::read_value(in.text("result"));
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
