#include "protocol/http/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "protocol/base/charset.hpp"
#include "protocol/base/text.hpp"

namespace lab::http {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::optional<unsigned char> read_octet(std::string_view hex) {
  unsigned char octet = 0;
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), octet, 16);
  if (error != std::errc{} || hex.size() != 2 || end != hex.data() + 2) return std::nullopt;
  return octet;
}

// Form values hold line ends (a remark of several lines), paths do not.
enum class Controls { refused, line_ends_allowed };

Result<std::string> decode(std::string_view text, Controls controls) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const auto octet = read_octet(text.substr(i + 1, 2));
      if (!octet)
        return fail(ErrorCode::malformed, "a '%' is not followed by two hexadecimal digits", std::string(text));
      c = static_cast<char>(*octet);
      i += 2;
    }
    const bool line_end = controls == Controls::line_ends_allowed && (c == '\r' || c == '\n' || c == '\t');
    if (is_control(c) && !line_end) {
      return fail(ErrorCode::malformed, "a control character is not allowed here", std::string(text));
    }
    decoded += c;
  }
  if (!is_utf8(decoded)) return fail(ErrorCode::malformed, "the decoded text is not UTF-8", std::string(text));
  return decoded;
}

Result<std::string> decode_form(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  return decode(blanks, Controls::line_ends_allowed);
}

bool has_dot_segment(std::string_view path) {
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment == "." || segment == "..") return true;
    at = end + 1;
  }
  return false;
}

bool has_encoded_slash(std::string_view raw) {
  return raw.find("%2f") != std::string_view::npos || raw.find("%2F") != std::string_view::npos ||
         raw.find("%5c") != std::string_view::npos || raw.find("%5C") != std::string_view::npos;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const bool is_https = text.starts_with("https://");
  const std::string_view scheme = is_https ? "https://" : "http://";
  const auto malformed = [&] {
    return fail(ErrorCode::malformed, "not an address of the form http://host:port/path or https://host:port/path",
                std::string(text));
  };
  if (!text.starts_with(scheme) ||
      std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) || c == ' '; })) {
    return malformed();
  }
  std::string_view rest = text.substr(scheme.size());
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, slash);
  Url url{.is_https = is_https, .host = {}, .port = static_cast<std::uint16_t>(is_https ? 443 : 80)};
  if (slash < rest.size()) url.target = rest.substr(slash, rest.find('#') - slash);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (error != std::errc{} || end != digits.data() + digits.size() || url.port == 0) return malformed();
    authority = authority.substr(0, colon);
  }
  if (authority.empty() || !std::all_of(authority.begin(), authority.end(), is_unreserved)) return malformed();
  url.host = authority;
  return url;
}

std::string url_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[octet >> 4U];
    encoded += digits[octet & 15U];
  }
  return encoded;
}

Result<std::string> url_decode(std::string_view text) { return decode(text, Controls::refused); }

Result<std::map<std::string, std::string>> parse_query(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (field.empty()) continue;
    const std::size_t equals = std::min(field.find('='), field.size());
    auto name = decode_form(field.substr(0, equals));
    if (!name) return fail(std::move(name));
    auto value = decode_form(field.substr(std::min(equals + 1, field.size())));
    if (!value) return fail(std::move(value));
    if (!query.emplace(*name, std::move(*value)).second) {
      return fail(ErrorCode::malformed, "this name is given twice; give it once", *name);
    }
  }
  return query;
}

Result<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/'))
    return fail(ErrorCode::malformed, "the path does not begin with '/'", std::string(target));
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view raw_path = target.substr(0, mark);
  auto path = url_decode(raw_path);
  if (!path) return fail(std::move(path));
  if (has_dot_segment(*path) || has_encoded_slash(raw_path)) {
    return fail(ErrorCode::malformed, "the path holds '.', '..' or an encoded slash", std::string(target));
  }
  auto query = parse_query(target.substr(std::min(mark + 1, target.size())));
  if (!query) return fail(std::move(query));
  return Target{.path = std::move(*path), .query = std::move(*query)};
}

}  // namespace lab::http
