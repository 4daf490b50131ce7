#include "protocol/rules/limit_text.hpp"

#include <algorithm>
#include <string>

#include "protocol/base/unit.hpp"

namespace lab::rules {
namespace {

using model::Limit;
using model::LimitKind;

struct RoundingStep {
  int exponent;
  UnitFraction fraction;
};

// 0.1, 100 -> whole units; 0.5 -> half of 1; 20 -> a fifth of 100. GB/T 8170-2008 knows no other.
std::optional<RoundingStep> rounding_step(const Decimal& unit) {
  Decimal::Mantissa mantissa = unit.mantissa();
  int exponent = unit.exponent();
  if (mantissa <= 0) return std::nullopt;
  for (; mantissa % 10 == 0; mantissa /= 10) ++exponent;
  if (mantissa == 1) return RoundingStep{exponent, UnitFraction::whole};
  if (mantissa == 5) return RoundingStep{exponent + 1, UnitFraction::half};
  if (mantissa == 2) return RoundingStep{exponent + 1, UnitFraction::fifth};
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "5.5~8.5"; a minus sign separates only when it follows a digit.
std::size_t find_separator(std::string_view text, std::size_t& length) {
  for (const std::string_view mark : {"~", "～", "–", "—"}) {
    length = mark.size();
    if (const auto at = text.find(mark); at != std::string_view::npos) return at;
  }
  length = 1;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '-' && text[i - 1] >= '0' && text[i - 1] <= '9') return i;
  }
  return std::string_view::npos;
}

void read_range(std::string_view text, Limit& limit) {
  std::size_t length = 0;
  const auto at = find_separator(text, length);
  if (at == std::string_view::npos) return;
  limit.lower = Decimal::parse(trimmed(text.substr(0, at)));
  limit.upper = Decimal::parse(trimmed(text.substr(at + length)));
}

}  // namespace

std::optional<int> unit_shift(std::string_view from, std::string_view to) {
  if (from == to) return 0;
  from = trimmed(from);
  to = trimmed(to);
  if (from == to) return 0;
  const auto a = parse_unit(from);
  const auto b = parse_unit(to);
  if (!a || !b || a->dimension != b->dimension) return std::nullopt;
  return a->exponent - b->exponent;
}

int last_place(const Limit& limit) {
  const int upper = limit.upper ? limit.upper->exponent() : Decimal::exponent_max;
  const int lower = limit.lower ? limit.lower->exponent() : Decimal::exponent_max;
  return std::min(upper, lower);
}

std::optional<Decimal> compared_value(const Decimal& value, int shift, const Limit& limit) {
  const auto converted = shift == 0 ? std::optional{value} : value.shifted(shift);
  if (!converted || limit.comparison == model::Comparison::full_value) return converted;
  if (!limit.rounding_unit) return round_to_unit(*converted, last_place(limit));
  const auto step = rounding_step(*limit.rounding_unit);
  if (!step) return std::nullopt;
  return round_to_unit(*converted, step->exponent, step->fraction);
}

bool is_well_formed(const Limit& limit) {
  switch (limit.kind) {
    case LimitKind::none:
      return true;
    case LimitKind::at_most:
      return limit.upper.has_value() && !limit.lower;
    case LimitKind::at_least:
      return limit.lower.has_value() && !limit.upper;
    case LimitKind::range:
      return limit.lower && limit.upper && *limit.lower <= *limit.upper;
    case LimitKind::not_detected:
    case LimitKind::banned:
      return !limit.lower;
  }
  return false;
}

Result<Limit> make_limit(std::string_view op, std::string_view limit, std::string_view unit) {
  Limit made;
  made.unit = trimmed(unit);
  limit = trimmed(limit);
  if (op == "<=") {
    made.kind = LimitKind::at_most;
    made.upper = Decimal::parse(limit);
  } else if (op == ">=") {
    made.kind = LimitKind::at_least;
    made.lower = Decimal::parse(limit);
  } else if (op == "range") {
    made.kind = LimitKind::range;
    read_range(limit, made);
  } else if (op == "ND" || op == "banned") {
    made.kind = op == "ND" ? LimitKind::not_detected : LimitKind::banned;
    made.upper = Decimal::parse(limit);
    // An unreadable detection limit may not be taken for none: a lower end makes the limit malformed.
    if (!made.upper && !limit.empty()) made.lower = Decimal{};
  } else if (op != "none") {
    return fail(ErrorCode::malformed,
                "\"" + std::string{op} + "\" is not one of <=, >=, range, ND, banned, none; use one of these", "op");
  }
  return made;
}

}  // namespace lab::rules
