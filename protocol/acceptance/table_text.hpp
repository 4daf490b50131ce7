#pragma once
// The tables of the standards as text; made at build time from protocol/acceptance/reference.

#include <string_view>

namespace lab::acceptance {

extern const std::string_view code_letters_csv;
extern const std::string_view gbt2828_1_2012_single_csv;
extern const std::string_view milstd105e_single_csv;
extern const std::string_view milstd105e_double_csv;
extern const std::string_view milstd414_k_csv;

}  // namespace lab::acceptance
