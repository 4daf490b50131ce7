// qlims qc: the calculators of quality control.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "protocol/base/approximate.hpp"
#include "protocol/quality/calibration.hpp"
#include "protocol/quality/control_rules.hpp"
#include "protocol/quality/precision.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/jsonl_command.hpp"

namespace lab::qlims {
namespace {

constexpr const char* westgard_example =
    "Fields: z, a list of (value - mean) / sd of one control material, oldest first\n"
    "Answer: flags, for each value the list of the rules that it completes: 1_2s (a warning), 1_3s, 2_2s, R_4s (this\n"
    "  value and the one before beyond 2 s on opposite sides), 4_1s, 10_x; a value exactly on a limit is not beyond "
    "it\n"
    "Example:\n"
    "  echo '{\"z\":[\"0.3\",\"2.1\",\"-2.4\"]}' | qlims qc westgard";

constexpr const char* horwitz_example =
    "Fields: mass_fraction (1 mg/kg is \"0.000001\"), rsd_observed (percent; may be left out)\n"
    "Answer: prsd_r, percent, by Horwitz's curve, 22 below a mass fraction of 1.2e-7 (Thompson); horrat = observed "
    "over\n"
    "  predicted, or null: JSON numbers of 12 significant digits\n"
    "Example:\n"
    "  echo '{\"mass_fraction\":\"0.000001\",\"rsd_observed\":\"12\"}' | qlims qc horwitz";

constexpr const char* duplicate_example =
    "Fields: a, b, in one unit\n"
    "Answer: rpd = |a - b| / mean x 100: a JSON number of 12 significant digits\n"
    "Example:\n"
    "  echo '{\"a\":\"0.050\",\"b\":\"0.054\"}' | qlims qc duplicate";

constexpr const char* recovery_example =
    "Fields: spiked, native, added, in one unit\n"
    "Answer: recovery = (spiked - native) / added x 100: a JSON number of 12 significant digits\n"
    "Example:\n"
    "  echo '{\"spiked\":\"0.095\",\"native\":\"0.010\",\"added\":\"0.100\"}' | qlims qc recovery";

constexpr const char* calibration_example =
    "Fields: x, y, lists of the same length: what each standard holds and what the instrument answered\n"
    "Answer: slope, intercept, r2 (null when all y are equal), residuals y - (intercept + slope x): JSON numbers of "
    "12\n"
    "  significant digits, by ordinary least squares\n"
    "Example:\n"
    "  echo '{\"x\":[\"1\",\"2\",\"5\"],\"y\":[\"10.1\",\"19.8\",\"50.3\"]}' | qlims qc calibration";

Decimal needed(Fields& in, std::string_view name) {
  in.require(name);
  return in.quantity(name).value_or(Decimal{});
}

std::vector<Decimal> needed_list(Fields& in, std::string_view name) {
  in.require(name);
  auto list = in.quantities(name);
  if (list.empty()) in.reject(name, "must hold at least one number");
  return list;
}

Result<void> westgard_line(Fields& in, JsonWriter& out) {
  const auto z = needed_list(in, "z");
  if (auto finished = in.finish(); !finished) return finished;
  std::vector<quality::ControlPosition> positions;
  for (const Decimal& value : z) {
    const auto position = quality::position_of(value, {.mean = Decimal{}, .sd = Decimal{1, 0}});
    if (!position) {
      return fail(ErrorCode::too_large,
                  fmt::format("z must be standard deviations from the mean; {} is out of range", value.to_text()));
    }
    positions.push_back(*position);
  }
  out.begin_list("flags");
  for (const auto& rules : quality::completed_rules(positions)) {
    out.begin_list("");
    for (const quality::ControlRule rule : rules) out.text("", name_of(rule));
    out.end_list();
  }
  out.end_list();
  return {};
}

Result<void> horwitz_line(Fields& in, JsonWriter& out) {
  const Decimal mass_fraction = needed(in, "mass_fraction");
  const auto observed = in.quantity("rsd_observed");
  if (observed && observed->is_negative()) in.reject("rsd_observed", "must not be negative");
  if (auto finished = in.finish(); !finished) return finished;
  const auto predicted = quality::horwitz_rsd(mass_fraction);
  if (!predicted) return fail(predicted.error().code, to_text(predicted.error()));
  out.number("prsd_r", *predicted);
  if (observed) {
    out.number("horrat", quality::horrat(approximate(*observed), *predicted));
  } else {
    out.null("horrat");
  }
  return {};
}

Result<void> duplicate_line(Fields& in, JsonWriter& out) {
  const Decimal a = needed(in, "a");
  const Decimal b = needed(in, "b");
  if (auto finished = in.finish(); !finished) return finished;
  const auto difference = quality::relative_difference(a, b);
  if (!difference) return tl::unexpected(difference.error());
  out.number("rpd", difference->percent());
  return {};
}

Result<void> recovery_line(Fields& in, JsonWriter& out) {
  const Decimal spiked = needed(in, "spiked");
  const Decimal native = needed(in, "native");
  const Decimal added = needed(in, "added");
  if (auto finished = in.finish(); !finished) return finished;
  const auto recovered = quality::recovery(spiked, native, added);
  if (!recovered) return fail(recovered.error().code, to_text(recovered.error()));
  out.number("recovery", recovered->percent());
  return {};
}

Result<void> calibration_line(Fields& in, JsonWriter& out) {
  const auto x = needed_list(in, "x");
  const auto y = needed_list(in, "y");
  if (x.size() != y.size()) in.reject("y", fmt::format("has {} values and x has {}", y.size(), x.size()));
  if (auto finished = in.finish(); !finished) return finished;
  std::vector<quality::CalibrationPoint> points;
  for (std::size_t i = 0; i < x.size(); ++i) points.push_back({.x = x[i], .y = y[i]});
  const auto line = quality::fit_line(points);
  if (!line) return fail(line.error().code, to_text(line.error()));
  out.number("slope", line->slope);
  out.number("intercept", line->intercept);
  if (line->r2) {
    out.number("r2", *line->r2);
  } else {
    out.null("r2");
  }
  out.begin_list("residuals");
  for (const double residual : line->residuals) out.number("", residual);
  out.end_list();
  return {};
}

}  // namespace

void add_qc_commands(CLI::App& app) {
  auto* const qc = app.add_subcommand("qc", "Calculators of quality control (JSON Lines)");
  qc->require_subcommand(1);
  qc->footer(westgard_example);
  add_jsonl_command(*qc, "westgard", "Multirules over the values of one control", westgard_example, westgard_line);
  add_jsonl_command(*qc, "horwitz", "Predicted spread between laboratories", horwitz_example, horwitz_line);
  add_jsonl_command(*qc, "duplicate", "Relative percent difference of duplicates", duplicate_example, duplicate_line);
  add_jsonl_command(*qc, "recovery", "Recovery of a spike", recovery_example, recovery_line);
  add_jsonl_command(*qc, "calibration", "Straight line through standards", calibration_example, calibration_line);
}

}  // namespace lab::qlims
