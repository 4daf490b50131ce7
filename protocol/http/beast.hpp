#pragma once
// Private to this folder: what its two files that know Boost.Beast share. Each takes 10 s to compile, so that no other
// file pays it.

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/fields.hpp>
#include <string>
#include <string_view>

#include "protocol/http/message.hpp"

namespace lab::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;

inline std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

inline std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

inline Headers headers_of(const wire::fields& fields) {
  Headers headers;
  for (const auto& field : fields) {
    auto [at, fresh] = headers.emplace(lower(view(field.name_string())), field.value());
    if (!fresh) at->second += fmt::format(", {}", view(field.value()));
  }
  return headers;
}

/// Octets that do not have the form of HTTP, as opposed to a connection that ended or failed.
inline bool is_about_form(const error_code& error) {
  return error.category() == make_error_code(wire::error::bad_method).category() &&
         error != wire::error::end_of_stream && error != wire::error::partial_message;
}

}  // namespace lab::http
