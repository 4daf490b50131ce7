#pragma once
// The likeliest digits of a blurred EAN-13, when each is judged together with its neighbours. Pure.

#include <string>
#include <vector>

#include "instruments/codes/ean_shapes.hpp"

namespace lab::codes {

/// Whatever they spell: their check digit may be wrong, and their sets may stand for no first digit.
EanDigits likeliest_digits(const EanShapes::Errors& errors);

struct EanText {
  std::string text;  // thirteen digits
  EanDigits digits{};
  float error = 0;  // squared
};

/// The two likeliest texts with a right check digit, the likeliest first. Exact.
std::vector<EanText> likeliest_texts(const EanShapes::Errors& errors);

}  // namespace lab::codes
