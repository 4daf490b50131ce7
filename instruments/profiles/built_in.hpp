#pragma once
// The files of instruments/profiles/data, as the build has put them into the program.

#include <string_view>
#include <vector>

namespace lab::profiles {

/// Their texts, in the order of their names.
std::vector<std::string_view> built_in_profiles();

}  // namespace lab::profiles
