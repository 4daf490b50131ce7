#pragma once
// What a person says when deciding about an enterprise or a report.

#include <string>

#include "protocol/base/result.hpp"
#include "protocol/model/ids.hpp"

namespace lab::enterprises {

constexpr std::size_t reason_octets_max = 500;

struct Word {
  model::PersonId person;
  std::string reason;
};

/// Malformed when the reason is empty, too long, or holds control characters.
Result<void> check_reason(const std::string& reason);

/// For the diary, which everybody who may look reads: a reason may name an enterprise, its hash does not.
std::string hash_text(const std::string& reason);

}  // namespace lab::enterprises
