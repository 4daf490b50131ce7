#include "protocol/rules/strictness.hpp"

#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

using model::Limit;
using model::LimitKind;

bool forbids_presence(const Limit& limit) {
  return limit.kind == LimitKind::not_detected || limit.kind == LimitKind::banned;
}

std::optional<std::strong_ordering> order_of(const std::optional<Decimal>& a, const std::optional<Decimal>& b,
                                             int shift) {
  const auto converted = b ? b->shifted(shift) : std::nullopt;
  if (!a || !converted) return std::nullopt;
  return *a <=> *converted;
}

}  // namespace

std::optional<std::strong_ordering> strictness(const Limit& a, const Limit& b) {
  using enum LimitKind;
  if (forbids_presence(a) || forbids_presence(b)) {
    if (forbids_presence(a) && forbids_presence(b)) return std::strong_ordering::equal;
    const Limit& other = forbids_presence(a) ? b : a;
    if (other.kind != at_most) return std::nullopt;
    return forbids_presence(a) ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const auto shift = unit_shift(b.unit, a.unit);
  if (!shift || a.kind != b.kind) return std::nullopt;
  const auto upper = order_of(a.upper, b.upper, *shift);
  const auto lower = order_of(b.lower, a.lower, -*shift);
  if (a.kind == at_most) return upper;
  if (a.kind == at_least) return lower;
  return upper == std::strong_ordering::equal && lower == upper ? upper : std::nullopt;
}

}  // namespace lab::rules
