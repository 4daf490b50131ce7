#pragma once
// OBX-5 by the data type that OBX-2 names.

#include <string_view>

#include "instruments/drivers/hl7_text.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers::hl7 {

struct Value {
  model::ReadValue read;
  bool is_response = false;   // a picture, a curve, a reference to a file: never a result
  std::string_view remark{};  // for a person, in Chinese; empty when there is nothing to say
};

/// Never a number from a coded, repeated or composite field. An empty field and the null "" are `missing`.
Value read_value(std::string_view type, std::string_view field, const Delimiters& delimiters);

}  // namespace lab::drivers::hl7
