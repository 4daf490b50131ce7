#include "instruments/profiles/library.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "instruments/profiles/built_in.hpp"
#include "instruments/profiles/profile_json.hpp"
#include "protocol/base/check.hpp"

namespace lab::profiles {

bool Library::has(const std::string& identity) const {
  const auto is_it = [&](const Profile& profile) { return profile.identity() == identity; };
  return std::ranges::any_of(in_use_, is_it) || std::ranges::any_of(earlier_, is_it);
}

Result<void> Library::add(std::string_view json) {
  auto profile = parse_profile(json);
  if (!profile) return fail(std::move(profile));
  const auto same = std::ranges::find(in_use_, profile->name, &Profile::name);
  if (same != in_use_.end()) {
    *same = *std::move(profile);
  } else {
    in_use_.push_back(*std::move(profile));
  }
  return {};
}

Result<void> Library::add_earlier(std::string_view json) {
  auto profile = parse_profile(json);
  if (!profile) return fail(std::move(profile));
  if (!has(profile->identity())) earlier_.push_back(*std::move(profile));
  return {};
}

void Library::add_earlier(const Library& before) {
  for (const auto* const profiles : {&before.in_use_, &before.earlier_}) {
    for (const Profile& profile : *profiles) {
      if (!has(profile.identity())) earlier_.push_back(profile);
    }
  }
}

const Profile* Library::find(std::string_view name) const {
  const auto found = std::ranges::find_if(in_use_, [&](const Profile& profile) {
    return name == profile.name || name == fmt::format("{}/{}", profile.name, profile.version) ||
           name == profile.identity();
  });
  if (found != in_use_.end()) return &*found;
  const auto earlier = std::ranges::find(earlier_, name, &Profile::identity);
  return earlier == earlier_.end() ? nullptr : &*earlier;
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
