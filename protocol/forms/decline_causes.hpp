#pragma once
// Why there is no sample, as the list on the form has it: the node asks for one of these, the coordinator shows it.

#include <span>
#include <string_view>

#include "protocol/model/event.hpp"

namespace lab::forms {

struct DeclineCause {
  model::DeclineKind kind;
  std::string_view code;  // stable; `other` is in both lists
  std::string_view chinese;
  std::string_view english;
};
std::span<const DeclineCause> decline_causes();
/// Nothing when the list of this kind has no such code.
const DeclineCause* decline_cause(model::DeclineKind kind, std::string_view code);

}  // namespace lab::forms
