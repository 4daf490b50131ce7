#include "protocol/base/time.hpp"

#include <fmt/format.h>

namespace lab {
namespace {

using namespace std::chrono;

// Exactly `count` digits at `at`; nothing otherwise.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

CivilDate civil_date(UtcTime time) { return CivilDate{floor<days>(time + civil_offset)}; }

std::string to_text(CivilDate date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<CivilDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto y = digits(text, 0, 4);
  const auto m = digits(text, 5, 2);
  const auto d = digits(text, 8, 2);
  if (!y || !m || !d) return std::nullopt;
  const CivilDate date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return date;
}

std::string wall_time(UtcTime time) {
  constexpr std::size_t seconds_end = 19;
  constexpr std::size_t date_end = 10;
  std::string text = to_text(time + civil_offset).substr(0, seconds_end);
  text[date_end] = ' ';
  return text;
}

std::string wall_minute(UtcTime time) {
  constexpr std::size_t minutes_end = 16;
  return wall_time(time).substr(0, minutes_end);
}

std::string to_text(UtcTime time) {
  const auto midnight = floor<days>(time);
  const hh_mm_ss clock{time - midnight};
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", to_text(CivilDate{midnight}), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<UtcTime> parse_utc(std::string_view text) {
  if ((text.size() != 20 && text.size() != 24) || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text.back() != 'Z') {
    return std::nullopt;
  }
  const auto date = parse_date(text.substr(0, 10));
  const auto h = digits(text, 11, 2);
  const auto m = digits(text, 14, 2);
  const auto s = digits(text, 17, 2);
  std::optional<int> ms = 0;
  if (text.size() == 24) ms = text[19] == '.' ? digits(text, 20, 3) : std::nullopt;
  if (!date || !h || !m || !s || !ms || *h > 23 || *m > 59 || *s > 59) return std::nullopt;
  return UtcTime{sys_days{*date}} + hours{*h} + minutes{*m} + seconds{*s} + Milliseconds{*ms};
}

std::int32_t to_day_number(CivilDate date) {
  return static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count());
}

CivilDate from_day_number(std::int32_t day_number) { return CivilDate{sys_days{days{day_number}}}; }

std::uint16_t to_month_number(CivilDate date) {
  return static_cast<std::uint16_t>(static_cast<int>(date.year()) * 12 + static_cast<int>(unsigned{date.month()}) - 1);
}

CivilDate first_day_of_month(std::uint16_t month_number) {
  return year{month_number / 12} / month{month_number % 12U + 1U} / day{1};
}

}  // namespace lab
