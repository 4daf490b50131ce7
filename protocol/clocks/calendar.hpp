#pragma once
// When a period of law ends: hours, days, working days, months, counted by the civil date of China (+08:00).

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::clocks {

/// Which days are worked where weekends alone do not say it: public holidays, and weekends worked in exchange.
/// Read once, then only read: safe from any number of threads.
class Calendar {
 public:
  /// Columns: date (YYYY-MM-DD), kind (`off`, `work`). Malformed with the row when a date or a kind cannot be read, or
  /// a date stands there twice.
  static Result<Calendar> load(std::string_view csv);

  [[nodiscard]] bool is_working_day(CivilDate date) const;
  /// Whether the table has a row of that year. Without one only weekends are known, and people have to be told.
  [[nodiscard]] bool knows_year(CivilDate date) const;

 private:
  std::map<std::int32_t, bool> worked_;  // day number -> worked
};

/// Stored as its number: append only.
enum class Unit : std::uint8_t { hours, days, working_days, months };

/// "hours", "days", "working_days", "months"
const char* name_of(Unit unit);

struct Period {
  std::uint16_t amount = 0;
  Unit unit = Unit::days;

  bool operator==(const Period&) const = default;
};

/// "24 小时", "5 个工作日"
std::string chinese_of(const Period& period);

/// "2013-06-08 17:30" by the clock on the wall in China; midnight is 24:00 of the day that ends, as periods of law are
/// written.
std::string civil_text(UtcTime time);

struct Due {
  UtcTime at{};                // the first instant that is too late
  bool from_weekends = false;  // a year was touched whose holidays the calendar does not know

  bool operator==(const Due&) const = default;
};

/// Hours run on, from instant to instant. Days and working days begin with the day after `start` and end with their
/// last day at 24:00 (+08:00); where the last of `days` is not worked, the period ends with the next working day
/// (civil law: General Principles 1986 art. 154, Civil Code art. 201-203). Months end with the day of the same number,
/// or the last of a shorter month, and are not moved: they say how long something is kept at least.
Due due_at(UtcTime start, const Period& period, const Calendar& calendar);

}  // namespace lab::clocks
