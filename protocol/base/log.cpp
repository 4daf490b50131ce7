#include "protocol/base/log.hpp"

#include <unistd.h>
#include <atomic>
#include <chrono>

#include "protocol/base/time.hpp"

namespace lab::log {
namespace {

std::atomic<Level> threshold{Level::info};

const char* name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info ";
    case Level::warning:
      return "warn ";
    case Level::error:
      return "error";
  }
  return "error";
}

}  // namespace

void set_threshold(Level level) { threshold = level; }

void write(Level level, std::string_view text) {
  if (level < threshold) return;
  const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  const std::string line = fmt::format("{} {} {}\n", to_text(now), name_of(level), text);
  // A log line that cannot be written has nowhere else to go.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace lab::log
