// qlims lot variables: measured values against one limit by the k method.

#include "protocol/acceptance/variables.hpp"
#include "tools/qlims/jsonl_command.hpp"
#include "tools/qlims/lot_commands.hpp"

namespace lab::qlims {
namespace {

using acceptance::Milstd414;
using acceptance::OneLimit;
using acceptance::Side;
using acceptance::VariablesOutcome;
using acceptance::VariablesPlan;

constexpr const char* example =
    "Fields: n and k, or code_letter of MIL-STD-414 (B ... Q), aql and inspection (normal, tightened);\n"
    "  values (list), or mean with s; lower or upper; sigma in place of s when the standard deviation is known;\n"
    "  p (fraction nonconforming)\n"
    "Answer: q (quality index; null when nothing varies), accept (q >= k, compared exactly);\n"
    "  with p: pa, the probability of acceptance; with code_letter: n, k and m (largest percent nonconforming).\n"
    "  p may stand without measured values.\n"
    "Example:\n"
    "  echo '{\"n\":5,\"k\":\"1.53\",\"values\":[\"197\",\"188\",\"184\",\"205\",\"201\"],\"upper\":\"209\"}' | qlims "
    "lot variables";

// The plan in words of MIL-STD-414; n and k are then not given.
VariablesPlan read_table_plan(const Milstd414& table, Fields& in) {
  const auto aql = require_aql(in, "aql");
  const auto plan = table.plan(read_inspection(in), in.text("code_letter"), aql);
  if (!plan) in.reject("code_letter", "has no plan at this AQL and inspection in MIL-STD-414");
  for (const char* name : {"n", "k"}) {
    if (in.has(name)) in.reject(name, "comes from the table when code_letter is given");
  }
  return plan.value_or(VariablesPlan{});
}

VariablesPlan read_given_plan(Fields& in, std::size_t value_count) {
  in.require("k");
  if (value_count == 0) in.require("n");
  return {.n = in.has("n") ? read_count(in, "n") : value_count, .k = in.quantity("k").value_or(Decimal{})};
}

struct Measured {
  std::vector<Decimal> values;
  std::optional<Decimal> mean;
  std::optional<Decimal> s;
  std::optional<Decimal> sigma;

  [[nodiscard]] bool empty() const { return values.empty() && !mean; }
};

Measured read_measured(Fields& in) {
  Measured measured{.values = in.quantities("values"),
                    .mean = in.quantity("mean"),
                    .s = in.quantity("s"),
                    .sigma = in.quantity("sigma")};
  if (!measured.values.empty() && (measured.mean || measured.s)) {
    in.reject("values", "or mean with s may be given, not both");
  }
  if (measured.s && measured.sigma) in.reject("sigma", "or s may be given, not both");
  if (measured.mean && !measured.s && !measured.sigma) in.require("s");
  if (measured.s && !measured.mean) in.require("mean");
  return measured;
}

OneLimit read_limit(Fields& in, bool needed) {
  const auto lower = in.quantity("lower");
  const auto upper = in.quantity("upper");
  if (needed && lower.has_value() == upper.has_value()) {
    in.reject("lower", "or upper must be given, and not both: the k method takes one limit");
  }
  return lower ? OneLimit{.side = Side::lower, .value = *lower} : OneLimit{.value = upper.value_or(Decimal{})};
}

Result<VariablesOutcome> judge(const Measured& measured, const Decimal& k, const OneLimit& limit) {
  if (!measured.values.empty()) return judge_variables(measured.values, k, limit, measured.sigma);
  return judge_variables(*measured.mean, measured.s ? *measured.s : *measured.sigma, k, limit);
}

Result<void> write_probability(const VariablesPlan& plan, double p, bool known_sigma, JsonWriter& out) {
  const auto pa = known_sigma ? acceptance::variables_pa_known_sigma(plan.n, plan.k, p)
                              : acceptance::variables_pa(plan.n, plan.k, p);
  if (!pa) return tl::unexpected(pa.error());
  out.number("pa", *pa);
  return {};
}

Result<void> write_table_plan(const VariablesPlan& plan, JsonWriter& out) {
  const auto m = acceptance::max_percent_nonconforming(plan.n, plan.k);
  if (!m) return tl::unexpected(m.error());
  out.integer("n", static_cast<std::int64_t>(plan.n));
  out.text("k", plan.k.to_text());
  out.number("m", *m);
  return {};
}

Result<void> variables_line(const Milstd414& table, Fields& in, JsonWriter& out) {
  const Measured measured = read_measured(in);
  const bool from_table = in.has("code_letter");
  const VariablesPlan plan = from_table ? read_table_plan(table, in) : read_given_plan(in, measured.values.size());
  const OneLimit limit = read_limit(in, !measured.empty());
  const auto p = in.number("p");
  if (measured.empty() && !p && !from_table) in.reject("values", "or mean with s, or p must be given");
  if (!measured.values.empty() && measured.values.size() != plan.n) in.reject("values", "must be n values");
  if (auto finished = in.finish(); !finished) return finished;
  if (!measured.empty()) {
    const auto outcome = judge(measured, plan.k, limit);
    if (!outcome) return tl::unexpected(outcome.error());
    out.number("q", outcome->q);
    out.flag("accept", outcome->accepted);
  }
  if (p) {
    if (auto written = write_probability(plan, *p, measured.sigma.has_value(), out); !written) return written;
  }
  return from_table ? write_table_plan(plan, out) : Result<void>{};
}

}  // namespace

void add_lot_variables_command(CLI::App& lot) {
  add_jsonl_command(lot, "variables", "Measured values by the k method (JSON Lines)", example,
                    [table = std::optional<Milstd414>{}](Fields& in, JsonWriter& out) mutable {
                      if (!table) table = Milstd414::load();
                      return variables_line(*table, in, out);
                    });
}

}  // namespace lab::qlims
