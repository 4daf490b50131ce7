#pragma once
// The two people whom the drawing of a sample takes: one has signed in, the other is written down by whoever did.

#include <string>
#include <string_view>

#include "protocol/model/ids.hpp"

namespace lab::reception {

/// Whether what somebody typed names the person who has signed in: by the account, by the name shown with it, or by
/// both as reports print them ("周抽样(sampler)"). Blanks, width and case are nothing that tells people apart.
bool is_the_same_person(std::string_view typed, const model::PersonId& account, std::string_view name);

}  // namespace lab::reception
