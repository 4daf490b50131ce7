#include "instruments/profiles/dates.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <chrono>

#include "instruments/drivers/read_value.hpp"
#include "instruments/profiles/fold.hpp"

namespace lab::profiles {
namespace {

constexpr unsigned months = 12;

// Takes a text apart from its beginning.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool take_any(std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return take(word); });
  }

  void blanks() {
    while (take(" ")) {
    }
  }

  std::string_view digits(std::size_t most) {
    std::size_t size = 0;
    while (size < rest_.size() && size < most && rest_[size] >= '0' && rest_[size] <= '9') ++size;
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }

  std::string_view letters() {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto end = std::ranges::find_if_not(rest_, is_letter);
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
  }

 private:
  std::string_view rest_;
};

unsigned number_of(std::string_view digits) {
  unsigned number = 0;
  for (const char c : digits) number = number * 10 + static_cast<unsigned>(c - '0');
  return number;
}

// The three numbers as they stand; a month written as a word is known for one.
struct Written {
  std::array<std::string_view, 3> parts;
  unsigned month_by_name = 0;
  std::string time;  // "T20:01:33", or nothing

  [[nodiscard]] bool year_first() const { return parts[0].size() == 4; }
  [[nodiscard]] bool year_last() const { return parts[2].size() == 4; }
  [[nodiscard]] unsigned number(std::size_t part) const { return number_of(parts[part]); }
};

unsigned month_of(std::string_view name) {
  constexpr std::array<std::string_view, months> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string word = fold(name.substr(0, 3));
  const auto* found = std::ranges::find(names, std::string_view{word});
  return found == names.end() ? 0 : static_cast<unsigned>(found - names.begin()) + 1;
}

bool read_date(Scan& scan, Written& written) {
  written.parts[0] = scan.digits(4);
  const bool chinese = scan.take("年");
  const bool parted = chinese || scan.take_any({"/", "-", "."});
  written.parts[1] = scan.digits(2);
  if (written.parts[1].empty()) {
    written.month_by_name = month_of(scan.letters());
    if (written.month_by_name == 0) return false;
  }
  const bool parted_again = chinese ? scan.take("月") : scan.take_any({"/", "-", "."});
  written.parts[2] = scan.digits(4);
  if (chinese) scan.take("日");
  return parted && parted_again && !written.parts[0].empty() && !written.parts[2].empty();
}

// The half of the day moves the hour; a clock of 24 hours that says PM as well is believed.
std::optional<unsigned> hour_of(unsigned hour, Scan& scan) {
  constexpr unsigned noon = 12;
  if (scan.take_any({"AM", "am", "a.m."})) {
    if (hour > noon) return std::nullopt;
    return hour == noon ? 0 : hour;
  }
  if (scan.take_any({"PM", "pm", "p.m."})) return hour < noon ? hour + noon : hour;
  return hour;
}

bool read_time(Scan& scan, Written& written) {
  const std::string_view hour = scan.digits(2);
  if (hour.empty() || !scan.take(":")) return false;
  const std::string_view minute = scan.digits(2);
  std::string_view second;
  std::string_view fraction;
  if (scan.take(":")) {
    second = scan.digits(2);
    if (second.size() != 2) return false;
    if (scan.take_any({".", ","})) fraction = scan.digits(9);
  }
  scan.blanks();
  const auto of_day = hour_of(number_of(hour), scan);
  if (!of_day || *of_day > 23 || minute.size() != 2 || number_of(minute) > 59 || number_of(second) > 59) return false;
  written.time = fmt::format("T{:02}:{}", *of_day, minute);
  if (!second.empty()) written.time += fmt::format(":{}", second);
  if (!fraction.empty()) written.time += fmt::format(".{}", fraction);
  return true;
}

// "Z", "+08:00": kept. Anything else behind the time is not understood.
bool read_zone(Scan& scan, Written& written) {
  if (scan.take("Z")) {
    written.time += "Z";
    return true;
  }
  for (const char* sign : {"+", "-"}) {
    if (!scan.take(sign)) continue;
    const std::string_view hours = scan.digits(2);
    scan.take(":");
    const std::string_view minutes = scan.digits(2);
    if (hours.size() != 2 || minutes.size() != 2) return false;
    written.time += fmt::format("{}{}:{}", sign, hours, minutes);
  }
  return true;
}

std::optional<Written> read(std::string_view text) {
  Scan scan{drivers::trim(text)};
  Written written;
  if (!read_date(scan, written)) return std::nullopt;
  if (scan.done()) return written;
  if (!scan.take("T")) scan.blanks();
  if (!read_time(scan, written)) return std::nullopt;
  const bool bracket = scan.take("(");
  if (!read_zone(scan, written) || (bracket && !scan.take(")")) || !scan.done()) return std::nullopt;
  return written;
}

constexpr unsigned this_century = 2000;

// Year 0, which no date has here, for what is no year of two or four digits.
unsigned year_of(std::string_view digits) {
  if (digits.size() == 2) return this_century + number_of(digits);
  return digits.size() == 4 ? number_of(digits) : 0;
}

std::optional<std::chrono::year_month_day> date_of(const Written& written, DateOrder order) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  const auto made = [](unsigned y, unsigned m, unsigned d) {
    return std::chrono::year_month_day{year{static_cast<int>(y)}, month{m}, day{d}};
  };
  const auto& parts = written.parts;
  if (written.month_by_name != 0) {
    if (written.year_first()) return made(written.number(0), written.month_by_name, written.number(2));
    return made(year_of(parts[2]), written.month_by_name, written.number(0));
  }
  if (written.year_first()) return made(written.number(0), written.number(1), written.number(2));
  switch (order) {
    case DateOrder::ymd:
      if (written.year_last()) return std::nullopt;
      return made(year_of(parts[0]), written.number(1), written.number(2));
    case DateOrder::dmy:
      return made(year_of(parts[2]), written.number(1), written.number(0));
    case DateOrder::mdy:
      return made(year_of(parts[2]), written.number(0), written.number(1));
    case DateOrder::as_written:
    case DateOrder::by_file:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

DateOrder order_in(DateOrder asked, std::span<const std::string> times) {
  if (asked != DateOrder::by_file) return asked;
  bool day_first = false;
  bool month_first = false;
  for (const std::string& time : times) {
    const auto written = read(time);
    if (!written || !written->year_last() || written->month_by_name != 0) continue;
    day_first = day_first || written->number(0) > months;
    month_first = month_first || written->number(1) > months;
  }
  if (day_first == month_first) return DateOrder::as_written;
  return day_first ? DateOrder::dmy : DateOrder::mdy;
}

std::optional<std::string> iso_time(std::string_view written, DateOrder order) {
  const auto parts = read(written);
  if (!parts) return std::nullopt;
  const auto date = date_of(*parts, order);
  if (!date || !date->ok() || date->year() == std::chrono::year{0}) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02}{}", static_cast<int>(date->year()), static_cast<unsigned>(date->month()),
                     static_cast<unsigned>(date->day()), parts->time);
}

}  // namespace lab::profiles
