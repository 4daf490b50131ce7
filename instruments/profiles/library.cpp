#include "instruments/profiles/library.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "instruments/profiles/built_in.hpp"
#include "instruments/profiles/profile_json.hpp"
#include "protocol/base/check.hpp"

namespace lab::profiles {

Result<void> Library::add(std::string_view json) {
  auto profile = parse_profile(json);
  if (!profile) return fail(std::move(profile));
  const auto same = std::ranges::find(profiles_, profile->name, &Profile::name);
  if (same != profiles_.end()) {
    *same = *std::move(profile);
  } else {
    profiles_.push_back(*std::move(profile));
  }
  return {};
}

const Profile* Library::find(std::string_view name) const {
  const auto found = std::ranges::find_if(profiles_, [&](const Profile& profile) {
    return name == profile.name || name == fmt::format("{}/{}", profile.name, profile.version) ||
           name == profile.identity();
  });
  return found == profiles_.end() ? nullptr : &*found;
}

const Library& built_in() {
  static const Library library = [] {
    Library all;
    for (const std::string_view json : built_in_profiles()) {
      const auto added = all.add(json);
      LAB_CHECK(added.has_value());
    }
    return all;
  }();
  return library;
}

}  // namespace lab::profiles
