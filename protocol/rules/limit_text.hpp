#pragma once
// A limit as it is written, and what has to be done to a result before it can be laid beside it.

#include <optional>
#include <string_view>

#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::rules {

/// How many decimal places the point moves from one unit to the other; nothing when they do not convert.
std::optional<int> unit_shift(std::string_view from, std::string_view to);

/// Builds a limit from its written form: `op` of the closed list "<=", ">=", "range", "ND", "banned", "none" and
/// `limit` such as "0.05" or "5.5~8.5" (also "5.5-8.5"). An unknown op is malformed. A number that cannot be read
/// leaves the limit without it, which judge() answers with `limit_malformed`: a verdict may not depend on who typed the
/// row.
Result<model::Limit> make_limit(std::string_view op, std::string_view limit, std::string_view unit);

/// Whether the parts the kind needs are there and in order.
bool is_well_formed(const model::Limit& limit);

/// The power of ten of the last place the limit is written to; of two ends the finer one, which is the nearer to the
/// full value.
int last_place(const model::Limit& limit);

/// The result as it is compared: in the limit's unit, and rounded when the limit asks for it. Nothing when the digits
/// do not fit or the rounding unit is not one.
std::optional<Decimal> compared_value(const Decimal& value, int shift, const model::Limit& limit);

}  // namespace lab::rules
