#pragma once
// The world failed: peer gone, bytes malformed, disk full. Part of the trade (an unreadable label, an exceeded limit)
// is an ordinary value instead, and our own bug is a LAB_CHECK.

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace lab {

enum class ErrorCode {
  malformed,    // bytes or text that do not have the promised form
  too_large,    // over a named limit
  not_found,    // what was named does not exist
  conflict,     // the state does not allow it
  not_allowed,  // this person or key may not do it
  unavailable,  // peer, device or port cannot be reached
  storage,      // disk full, I/O error, damaged record
  unsupported,  // a version or format we do not speak
};

/// A stable lower-case name, for JSON and logs.
const char* name_of(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;  // what, why, and what to do; one sentence for the person in front of it
  std::string where;    // file, line, column, field, peer; empty when there is none
};

/// "where: message", as printed for people.
std::string to_text(const Error& error);

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(where)});
}

/// What the operating system says about an `errno`. From any thread.
std::string system_text(int code);

/// Hands an error on from one Result to another.
template <class T>
tl::unexpected<Error> fail(Result<T>&& failed) {
  return tl::unexpected<Error>(std::move(failed).error());
}

}  // namespace lab
