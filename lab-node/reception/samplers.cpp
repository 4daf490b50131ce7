#include "lab-node/reception/samplers.hpp"

#include "protocol/base/text.hpp"

namespace lab::reception {

bool is_the_same_person(std::string_view typed, const model::PersonId& account, std::string_view name) {
  const std::string who = folded_name(typed);
  if (who.empty()) return false;
  const std::string id = folded_name(account.value());
  const std::string shown = folded_name(name);
  return who == id || who == shown || who == shown + "(" + id + ")";
}

}  // namespace lab::reception
