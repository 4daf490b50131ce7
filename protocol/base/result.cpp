#include "protocol/base/result.hpp"

#include <array>
#include <cstring>

namespace lab {

const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::malformed:
      return "malformed";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::not_allowed:
      return "not_allowed";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::storage:
      return "storage";
    case ErrorCode::unsupported:
      return "unsupported";
  }
  return "unknown";
}

std::string to_text(const Error& error) {
  return error.where.empty() ? error.message : error.where + ": " + error.message;
}

std::string system_text(int code) {
  std::array<char, 128> room{};                       // the longest text of glibc 2.36 has 50 characters
  return strerror_r(code, room.data(), room.size());  // GNU's: the text may stand elsewhere than in `room`
}

}  // namespace lab
