#pragma once
// The two numbers by which an enterprise is known, with their check characters.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lab::enterprises {

enum class CodeKind : std::uint8_t {
  credit,        // unified social credit code, GB 32100-2015: 18 characters
  organisation,  // organisation code, GB 11714-1997: 8 characters and the check character
};

struct Code {
  CodeKind kind = CodeKind::credit;
  std::string text;  // upper case, without blanks and without the hyphen of an organisation code

  bool operator==(const Code&) const = default;
};

/// Of the first 17 characters of a credit code: 31 minus their sum weighted by 3^0, 3^1 ... modulo 31. Nothing when
/// there are not 17 characters of its alphabet (digits and capitals without I, O, S, V, Z).
std::optional<char> credit_check(std::string_view first_17);
/// Of the first 8 characters of an organisation code: 11 minus their sum weighted by 3, 7, 9, 10, 5, 8, 4, 2 modulo 11,
/// X for ten. Nothing when there are not 8 digits or capitals.
std::optional<char> organisation_check(std::string_view first_8);

/// What somebody wrote as a code: blanks and the hyphen of an organisation code do not matter, nor does case. Nothing
/// when it is neither or its check character is another one; `why_no_code` says what is wrong.
std::optional<Code> parse_code(std::string_view text);

/// A Chinese sentence for the person who wrote it; empty when parse_code has nothing against it. It never proposes a
/// "right" code: which character is wrong cannot be known.
std::string why_no_code(std::string_view text);

}  // namespace lab::enterprises
