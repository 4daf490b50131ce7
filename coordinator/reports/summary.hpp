#pragma once
// Pass rates for the province, out of the running counts: integers first, text and intervals for display last.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/statistics/counts.hpp"
#include "coordinator/statistics/interval.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"

namespace lab::reports {

enum class Axis { programme, city, county, category, stage, round, month, laboratory, analyte };

/// "city,month": names of axes, each at most once; empty text is no axis. "lab" is the laboratory.
/// Malformed, naming the word, otherwise.
Result<std::vector<Axis>> parse_axes(std::string_view text);

enum class Verdicts { first, final };

/// By analyte, or of one, what is counted is items: each item of each counted sample that was judged, a sum once and by
/// the name of its residue definition. Otherwise samples.
struct Query {
  std::vector<Axis> by;
  std::optional<model::ProgrammeCode> programme{};  // this one only, and so on
  std::optional<model::CityCode> city{};
  std::optional<model::CountyCode> county{};
  std::optional<model::CategoryCode> category{};
  std::optional<model::Stage> stage{};
  std::optional<std::uint8_t> round{};
  std::optional<std::uint16_t> month{};  // year * 12 + month - 1
  std::optional<model::LaboratoryId> laboratory{};
  std::optional<std::string> analyte{};  // as the rows name it
  Verdicts verdicts = Verdicts::final;
  std::uint64_t comparable_from = statistics::comparable_from_usual;  // judged samples; rows with fewer are small cells
};

/// Whether what is asked for is items, not samples.
bool is_of_items(const Query& query);
/// Whether the cell is within the filters.
bool takes(const Query& query, const coordinator::tables::CellKey& cell);

/// Lowest acceptable pass rate per programme, 0..1, where one was set.
using Targets = std::map<model::ProgrammeCode, Decimal>;

struct Figures {
  statistics::Counts counts;                     // without samples that are set aside
  std::uint64_t aside = 0;                       // samples with a verdict that a rule of sampling keeps out of the rate
  std::string rate;                              // percent with one digit; "—" when nothing was judged
  std::optional<statistics::Interval> interval;  // 95 %, Wilson; nothing when nothing was judged
  std::optional<bool> meets_target;              // in integers; nothing without one target for the whole row
  std::optional<Decimal> target;                 // 0..1, of the whole row
  std::optional<statistics::Evidence> evidence;  // what the samples say about the target, at 5 %
  bool small_cell = false;                       // too few judged to be compared with other rows
  std::uint64_t without_basis = 0;               // of undetermined items: no limit applies to them
  std::uint64_t reference = 0;                   // of undetermined items: judged for reference only, whatever was found
};

struct Row {
  coordinator::tables::CellKey key;
  std::string analyte{};
  Figures figures;
};

struct Summary {
  std::vector<Row> rows;  // in the order of their keys; fields that are not in `by` are empty
  Figures total;
  /// Tasks under the filters that are not cancelled; nothing where that is not known: of a month, a laboratory or an
  /// analyte, which a plan does not name, as of a moment of anything narrower than a programme, and where more than
  /// tasks_looked_at_max tasks would have to be read.
  std::optional<std::uint64_t> planned;
  /// Samples under the filters with a verdict, set aside or not; nothing of one analyte.
  std::optional<std::uint64_t> judged;
  std::uint64_t version = 0;  // of the data: how often the counts have changed
  bool of_items = false;      // rows and total count items
};

/// Of items a question may have as many rows as cells times analytes: behind so many a summary is cut off, and is not
/// to be shown.
inline constexpr std::size_t item_rows_max = 100'000;
/// Too_large, saying what to do, when that has happened.
Result<void> check_size(const Summary& summary);

/// Tasks that are read one by one to see which were cancelled, where a plan is counted by county, category, stage or
/// round: some 2 us each, so a tenth of a second.
inline constexpr std::uint64_t tasks_looked_at_max = 50'000;

/// Whether there is an answer now: unavailable while the items of samples that an older program counted are being
/// entered.
Result<void> check_ready(const journal::View& store, const Query& query);

/// By programme and city it reads one record per city and programme, by county or round one per fine cell, otherwise
/// one per cell; beside them one per fine cell in which a sample is set aside, and of the plans what Summary::planned
/// says. Of items one per programme and
/// profile, by more than programme and analyte one per fine cell and profile.
/// Precondition: check_ready() found nothing.
Summary summarize(const journal::View& store, const Query& query, const Targets& targets);

/// What summarize gave at that moment, after everything that was decided by then; programmes and their targets are
/// those of now. Reads every cell and every later change. Not_found for a moment of which there is no record, of items
/// for one before they were counted; unavailable as check_ready.
Result<Summary> summarize_as_of(const journal::View& store, const Query& query, const Targets& targets, UtcTime moment);
/// Of that moment, or of now without one; unavailable as check_ready in both cases.
Result<Summary> summarize_at(const journal::View& store, const Query& query, const Targets& targets,
                             const std::optional<UtcTime>& moment);

/// The month of "2013-06"; nothing when it is not that.
std::optional<std::uint16_t> parse_month(std::string_view text);
/// "2013-06"
std::string month_text(std::uint16_t month);

}  // namespace lab::reports
