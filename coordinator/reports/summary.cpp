#include "coordinator/reports/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "coordinator/reports/summary_rows.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "protocol/base/check.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;
using tables::CellKey;

struct AxisName {
  std::string_view name;
  Axis axis;
};
constexpr std::array axis_names{
    AxisName{"programme", Axis::programme}, AxisName{"city", Axis::city},      AxisName{"county", Axis::county},
    AxisName{"category", Axis::category},   AxisName{"stage", Axis::stage},    AxisName{"round", Axis::round},
    AxisName{"month", Axis::month},         AxisName{"lab", Axis::laboratory}, AxisName{"analyte", Axis::analyte}};

statistics::Counts counts_of(const tables::Tally& tally, Verdicts verdicts) {
  const tables::Verdicts& chosen = verdicts == Verdicts::first ? tally.first : tally.final;
  return {.pass = chosen.pass, .fail = chosen.fail, .problem = chosen.problem, .undetermined = chosen.undetermined};
}

Figures figures_of(const Sums& sums, const Decimal* target, std::uint64_t comparable_from) {
  const statistics::Counts& counts = sums.counts;
  const statistics::Ratio rate = statistics::passed_rate(counts);
  Figures figures{.counts = counts,
                  .aside = sums.aside,
                  .rate = statistics::percent_text(rate),
                  .interval = {},
                  .meets_target = {},
                  .target = {},
                  .evidence = {},
                  .without_basis = sums.without_basis,
                  .reference = sums.reference};
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

bool is_coarse(const Query& query) {
  return !query.county && !query.category && !query.stage && !query.round && !query.month && !query.laboratory &&
         std::ranges::all_of(query.by, [](Axis axis) { return axis == Axis::programme || axis == Axis::city; });
}

bool is_fine(const Query& query) {
  return query.county || query.round || has(query.by, Axis::county) || has(query.by, Axis::round);
}

using Visit = std::function<void(const CellKey& cell, const tables::Tally& tally)>;

// The cells a question is answered by: as few as will do.
void for_each_tally(const journal::View& store, const Query& query, bool as_of, const Visit& visit) {
  if (is_fine(query)) return tables::for_each_fine_tally(store, visit);
  if (as_of || !is_coarse(query)) return tables::for_each_cell_tally(store, visit);
  tables::for_each_city_tally(
      store, [&](const model::ProgrammeCode& programme, model::CityCode city, const tables::Tally& tally) {
        visit({.programme = programme, .city = city, .category = {}, .laboratory = {}}, tally);
      });
}

tables::Verdicts without(const tables::Verdicts& now, const tables::Verdicts& later) {
  return {.pass = now.pass - later.pass,
          .fail = now.fail - later.fail,
          .problem = now.problem - later.problem,
          .undetermined = now.undetermined - later.undetermined};
}

// Samples that are set aside are in the cells, and are taken out here.
void set_aside(Rows& rows, const Query& query, const CellKey& cell, const tables::Tally& tally) {
  if (!takes(query, cell)) return;
  const statistics::Counts aside = counts_of(tally, query.verdicts);
  if (aside.total() == 0) return;
  Sums& sums = rows[{projected(cell, query.by)}];
  sums.aside += aside.total();
  sums.counts.pass -= aside.pass;
  sums.counts.fail -= aside.fail;
  sums.counts.problem -= aside.problem;
  sums.counts.undetermined -= aside.undetermined;
}

// `later` is nothing for the counts of now.
Rows count(const journal::View& store, const Query& query, const tables::LaterChanges* later) {
  std::map<CellKey, tables::Tally> changed;
  std::map<CellKey, tables::Tally> aside;
  if (later != nullptr) {
    for (const auto& [cell, tally] : later->cells) {
      tables::Tally& sum = changed[is_fine(query) ? cell : tables::coarse(cell)];
      sum = {without(sum.first, without({}, tally.first)), without(sum.final, without({}, tally.final))};
    }
    for (const auto& [cell, tally] : later->aside) aside[cell] = {without({}, tally.first), without({}, tally.final)};
  }
  Rows rows;
  for_each_tally(store, query, later != nullptr, [&](const CellKey& cell, const tables::Tally& now) {
    if (!takes(query, cell)) return;
    tables::Tally then = now;
    if (const auto found = changed.find(cell); found != changed.end()) {
      then = {without(now.first, found->second.first), without(now.final, found->second.final)};
    }
    const statistics::Counts counts = counts_of(then, query.verdicts);
    if (counts.total() > 0) rows[{projected(cell, query.by)}].counts += counts;
  });
  tables::for_each_aside_tally(store, [&](const CellKey& cell, const tables::Tally& now) {
    tables::Tally& then = aside[cell];
    then = {without(now.first, without({}, then.first)), without(now.final, without({}, then.final))};
  });
  for (const auto& [cell, tally] : aside) set_aside(rows, query, cell, tally);
  return rows;
}

Rows rows_of(const journal::View& store, const Query& query, const tables::LaterChanges* later) {
  return is_of_items(query) ? count_item_rows(store, query, later) : count(store, query, later);
}

// Targets are of samples.
Summary summary_of(const Query& query, const Targets& all_targets, const Rows& rows) {
  const Targets targets = is_of_items(query) ? Targets{} : all_targets;
  Summary summary;
  summary.of_items = is_of_items(query);
  Sums total;
  const bool by_programme = has(query.by, Axis::programme);
  for (const auto& [key, sums] : rows) {
    total += sums;
    const auto programme = by_programme ? key.cell.programme : query.programme.value_or(key.cell.programme);
    summary.rows.push_back({.key = key.cell,
                            .analyte = key.analyte,
                            .figures = figures_of(sums, target_of(targets, programme), query.comparable_from)});
  }
  summary.total =
      figures_of(total, query.programme ? target_of(targets, *query.programme) : nullptr, query.comparable_from);
  return summary;
}

// A sample is in one cell, whatever else its items are in.
std::optional<std::uint64_t> judged_in(const journal::View& store, Query query, const tables::LaterChanges* later,
                                       const Rows& rows) {
  if (query.analyte) return std::nullopt;
  const auto sum = [](const Rows& all) {
    std::uint64_t judged = 0;
    for (const auto& [key, sums] : all) judged += sums.counts.total() + sums.aside;
    return judged;
  };
  if (!is_of_items(query)) return sum(rows);
  query.by.clear();
  return sum(count(store, query, later));
}

}  // namespace

