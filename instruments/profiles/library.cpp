#include "instruments/profiles/library.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "instruments/profiles/built_in.hpp"
#include "instruments/profiles/profile_json.hpp"
#include "protocol/base/check.hpp"

namespace lab::profiles {

struct Library::Shelf {
  std::vector<Profile> in_use;
  std::vector<Profile> earlier;

  [[nodiscard]] bool has(const std::string& identity) const {
    const auto is_it = [&](const Profile& profile) { return profile.identity() == identity; };
    return std::ranges::any_of(in_use, is_it) || std::ranges::any_of(earlier, is_it);
  }
};

Library::Library() : current_(nullptr) {
  shelves_.push_back(std::make_unique<Shelf>());
  current_ = shelves_.back().get();
}

Library::Library(const Library& other) : current_(nullptr) {
  shelves_.push_back(std::make_unique<Shelf>(*other.current_.load()));
  current_ = shelves_.back().get();
}

Library::Library(Library&& other) noexcept : shelves_(std::move(other.shelves_)), current_(other.current_.load()) {}

Library::~Library() = default;

Result<void> Library::add(std::string_view json) {
  auto profile = parse_profile(json);
  if (!profile) return fail(std::move(profile));
  auto& in_use = shelves_.back()->in_use;
  const auto same = std::ranges::find(in_use, profile->name, &Profile::name);
  if (same != in_use.end()) {
    *same = *std::move(profile);
  } else {
    in_use.push_back(*std::move(profile));
  }
  return {};
}

Result<void> Library::add_earlier(std::string_view json) {
  auto profile = parse_profile(json);
  if (!profile) return fail(std::move(profile));
  if (!shelves_.back()->has(profile->identity())) shelves_.back()->earlier.push_back(*std::move(profile));
  return {};
}

void Library::replace_with(const Library& other) {
  const std::lock_guard lock{mutex_};
  auto next = std::make_unique<Shelf>(*other.current_.load());
  const Shelf& before = *shelves_.back();
  for (const auto* const shelf : {&before.in_use, &before.earlier}) {
    for (const Profile& profile : *shelf) {
      if (!next->has(profile.identity())) next->earlier.push_back(profile);
    }
  }
  shelves_.push_back(std::move(next));
  current_ = shelves_.back().get();
}

const Profile* Library::find(std::string_view name) const {
  const Shelf& shelf = *current_.load();
  const auto found = std::ranges::find_if(shelf.in_use, [&](const Profile& profile) {
    return name == profile.name || name == fmt::format("{}/{}", profile.name, profile.version) ||
           name == profile.identity();
  });
  if (found != shelf.in_use.end()) return &*found;
  const auto earlier = std::ranges::find(shelf.earlier, name, &Profile::identity);
  return earlier == shelf.earlier.end() ? nullptr : &*earlier;
}

std::span<const Profile> Library::all() const { return current_.load()->in_use; }

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
