#include "lab-node/bench/typed_value.hpp"

#include <fmt/format.h>

#include "protocol/base/text.hpp"
#include "protocol/base/unit.hpp"
#include "protocol/model/read_value.hpp"

namespace lab::bench {
namespace {

using node::Refusal;

constexpr std::size_t octets_shown = 40;

// "0.01 ug/kg", "<51mg/kg", "2 g/100g": a result with a unit behind one of its digits.
bool names_a_unit(const std::string& value) {
  const std::string half = half_width(trim(value));
  for (std::size_t i = 0; i + 1 < half.size(); ++i) {
    if (half[i] < '0' || half[i] > '9' || !parse_unit(half.substr(i + 1))) continue;
    if (model::read_value(half.substr(0, i + 1)).state != model::ValueState::invalid) return true;
  }
  return false;
}

// Inhibition rates and pH may be below zero.
bool is_never_negative(const std::string& unit) {
  const auto known = parse_unit(unit);
  return known && known->dimension != Dimension::percent_inhibition && known->dimension != Dimension::ph;
}

}  // namespace

std::optional<Refusal> problem_of_typed(const std::string& value, const std::string& unit) {
  const std::string shown = tidy(value, octets_shown);
  const model::ReadValue read = model::read_value(value);
  using model::ValueState;
  if (read.state == ValueState::numeric && read.number->is_negative() && is_never_negative(unit)) {
    return Refusal{"negative_value",
                   fmt::format("“{}”：以 {} 计的结果不能为负数；没有检出的请填“未检出”或“<检出限”", shown, unit),
                   {{"value", shown}, {"unit", unit}}};
  }
  if (read.state != ValueState::missing && read.state != ValueState::invalid) return std::nullopt;
  if (has_comma_between_digits(value)) {
    return Refusal{"decimal_comma", fmt::format("“{}”：小数点请用“.”，千位不加逗号", shown), {{"value", shown}}};
  }
  if (names_a_unit(value)) {
    return Refusal{
        "unit_given", fmt::format("“{}”：单位已定为 {}，只填数值", shown, unit), {{"value", shown}, {"unit", unit}}};
  }
  return Refusal{"not_a_value",
                 fmt::format("“{}”不是可以录入的结果；请填数值（如 0.012）、带“<”或“>”的数值（如 <0.01）、"
                             "“未检出”（ND）、“<定量限”（<LOQ），或“阴性”“阳性”",
                             shown),
                 {{"value", shown}}};
}

}  // namespace lab::bench
