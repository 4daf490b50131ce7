#pragma once
// Instants are stored in UTC; plans, deadlines and reports use the civil date of China (+08:00, no summer time).

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lab {

using Milliseconds = std::chrono::milliseconds;
using UtcTime = std::chrono::sys_time<Milliseconds>;
using CivilDate = std::chrono::year_month_day;

constexpr std::chrono::hours civil_offset{8};

/// Milliseconds since 1970-01-01T00:00:00Z.
constexpr std::int64_t to_unix_ms(UtcTime time) { return time.time_since_epoch().count(); }
constexpr UtcTime from_unix_ms(std::int64_t ms) { return UtcTime{Milliseconds{ms}}; }

/// The date on the wall in China at that instant.
CivilDate civil_date(UtcTime time);

/// "2013-06-03T09:00:00.000Z"
std::string to_text(UtcTime time);
/// Accepts the form above, with or without the fraction of three digits. Nothing when it is not a time.
std::optional<UtcTime> parse_utc(std::string_view text);

/// "2013-06-03 17:00:00": the clock on the wall in China at that instant.
std::string wall_time(UtcTime time);
/// "2013-06-03 17:00": the minute that had begun.
std::string wall_minute(UtcTime time);

/// "2013-06-03"
std::string to_text(CivilDate date);
/// Accepts exactly YYYY-MM-DD of a day that exists.
std::optional<CivilDate> parse_date(std::string_view text);

/// Days since 1970-01-01, the stored form of a date.
std::int32_t to_day_number(CivilDate date);
CivilDate from_day_number(std::int32_t days);

/// year * 12 + month - 1, the stored form of a month, of a day of the years 0 to 5460.
std::uint16_t to_month_number(CivilDate date);
CivilDate first_day_of_month(std::uint16_t month_number);

}  // namespace lab
