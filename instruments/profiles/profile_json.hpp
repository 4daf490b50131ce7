#pragma once
// Profiles as files. docs/profiles.md describes the format.

#include <string_view>

#include "instruments/profiles/profile.hpp"
#include "protocol/base/result.hpp"

namespace lab::profiles {

inline constexpr std::size_t profile_octets_max = std::size_t{1} << 20;  // the longest of ours has a few kilobytes

/// Reads one profile. Malformed with the field in `where` ("rows[2].when[0].cell") and what it must be: fields that
/// are not known are refused too, so that a misspelt one does not silently do nothing.
Result<Profile> parse_profile(std::string_view json);

}  // namespace lab::profiles
