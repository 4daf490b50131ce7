#pragma once
// A password from the command line: for accounts made there, and for an administrator who has forgotten theirs.

#include <filesystem>
#include <iosfwd>
#include <string>

#include "protocol/service/people.hpp"

namespace lab::service {

/// Reads one line, never an argument, which other programs of the machine could see. Malformed when it will not do as a
/// password, not_found when there is no such person. A running daemon learns of it at its next start or change.
Result<void> set_password(const std::filesystem::path& file, const AccountRules& rules, const std::string& person,
                          std::istream& in);

}  // namespace lab::service
