#include "coordinator/app/telling.hpp"

#include <fmt/format.h>

#include <utility>

namespace lab::coordinator::app {

std::optional<std::string> Telling::line(const std::string& about, const std::string& note, UtcTime now) {
  if (subjects_.size() >= subjects_max) forget_old(now);
  Subject& subject = subjects_[about];
  if (subject.told == 0 || now - subject.since >= telling_interval) {
    subject.since = now;
    subject.told = 0;
  }
  if (subject.told >= lines_per_subject) {
    ++subject.left_out;
    return std::nullopt;
  }
  ++subject.told;
  const std::uint64_t left_out = std::exchange(subject.left_out, 0);
  if (left_out == 0) return fmt::format("{}: {}", about, note);
  return fmt::format("{}: {} ({} lines about it were left out)", about, note, left_out);
}

void Telling::forget_old(UtcTime now) {
  std::erase_if(subjects_, [now](const auto& entry) { return now - entry.second.since >= telling_interval; });
  if (subjects_.size() >= subjects_max) subjects_.clear();
}

}  // namespace lab::coordinator::app
