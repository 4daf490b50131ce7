#pragma once
// Passwords: kept as argon2id hashes that are slow and large on purpose.

#include <string>
#include <string_view>

namespace lab::crypto {

/// Hashes that are calculated at the same time, over all threads; the others wait. Each takes 64 MiB and about 0.1 s
/// of a core, so that a flood of attempts can exhaust neither.
constexpr int password_hashes_at_once = 2;

/// "$argon2id$v=19$m=65536,t=3,p=1$...", with a salt of its own; empty when the machine has not enough memory.
std::string hash_password(std::string_view password);

/// False for whatever is no such hash too. For `hash` empty (nobody, or a person without a password) it takes the same
/// time as for a wrong password, and is false.
bool is_password(std::string_view password, const std::string& hash);

}  // namespace lab::crypto
