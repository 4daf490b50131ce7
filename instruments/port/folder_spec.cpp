#include "instruments/port/folder_spec.hpp"

#include <charconv>
#include <chrono>
#include <optional>

namespace lab::port {
namespace {

constexpr std::string_view profile_key = "profile=";
constexpr std::string_view stable_key = "stable=";

std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
  constexpr int seconds_max = 3600;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (seconds < 1 || seconds > seconds_max) return std::nullopt;
  return std::chrono::seconds{seconds};
}

}  // namespace

Result<FolderSpec> parse_folder_spec(std::string_view text) {
  FolderSpec spec;
  std::string_view rest = text;
  for (std::size_t comma = rest.rfind(','); comma != std::string_view::npos; comma = rest.rfind(',')) {
    const std::string_view option = rest.substr(comma + 1);
    if (option.starts_with(profile_key)) {
      spec.profile = option.substr(profile_key.size());
      if (spec.profile.empty()) return fail(ErrorCode::malformed, "write profile=NAME", std::string{text});
    } else if (option.starts_with(stable_key)) {
      const auto seconds = seconds_in(option.substr(stable_key.size()));
      if (!seconds) return fail(ErrorCode::malformed, "write stable=SECONDS, from 1 to 3600", std::string{text});
      spec.stable_for = *seconds;
    } else {
      break;
    }
    rest = rest.substr(0, comma);
  }
  if (rest.empty())
    return fail(ErrorCode::malformed, "write FOLDER[,profile=NAME][,stable=SECONDS]", std::string{text});
  spec.folder = rest;
  return spec;
}

}  // namespace lab::port
