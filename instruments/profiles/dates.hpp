#pragma once
// Times as instruments write them, brought into one form when it is certain which number is the day.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lab::profiles {

/// The order of the numbers in a date whose year is not written first with four digits.
enum class DateOrder : unsigned char { as_written, ymd, dmy, mdy, by_file };

/// The order of a whole file. With DateOrder::by_file a day above 12 decides; two that contradict each other, or none,
/// leave the dates as they are written.
DateOrder order_in(DateOrder asked, std::span<const std::string> times);

/// "22/5/2026 8:01:33 PM" by `dmy` is "2026-05-22T20:01:33"; a date alone stays one. The time is that of the wall where
/// the instrument stands: no zone is added, one given as an offset is kept. A year of two digits is of this century.
/// Nothing for what is no such time, for a day that does not exist, and for an order that is not known.
std::optional<std::string> iso_time(std::string_view written, DateOrder order);

}  // namespace lab::profiles
