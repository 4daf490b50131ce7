#include "coordinator/reports/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "coordinator/tables/tasks.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;
using tables::CellKey;

struct AxisName {
  std::string_view name;
  Axis axis;
};
constexpr std::array axis_names{AxisName{"programme", Axis::programme}, AxisName{"city", Axis::city},
                                AxisName{"category", Axis::category},   AxisName{"stage", Axis::stage},
                                AxisName{"month", Axis::month},         AxisName{"lab", Axis::laboratory}};

bool has(const std::vector<Axis>& by, Axis axis) { return std::ranges::find(by, axis) != by.end(); }

// The key with only the fields that the rows are by.
CellKey projected(const CellKey& cell, const std::vector<Axis>& by) {
  CellKey key;
  if (has(by, Axis::programme)) key.programme = cell.programme;
  if (has(by, Axis::city)) key.city = cell.city;
  if (has(by, Axis::category)) key.category = cell.category;
  if (has(by, Axis::stage)) key.stage = cell.stage;
  if (has(by, Axis::month)) key.month = cell.month;
  if (has(by, Axis::laboratory)) key.laboratory = cell.laboratory;
  return key;
}

statistics::Counts counts_of(const tables::Tally& tally, Verdicts verdicts) {
  const tables::Verdicts& chosen = verdicts == Verdicts::first ? tally.first : tally.final;
  return {.pass = chosen.pass, .fail = chosen.fail, .problem = chosen.problem, .undetermined = chosen.undetermined};
}

Figures figures_of(const statistics::Counts& counts, const Decimal* target, std::uint64_t comparable_from) {
  const statistics::Ratio rate = statistics::passed_rate(counts);
  Figures figures{.counts = counts, .rate = statistics::percent_text(rate), .interval = {}, .meets_target = {}};
  if (const auto interval = statistics::interval(rate.numerator, rate.denominator)) figures.interval = *interval;
  figures.small_cell = statistics::is_small(counts, comparable_from);
  if (target == nullptr) return figures;
  figures.target = *target;
  figures.meets_target = statistics::reaches(rate, *target);
  // Probabilities are binary floating point; only the statement is taken from it.
  const std::string text = target->to_text();
  double asked = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), asked).ec != std::errc{}) return figures;
  if (const auto evidence = statistics::evidence_for_target(rate.numerator, rate.denominator, asked)) {
    figures.evidence = *evidence;
  }
  return figures;
}

const Decimal* target_of(const Targets& targets, const model::ProgrammeCode& programme) {
  const auto target = targets.find(programme);
  return target == targets.end() ? nullptr : &target->second;
}

std::map<CellKey, statistics::Counts> count(const journal::View& store, const Query& query) {
  std::map<CellKey, statistics::Counts> rows;
  const auto add = [&](const CellKey& cell, const tables::Tally& tally) {
    if (query.programme && cell.programme != *query.programme) return;
    const statistics::Counts counts = counts_of(tally, query.verdicts);
    if (counts.total() > 0) rows[projected(cell, query.by)] += counts;
  };
  const bool coarse =
      std::ranges::all_of(query.by, [](Axis axis) { return axis == Axis::programme || axis == Axis::city; });
  if (coarse) {
    tables::for_each_city_tally(
        store, [&](const model::ProgrammeCode& programme, model::CityCode city, const tables::Tally& tally) {
          add({.programme = programme, .city = city, .category = {}, .laboratory = {}}, tally);
        });
  } else {
    tables::for_each_cell_tally(store, add);
  }
  return rows;
}

}  // namespace

Result<std::vector<Axis>> parse_axes(std::string_view text) {
  std::vector<Axis> axes;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto known = std::ranges::find(axis_names, word, &AxisName::name);
    if (known == axis_names.end() || has(axes, known->axis)) {
      return fail(ErrorCode::malformed,
                  fmt::format("不认识或重复的统计维度“{}”;可用 programme,city,category,stage,month,lab", word), "by");
    }
    axes.push_back(known->axis);
  }
  return axes;
}

Summary summarize(const journal::View& store, const Query& query, const Targets& targets) {
  Summary summary;
  statistics::Counts total;
  const bool by_programme = has(query.by, Axis::programme);
  for (const auto& [key, counts] : count(store, query)) {
    total += counts;
    const model::ProgrammeCode programme = by_programme ? key.programme : query.programme.value_or(key.programme);
    summary.rows.push_back(
        {.key = key, .figures = figures_of(counts, target_of(targets, programme), query.comparable_from)});
  }
  summary.total =
      figures_of(total, query.programme ? target_of(targets, *query.programme) : nullptr, query.comparable_from);
  tables::for_each_states_row(store, [&](const tables::StatesRow& row) {
    if (query.programme && row.programme != *query.programme) return;
    summary.planned += row.counts.total() - row.counts[model::TaskState::cancelled];
    summary.judged += row.counts[model::TaskState::judged];
  });
  return summary;
}

std::string month_text(std::uint16_t month) { return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1); }

}  // namespace lab::reports
