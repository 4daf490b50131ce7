// Any text: a number that is accepted has the same value after it was written out, and one rounding step is stable.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/base/check.hpp"
#include "protocol/base/decimal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using lab::Decimal;
  const auto value = Decimal::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  // Written out, 1e100 has more digits than are accepted back; every measured value has fewer.
  if (const auto again = Decimal::parse(value->to_text())) {
    LAB_CHECK(*again == *value);
  } else {
    LAB_CHECK(value->exponent() > 0);
  }
  LAB_CHECK(value->negated().negated() == *value);
  for (int digits = 1; digits <= 6; ++digits) {
    const auto rounded = lab::round_to_digits(*value, digits);
    if (!rounded) continue;
    const auto twice = lab::round_to_digits(*rounded, digits);
    LAB_CHECK(twice && *twice == *rounded);
  }
  return 0;
}
