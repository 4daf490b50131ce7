#include "protocol/base/approximate.hpp"

#include <charconv>
#include <string>

namespace lab {

double approximate(const Decimal& value) {
  // mantissa x pow(10, exponent) would round twice; reading the digits rounds once.
  const std::string text = value.to_text();
  double nearest = 0;
  std::from_chars(text.data(), text.data() + text.size(), nearest);
  return nearest;
}

}  // namespace lab
