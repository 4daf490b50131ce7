#pragma once
// The profiles that are known: those built into the program, others that were added while it runs, and those by which
// stored results were read once.

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/profiles/profile.hpp"
#include "protocol/base/result.hpp"

namespace lab::profiles {

class Library {
 public:
  Library();
  Library(const Library& other);
  Library(Library&& other) noexcept;
  Library& operator=(const Library&) = delete;
  Library& operator=(Library&&) = delete;
  ~Library();

  /// Adds a profile from its JSON; one of the same name is replaced. Malformed: see parse_profile. Before others read.
  Result<void> add(std::string_view json);

  /// A profile that recognises nothing any more, but is found by the identity that results carry. Malformed and before
  /// others read, as add(). One that is in use, or there already, changes nothing.
  Result<void> add_earlier(std::string_view json);

  /// Takes the profiles of `other` instead; those that were in use and are not in `other` become earlier ones. From any
  /// thread, also while others read: what they hold stays as long as this library does.
  void replace_with(const Library& other);

  /// By name ("agilent-winlab"), by name and version, or by the identity that results carry. Null when there is none.
  [[nodiscard]] const Profile* find(std::string_view name) const;

  [[nodiscard]] std::span<const Profile> all() const;

 private:
  struct Shelf;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Shelf>> shelves_;  // every one that was ever read from; a person edits profiles seldom
  std::atomic<const Shelf*> current_;
};

/// The profiles of instruments/profiles/data. From any thread.
const Library& built_in();

}  // namespace lab::profiles
