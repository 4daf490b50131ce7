#pragma once
// One line per entry on standard error, for people and for journald. Data never goes here, secrets never, and nothing
// that would tell a laboratory which enterprise a blind code stands for.

#include <fmt/format.h>
#include <string_view>

namespace lab::log {

enum class Level { debug, info, warning, error };

/// Thread-safe; the line is written in one piece: "2013-06-03T09:00:00.000Z info  text".
void write(Level level, std::string_view text);

/// Entries below this are dropped. Set once in main.
void set_threshold(Level level);

template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace lab::log
