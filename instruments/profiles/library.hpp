#pragma once
// The profiles that are known: those built into the program, and others that were added while it runs.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/profiles/profile.hpp"
#include "protocol/base/result.hpp"

namespace lab::profiles {

class Library {
 public:
  /// Adds a profile from its JSON; one of the same name is replaced. Malformed: see parse_profile.
  Result<void> add(std::string_view json);

  /// By name ("agilent-winlab"), by name and version, or by the identity that results carry. Null when there is none.
  [[nodiscard]] const Profile* find(std::string_view name) const;

  [[nodiscard]] std::span<const Profile> all() const { return profiles_; }

 private:
  std::vector<Profile> profiles_;
};

/// The profiles of instruments/profiles/data. From any thread.
const Library& built_in();

}  // namespace lab::profiles
