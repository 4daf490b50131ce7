#include "protocol/clocks/calendar.hpp"

#include <fmt/format.h>

#include "protocol/rules/table.hpp"

namespace lab::clocks {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// The first instant of a civil day.
UtcTime midnight(sys_days day) { return UtcTime{day} - civil_offset; }

sys_days next_worked(sys_days day, const Calendar& calendar) {
  while (!calendar.is_working_day(day)) day += days{1};
  return day;
}

sys_days same_day_later(CivilDate date, std::uint16_t months) {
  const auto month = std::chrono::year_month{date.year(), date.month()} + std::chrono::months{months};
  const CivilDate wanted{month.year(), month.month(), date.day()};
  if (wanted.ok()) return wanted;
  return CivilDate{month / std::chrono::last};
}

}  // namespace

Result<Calendar> Calendar::load(std::string_view csv) {
  const auto table = rules::Table::load(csv, {"date", "kind"});
  if (!table) return tl::unexpected(table.error());
  Calendar calendar;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const auto date = parse_date(table->cell(row, "date"));
    const std::string_view kind = table->cell(row, "kind");
    if (!date || (kind != "off" && kind != "work")) {
      return fail(ErrorCode::malformed, "a day is YYYY-MM-DD with off or work; correct the row", table->place(row));
    }
    if (!calendar.worked_.emplace(to_day_number(*date), kind == "work").second) {
      return fail(ErrorCode::malformed, fmt::format("{} stands there twice; delete one", to_text(*date)),
                  table->place(row));
    }
  }
  return calendar;
}

bool Calendar::is_working_day(CivilDate date) const {
  if (const auto known = worked_.find(to_day_number(date)); known != worked_.end()) return known->second;
  const std::chrono::weekday weekday{sys_days{date}};
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday;
}

bool Calendar::knows_year(CivilDate date) const {
  const auto first = worked_.lower_bound(to_day_number(date.year() / std::chrono::January / 1));
  return first != worked_.end() && first->first <= to_day_number(date.year() / std::chrono::December / 31);
}

const char* name_of(Unit unit) {
  switch (unit) {
    case Unit::hours:
      return "hours";
    case Unit::days:
      return "days";
    case Unit::working_days:
      return "working_days";
    case Unit::months:
      return "months";
  }
  return "days";
}

std::string chinese_of(const Period& period) {
  switch (period.unit) {
    case Unit::hours:
      return fmt::format("{} 小时", period.amount);
    case Unit::days:
      return fmt::format("{} 日", period.amount);
    case Unit::working_days:
      return fmt::format("{} 个工作日", period.amount);
    case Unit::months:
      return fmt::format("{} 个月", period.amount);
  }
  return {};
}

std::string civil_text(UtcTime time) {
  std::string text = wall_minute(time);
  if (!text.ends_with(" 00:00")) return text;
  return to_text(civil_date(time - std::chrono::minutes{1})) + " 24:00";
}

Due due_at(UtcTime start, const Period& period, const Calendar& calendar) {
  if (period.unit == Unit::hours) return {.at = start + std::chrono::hours{period.amount}};
  const CivilDate first = civil_date(start);
  if (period.unit == Unit::months) return {.at = midnight(same_day_later(first, period.amount) + days{1})};
  sys_days last = first;
  if (period.unit == Unit::days) {
    last = next_worked(last + days{period.amount}, calendar);
  } else {
    for (std::uint16_t i = 0; i < period.amount; ++i) last = next_worked(last + days{1}, calendar);
  }
  const bool known = calendar.knows_year(first) && calendar.knows_year(CivilDate{last});
  return {.at = midnight(last + days{1}), .from_weekends = !known};
}

}  // namespace lab::clocks
