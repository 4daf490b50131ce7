#include "protocol/clocks/deadlines.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/clocks/defaults.hpp"
#include "protocol/rules/table.hpp"

namespace lab::clocks {
namespace {

constexpr std::uint16_t amount_max = 1'000;  // three years in days; a longer period is a mistyped one

struct Names {
  const char* name;
  const char* chinese;
};
// In the order of Kind.
constexpr std::array names{Names{"notice", "不合格结果报告"},          Names{"objection", "异议提出"},
                           Names{"objection_rapid", "快检异议"},       Names{"report", "检验报告"},
                           Names{"retest_report", "复检报告"},         Names{"reserve_pass", "合格样品备样保存"},
                           Names{"reserve_fail", "不合格样品备样保存"}};
static_assert(names.size() == static_cast<std::size_t>(kind_last) + 1);

std::optional<Unit> parse_unit(std::string_view text) {
  for (const Unit unit : {Unit::hours, Unit::days, Unit::working_days, Unit::months}) {
    if (text == name_of(unit)) return unit;
  }
  return std::nullopt;
}

Result<std::optional<Period>> period_of(std::string_view amount, std::string_view unit) {
  if (unit == "none" && amount.empty()) return std::optional<Period>{};
  const auto known = parse_unit(unit);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(amount.data(), amount.data() + amount.size(), number);
  if (!known || error != std::errc{} || end != amount.data() + amount.size() || number == 0 || number > amount_max) {
    return fail(ErrorCode::malformed,
                "a period is a number up to 1000 of hours, days, working_days or months, or none");
  }
  return std::optional<Period>{Period{.amount = number, .unit = *known}};
}

}  // namespace

const char* name_of(Kind kind) { return names[static_cast<std::size_t>(kind)].name; }
const char* chinese_name_of(Kind kind) { return names[static_cast<std::size_t>(kind)].chinese; }

std::optional<Kind> parse_kind(std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (text == names[i].name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

Result<Deadlines> Deadlines::load(std::string_view csv) {
  const auto table = rules::Table::load(csv, {"programme", "kind", "from", "amount", "unit", "source", "note"});
  if (!table) return tl::unexpected(table.error());
  Deadlines deadlines;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const auto kind = parse_kind(table->cell(row, "kind"));
    const auto from = parse_date(table->cell(row, "from"));
    const auto period = period_of(table->cell(row, "amount"), table->cell(row, "unit"));
    if (!period) return fail(ErrorCode::malformed, period.error().message, table->place(row));
    if (!kind || !from || table->cell(row, "programme").empty() || table->cell(row, "source").empty()) {
      return fail(ErrorCode::malformed, "a deadline needs a programme, a known kind, a date and its source",
                  table->place(row));
    }
    Deadline one{.programme = std::string{table->cell(row, "programme")},
                 .kind = *kind,
                 .from = *from,
                 .period = *period,
                 .source = std::string{table->cell(row, "source")},
                 .note = std::string{table->cell(row, "note")}};
    const bool twice = std::ranges::any_of(deadlines.rows_, [&](const Deadline& other) {
      return other.programme == one.programme && other.kind == one.kind && other.from == one.from;
    });
    if (twice) {
      return fail(ErrorCode::malformed, "two rows of one programme and kind begin on one day; delete one",
                  table->place(row));
    }
    deadlines.rows_.push_back(std::move(one));
  }
  return deadlines;
}

const Deadline* Deadlines::newest(std::string_view programme, Kind kind, CivilDate on) const {
  const Deadline* best = nullptr;
  for (const Deadline& row : rows_) {
    if (row.programme != programme || row.kind != kind || row.from > on) continue;
    if (best == nullptr || row.from > best->from) best = &row;
  }
  return best;
}

const Deadline* Deadlines::find(const model::ProgrammeCode& programme, Kind kind, CivilDate on) const {
  const Deadline* own = newest(programme.value(), kind, on);
  return own != nullptr ? own : newest("*", kind, on);
}

Result<Terms> read_terms(std::string_view deadlines_csv, std::string_view holidays_csv) {
  auto deadlines = Deadlines::load(deadlines_csv.empty() ? default_deadlines : deadlines_csv);
  if (!deadlines) return fail(std::move(deadlines));
  auto calendar = Calendar::load(holidays_csv.empty() ? default_holidays : holidays_csv);
  if (!calendar) return fail(std::move(calendar));
  return Terms{.deadlines = std::move(*deadlines), .calendar = std::move(*calendar)};
}

}  // namespace lab::clocks
