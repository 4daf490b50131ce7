#pragma once
// Random questions to the judge, shrinking to the smallest one that fails.

#include <rapidcheck.h>

#include <algorithm>
#include <string>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {

/// Small numbers near each other, so that ends, bounds and results often meet.
inline rc::Gen<Decimal> near_decimal() {
  return rc::gen::apply(
      [](int mantissa, int exponent) {
        return Decimal{mantissa, exponent};
      },
      rc::gen::inRange(0, 60), rc::gen::inRange(-3, 1));
}

inline rc::Gen<std::string> maybe_near() {
  return rc::gen::oneOf(rc::gen::just(std::string{}),
                        rc::gen::map(near_decimal(), [](const Decimal& number) { return number.to_text(); }));
}

inline rc::Gen<std::string> result_text() {
  return rc::gen::oneOf(
      rc::gen::element<std::string>("ND", "未检出", "<LOQ", "OVER", "阴性", "", "-----", "abc", "1,234", "-0.5"),
      rc::gen::map(near_decimal(), [](const Decimal& number) { return number.to_text(); }),
      rc::gen::apply([](const std::string& sign, const Decimal& number) { return sign + number.to_text(); },
                     rc::gen::element<std::string>("", "<", "≤", ">", "≥"), near_decimal()));
}

inline rc::Gen<Limit> any_limit() {
  return rc::gen::apply(
      [](const std::string& op, const Decimal& a, const Decimal& b, bool lower, bool upper, int rounding) {
        const bool range = op == "range";
        std::string text = range ? std::min(a, b).to_text() + "~" + std::max(a, b).to_text() : a.to_text();
        if (op == "ND" && b.is_zero()) text.clear();
        Limit made = limit(op, text);
        made.lower_inclusive = lower;
        made.upper_inclusive = upper;
        if (rounding > 0) made.comparison = model::Comparison::rounded_value;
        if (rounding > 1) made.rounding_unit = dec(rounding == 2 ? "0.1" : rounding == 3 ? "0.5" : "0.2");
        return made;
      },
      rc::gen::element<std::string>("<=", ">=", "range", "ND", "banned", "none"), near_decimal(), near_decimal(),
      rc::gen::arbitrary<bool>(), rc::gen::arbitrary<bool>(),
      rc::gen::weightedElement<int>({{8, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 4}}));
}

inline rc::Gen<Question> any_question() {
  return rc::gen::build<Question>(
      rc::gen::set(&Question::result, result_text()), rc::gen::set(&Question::lod, maybe_near()),
      rc::gen::set(&Question::loq, maybe_near()),
      rc::gen::set(&Question::rule, rc::gen::element(DecisionRule::simple, DecisionRule::guard_acceptance,
                                                     DecisionRule::guard_rejection, DecisionRule::nonbinary)),
      rc::gen::set(&Question::uncertainty, maybe_near()));
}

inline void showValue(const Question& question, std::ostream& out) {
  out << '"' << question.result << "\" " << question.unit << " lod " << question.lod << " loq " << question.loq
      << " rule " << static_cast<int>(question.rule) << " U " << question.uncertainty;
}

}  // namespace lab::testing

namespace lab::model {

inline void showValue(const Limit& limit, std::ostream& out) {
  out << name_of(limit.kind) << (limit.lower_inclusive ? " [" : " (") << (limit.lower ? limit.lower->to_text() : "")
      << "," << (limit.upper ? limit.upper->to_text() : "") << (limit.upper_inclusive ? "]" : ")") << " " << limit.unit
      << " comparison " << static_cast<int>(limit.comparison) << " to "
      << (limit.rounding_unit ? limit.rounding_unit->to_text() : "");
}

}  // namespace lab::model
