// qlims round: GB/T 8170-2008, a line each.

#include "protocol/base/decimal.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/jsonl_command.hpp"

namespace lab::qlims {
namespace {

constexpr const char* example =
    "Fields: value, and either unit (0.01, 1, 100 ...) with fraction_of_unit (1, 0.5, 0.2), or digits (1..38)\n"
    "Answer: rounded\n"
    "Example:\n"
    "  echo '{\"value\":\"60.38\",\"unit\":\"1\",\"fraction_of_unit\":\"0.5\"}' | qlims round";

// 0.01 -> -2; nothing unless it is a power of ten.
std::optional<int> exponent_of(const Decimal& unit) {
  Decimal::Mantissa mantissa = unit.mantissa();
  int exponent = unit.exponent();
  if (mantissa <= 0) return std::nullopt;
  for (; mantissa % 10 == 0; mantissa /= 10) ++exponent;
  return mantissa == 1 ? std::optional{exponent} : std::nullopt;
}

UnitFraction read_fraction(Fields& in) {
  const auto fraction = in.number("fraction_of_unit");
  if (!fraction || *fraction == 1.0) return UnitFraction::whole;
  if (*fraction == 0.5) return UnitFraction::half;
  if (*fraction == 0.2) return UnitFraction::fifth;
  in.reject("fraction_of_unit", "must be 1, 0.5 or 0.2");
  return UnitFraction::whole;
}

std::optional<Decimal> rounded(Fields& in, const Decimal& value) {
  if (in.has("digits") == in.has("unit")) {
    in.reject("unit", "or digits must be given, and not both");
    return std::nullopt;
  }
  const UnitFraction fraction = read_fraction(in);
  if (const auto digits = in.integer("digits")) {
    if (in.has("fraction_of_unit")) in.reject("fraction_of_unit", "goes with unit, not with digits");
    if (*digits < 1 || *digits > Decimal::digits_max) in.reject("digits", "must be 1 to 38");
    return round_to_digits(value, static_cast<int>(*digits));
  }
  const auto unit = in.decimal("unit");
  const auto exponent = unit ? exponent_of(*unit) : std::nullopt;
  if (!exponent) {
    in.reject("unit", "must be a power of ten such as 0.01, 1 or 100");
    return std::nullopt;
  }
  return round_to_unit(value, *exponent, fraction);
}

Result<void> round_line(Fields& in, JsonWriter& out) {
  in.require("value");
  const auto value = in.decimal("value");
  const auto result = rounded(in, value.value_or(Decimal{}));
  if (auto finished = in.finish(); !finished) return finished;
  if (!result) return fail(ErrorCode::too_large, "the rounded value needs more than 38 digits; use a coarser unit");
  out.text("rounded", result->to_text());
  return {};
}

}  // namespace

void add_round_commands(CLI::App& app) {
  add_jsonl_command(app, "round", "Round as GB/T 8170-2008 does (JSON Lines)", example, round_line);
}

}  // namespace lab::qlims
