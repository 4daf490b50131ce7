#pragma once
// Which passwords people may choose.

#include <optional>
#include <string>
#include <string_view>

namespace lab::service {

constexpr std::size_t password_characters_min = 12;
constexpr std::size_t password_octets_max = 1'024;

/// What is wrong with a new password, as a Chinese sentence for the person who chose it; nothing when it will do.
/// It is 12 characters or more, at least five of them different, holds neither the id of its person nor a word that
/// is tried first by whoever guesses.
std::optional<std::string> problem_of_password(std::string_view password, std::string_view person);

}  // namespace lab::service
