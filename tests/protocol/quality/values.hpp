#pragma once
// Short forms for the tests of quality control.

#include <initializer_list>
#include <string_view>
#include <vector>

#include "protocol/base/decimal.hpp"
#include "protocol/model/read_value.hpp"

namespace lab::testing {

inline Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }

inline std::vector<Decimal> decs(std::initializer_list<std::string_view> texts) {
  std::vector<Decimal> values;
  for (const std::string_view text : texts) values.push_back(dec(text));
  return values;
}

inline model::ReadValue reading(std::string_view text) { return model::read_value(text); }

}  // namespace lab::testing