CellKey projected(const CellKey& cell, const std::vector<Axis>& by) {
  CellKey key;
  if (has(by, Axis::programme)) key.programme = cell.programme;
  if (has(by, Axis::city)) key.city = cell.city;
  if (has(by, Axis::county)) key.county = cell.county;
  if (has(by, Axis::round)) key.round = cell.round;
  if (has(by, Axis::category)) key.category = cell.category;
  if (has(by, Axis::stage)) key.stage = cell.stage;
  if (has(by, Axis::month)) key.month = cell.month;
  if (has(by, Axis::laboratory)) key.laboratory = cell.laboratory;
  return key;
}

bool takes(const Query& query, const CellKey& cell) {
  const auto is = [](const auto& asked, const auto& value) { return !asked || *asked == value; };
  return is(query.programme, cell.programme) && is(query.city, cell.city) && is(query.county, cell.county) &&
         is(query.category, cell.category) && is(query.stage, cell.stage) && is(query.round, cell.round) &&
         is(query.month, cell.month) && is(query.laboratory, cell.laboratory);
}

Result<std::vector<Axis>> parse_axes(std::string_view text) {
  std::vector<Axis> axes;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto known = std::ranges::find(axis_names, word, &AxisName::name);
    if (known == axis_names.end() || has(axes, known->axis)) {
      return fail(
          ErrorCode::malformed,
          fmt::format("不认识或重复的统计维度“{}”；可用 programme,city,county,category,stage,round,month,lab,analyte",
                      word),
          "by");
    }
    axes.push_back(known->axis);
  }
  return axes;
}

bool is_of_items(const Query& query) { return query.analyte || has(query.by, Axis::analyte); }

Result<void> check_ready(const journal::View& store, const Query& query) {
  if (!is_of_items(query)) return {};
  const auto begun = tables::items_begun(store);
  if (begun && !begun->entered) return {};
  return fail(ErrorCode::unavailable, "按检测项目的统计正在由已计入的样品补建，请稍后再试",
              query.analyte ? "analyte" : "by");
}

Result<void> check_size(const Summary& summary) {
  if (!summary.of_items || summary.rows.size() <= item_rows_max) return {};
  return fail(ErrorCode::too_large, fmt::format("结果超过 {} 行；请减少统计维度，或加上筛选条件", item_rows_max), "by");
}

Summary summarize(const journal::View& store, const Query& query, const Targets& targets) {
  LAB_CHECK(check_ready(store, query).has_value());
  const Rows rows = rows_of(store, query, nullptr);
  Summary summary = summary_of(query, targets, rows);
  summary.planned = count_planned(store, query);
  summary.judged = judged_in(store, query, nullptr, rows);
  summary.version = tables::data_version(store);
  return summary;
}

Result<Summary> summarize_as_of(const journal::View& store, const Query& query, const Targets& targets,
                                UtcTime moment) {
  if (auto ready = check_ready(store, query); !ready) return tl::unexpected(ready.error());
  const auto detail = is_of_items(query) ? tables::LaterDetail::items : tables::LaterDetail::counts;
  const auto later = tables::changes_after(store, moment, detail);
  if (!later) return tl::unexpected(later.error());
  const Rows rows = rows_of(store, query, &*later);
  Summary summary = summary_of(query, targets, rows);
  summary.version = later->version;
  summary.judged = judged_in(store, query, &*later, rows);
  // The log says of a programme only how many of its tasks came and went.
  if (!is_of_programmes(query)) return summary;
  summary.planned = count_planned(store, query);
  for (const auto& [programme, tasks] : later->tasks) {
    if (!query.programme || programme == *query.programme) *summary.planned -= tasks.planned;
  }
  return summary;
}

Result<Summary> summarize_at(const journal::View& store, const Query& query, const Targets& targets,
                             const std::optional<UtcTime>& moment) {
  if (moment) return summarize_as_of(store, query, targets, *moment);
  if (auto ready = check_ready(store, query); !ready) return tl::unexpected(ready.error());
  return summarize(store, query, targets);
}

std::optional<std::uint16_t> parse_month(std::string_view text) {
  const auto first_day = parse_date(std::string{text} + "-01");
  if (!first_day) return std::nullopt;
  return to_month_number(*first_day);
}

std::string month_text(std::uint16_t month) { return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1); }

}  // namespace lab::reports
