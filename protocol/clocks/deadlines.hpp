#pragma once
// Deadlines are rows: what, in which programme, from when on, how long, and by which text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/clocks/calendar.hpp"
#include "protocol/model/ids.hpp"

namespace lab::clocks {

/// What runs. Stored as its number: append only.
enum class Kind : std::uint8_t {
  notice,           // a confirmed nonconforming verdict is notified; from its approval
  objection,        // the party may object; from the receipt of the notice
  objection_rapid,  // the same after a rapid test
  report,           // the laboratory approves its verdict; from reception
  retest_report,    // the other laboratory approves its own; from reception of the reserve
  reserve_pass,     // the reserve of a sample that passed is kept; from approval
  reserve_fail,     // the reserve of one that did not
};
constexpr Kind kind_last = Kind::reserve_fail;

/// "notice", "objection", ...
const char* name_of(Kind kind);
/// "不合格结果报告", "异议提出", ...
const char* chinese_name_of(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

struct Deadline {
  std::string programme;  // three letters, or "*": every programme that has no row of its own
  Kind kind = Kind::notice;
  CivilDate from{};              // the row holds for what begins on that day or later, until the next row
  std::optional<Period> period;  // nothing: there is none by that text
  std::string source;            // the text of law
  std::string note;

  bool operator==(const Deadline&) const = default;
};

/// Read once, then only read: safe from any number of threads.
class Deadlines {
 public:
  /// Columns: programme, kind, from, amount, unit, source, note; unit `none` (and no amount) says that there is no such
  /// right or duty. Malformed with the row when a cell cannot be read, the source is missing, an amount is 0 or above
  /// 1,000, or two rows begin on one day.
  static Result<Deadlines> load(std::string_view csv);

  /// The row in force on `on`: of the programme itself, or else of every programme. Nothing when nothing is laid down.
  [[nodiscard]] const Deadline* find(const model::ProgrammeCode& programme, Kind kind, CivilDate on) const;
  [[nodiscard]] const std::vector<Deadline>& all() const { return rows_; }

 private:
  [[nodiscard]] const Deadline* newest(std::string_view programme, Kind kind, CivilDate on) const;

  std::vector<Deadline> rows_;  // in the order of the file
};

/// What a program counts time by.
struct Terms {
  Deadlines deadlines;
  Calendar calendar;
};

/// Empty texts stand for the tables inside the program.
Result<Terms> read_terms(std::string_view deadlines_csv, std::string_view holidays_csv);

}  // namespace lab::clocks
