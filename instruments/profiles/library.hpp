#pragma once
// The profiles that are known: those built into the program, others that were added, and those by which stored results
// were read once.

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

  /// A profile that recognises nothing any more, but is found by the identity that results carry. Malformed: see
  /// parse_profile. One that is in use, or there already, changes nothing.
  Result<void> add_earlier(std::string_view json);

  /// Every profile of `before` that is not in this one becomes an earlier one.
  void add_earlier(const Library& before);

  /// By name ("agilent-winlab"), by name and version, or by the identity that results carry. Null when there is none.
  [[nodiscard]] const Profile* find(std::string_view name) const;

  /// Those in use.
  [[nodiscard]] std::span<const Profile> all() const { return in_use_; }

 private:
  [[nodiscard]] bool has(const std::string& identity) const;

  std::vector<Profile> in_use_;
  std::vector<Profile> earlier_;
};

/// The profiles of instruments/profiles/data. From any thread.
const Library& built_in();

}  // namespace lab::profiles
