#pragma once
// The table inside the program, for a province that has sent none.

#include <string_view>

namespace lab::forms {

extern const std::string_view default_sampling_fields;  // reference/sampling_fields.csv

}  // namespace lab::forms
