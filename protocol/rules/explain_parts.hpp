#pragma once
// Clauses that explanations are put together from. Private to this folder.

#include <optional>
#include <string>
#include <string_view>

#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// "0.05 mg/kg"; the number alone without a unit.
std::string with_unit(const std::string& number, std::string_view unit);

/// "≤0.05 mg/kg（GB 2763-2012 4.1，芹菜）"
std::string limit_in_words(const model::Limit& limit);

/// "按全数值比较法（GB/T 8170-2008 4.3.2）"
const char* comparison_method(const model::Limit& limit);

/// "<", "=" or ">"
const char* sign_between(const Decimal& value, const Decimal& limit);

/// "，0.0501 > 0.05" for each end of the limit; `what` stands before the value.
std::string beside_limit(const Decimal& value, const model::Limit& limit, const char* what);

/// "判定规则：…；" with the ends of its guard bands; empty for simple acceptance.
std::string rule_in_words(model::DecisionRule rule, const std::optional<Decimal>& u, const model::Limit& limit,
                          std::optional<double> p_conform = std::nullopt);

}  // namespace lab::rules
