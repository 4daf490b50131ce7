#pragma once
// The form of people.json. Private to this folder.
//
//   {"people":[{"id","name","roles",...}],"changes":[{"at","by","person","what","before","after"}]}
// A file of the version before is the list of people alone.

#include <filesystem>

#include "protocol/service/people.hpp"

namespace lab::service {

struct Roster {
  std::vector<PersonPtr> people;      // in the order they were added
  std::vector<PersonChange> changes;  // oldest first
};

/// No file is an empty roster. Malformed, with the person, when it does not follow the rules.
Result<Roster> read_roster(const std::filesystem::path& file, const AccountRules& rules);
/// Durable when it returns.
Result<void> write_roster(const std::filesystem::path& file, const Roster& roster, const AccountRules& rules);

/// Held while a file is read, changed and written: other threads and other processes wait.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& file);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();
  [[nodiscard]] bool holds() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

}  // namespace lab::service
