#include "instruments/drivers/hl7_value.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "instruments/drivers/read_value.hpp"
#include "protocol/base/text.hpp"

namespace lab::drivers::hl7 {
namespace {

using model::ReadValue;
using model::ValueState;

enum class Kind { cell, structured, coded, encapsulated, other };

struct Type {
  std::string_view name;
  Kind kind;
};

// Table 0125. NM and the texts first: nearly every result is one of them.
constexpr std::array types{
    Type{"NM", Kind::cell},         Type{"ST", Kind::cell},         Type{"TX", Kind::cell},
    Type{"FT", Kind::cell},         Type{"", Kind::cell},           Type{"SN", Kind::structured},
    Type{"CE", Kind::coded},        Type{"CWE", Kind::coded},       Type{"CNE", Kind::coded},
    Type{"CF", Kind::coded},        Type{"IS", Kind::coded},        Type{"ID", Kind::coded},
    Type{"ED", Kind::encapsulated}, Type{"RP", Kind::encapsulated}, Type{"NA", Kind::encapsulated},
    Type{"MA", Kind::encapsulated},
};

constexpr std::size_t shown_octets_max = 60;  // of a picture: enough to see what it is

ReadValue as_text(std::string_view text, ValueState state) {
  return {.text = std::string{text}, .number = {}, .comparator = {}, .state = state};
}

// A word may say "not detected"; digits in it are a code and never a measurement.
ReadValue as_word(const std::string& text) {
  ReadValue value = interpret_cell(text);
  return value.number ? as_text(trim(text), ValueState::invalid) : value;
}

Value read_cell(std::string_view field, const Delimiters& delimiters) {
  const auto composite = [&](char c) { return c == delimiters.component || c == delimiters.repeat; };
  if (std::ranges::none_of(field, composite)) {
    const bool plain = field.find(delimiters.escape) == std::string_view::npos;
    return {.read = plain ? interpret_cell(field) : interpret_cell(unescape(field, delimiters))};
  }
  return {.read = as_text(trim(field), ValueState::invalid), .remark = "OBX-5 有几个部分，按文字保留，不作数值"};
}

// SN: comparator ^ number ^ separator ^ number. "^1^:^128" is a titre and ">^11.0" a bound.
Value read_structured(std::string_view field, const Delimiters& delimiters) {
  if (field.find(delimiters.repeat) != std::string_view::npos) return read_cell(field, delimiters);
  std::string text;
  for (const std::size_t n : {1U, 2U, 3U, 4U}) text += trim(part(field, delimiters.component, n));
  text = unescape(text, delimiters);
  const std::string_view comparator = trim(part(field, delimiters.component, 1));
  const bool one_number = trim(part(field, delimiters.component, 3)).empty() &&
                          trim(part(field, delimiters.component, 4)).empty() &&
                          trim(part(field, delimiters.component, 5)).empty();
  if (one_number && comparator == "=") {
    return {.read = interpret_cell(unescape(part(field, delimiters.component, 2), delimiters))};
  }
  if (one_number && comparator != "<>") return {.read = interpret_cell(text)};
  return {.read = as_text(text, ValueState::invalid), .remark = "SN 值不是一个数（滴度、范围等），按文字保留"};
}

// Code ^ text ^ system ^ code ^ text ^ system.
Value read_coded(std::string_view field, const Delimiters& delimiters) {
  if (field.find(delimiters.repeat) != std::string_view::npos) {
    return {.read = as_text(trim(field), ValueState::invalid), .remark = "OBX-5 有几个编码值，按文字保留"};
  }
  for (const std::size_t n : {2U, 5U, 9U, 1U, 4U}) {  // 9 is the original text of CWE
    const std::string_view component = trim(part(field, delimiters.component, n));
    if (!component.empty()) return {.read = as_word(unescape(component, delimiters))};
  }
  return {.read = as_text({}, ValueState::missing)};
}

Value read_encapsulated(std::string_view field) {
  std::string text{shortened(field, shown_octets_max)};
  if (text.size() < field.size()) text += fmt::format("…（{} 字节）", field.size());
  return {.read = as_text(text, ValueState::invalid), .is_response = true};
}

}  // namespace

Value read_value(std::string_view type, std::string_view field, const Delimiters& delimiters) {
  const std::string_view bare = trim(field);
  if (bare.empty()) return {.read = as_text({}, ValueState::missing)};
  if (bare == "\"\"") return {.read = as_text(bare, ValueState::missing)};  // the sender has deleted the value
  const auto* known = std::ranges::find(types, type, &Type::name);
  switch (known == types.end() ? Kind::other : known->kind) {
    case Kind::cell:
      return read_cell(field, delimiters);
    case Kind::structured:
      return read_structured(field, delimiters);
    case Kind::coded:
      return read_coded(field, delimiters);
    case Kind::encapsulated:
      return read_encapsulated(bare);
    case Kind::other:
      break;
  }
  return {.read = as_text(bare, ValueState::invalid), .remark = "OBX-2 的数据类型不是数值或文字，按文字保留"};
}

}  // namespace lab::drivers::hl7
