#include "coordinator/documents/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "coordinator/documents/item_results.hpp"
#include "coordinator/documents/sample_tables.hpp"
#include "coordinator/reports/weighted.hpp"
#include "coordinator/tables/count_log.hpp"

namespace lab::documents {
namespace {

using reports::Axis;
using reports::Figures;
using reports::Summary;

struct Ground {
  const journal::View& store;
  const Names& names;
  const TableQuestion& question;
};

Summary summary_by(const Ground& ground, std::vector<Axis> by) {
  reports::Query query = ground.question.query;
  query.by = std::move(by);
  return reports::summarize(ground.store, query, ground.question.targets);
}

std::string interval_text(const Figures& figures) {
  if (!figures.interval) return "—";
  return fmt::format("{:.1f}～{:.1f}", figures.interval->low * 100, figures.interval->high * 100);
}

std::string number(std::uint64_t value) { return fmt::format("{}", value); }

const std::vector<Column> rate_columns{{"判定样品数", true, 10}, {"合格", true, 8},     {"不合格", true, 8},
                                       {"合格率%", true, 9},     {"95%区间", true, 14}, {"备注", false, 14}};

Cells rate_cells(std::string name, const Figures& figures) {
  return {std::move(name),
          number(figures.counts.judged()),
          number(figures.counts.pass),
          number(figures.counts.judged() - figures.counts.pass),
          figures.rate,
          interval_text(figures),
          figures.small_cell ? "样品少，不宜比较" : ""};
}

std::vector<Column> named(const char* heading) {
  std::vector<Column> columns{{heading, false, 20}};
  columns.insert(columns.end(), rate_columns.begin(), rate_columns.end());
  return columns;
}

std::string target_words(const Figures& figures) {
  const auto target = figures.target ? figures.target->shifted(2) : std::nullopt;
  if (!target || !figures.meets_target || !figures.evidence) return "未按单一项目统计，不与目标比较。";
  const char* reached = *figures.meets_target ? "达到" : "未达到";
  const char* sure = "样品数还不足以断定总体是否达到目标";
  if (*figures.evidence == statistics::Evidence::in_favour) sure = "有把握认为总体达到目标";
  if (*figures.evidence == statistics::Evidence::against) sure = "有把握认为总体未达到目标";
  return fmt::format("目标为 {}%，本次数值{}目标；按单侧精确二项检验（5%），{}。", target->to_text(), reached, sure);
}

// Only what is known under the filters of the report.
std::string course_words(const Summary& summary) {
  const auto many = [](const char* what, const std::optional<std::uint64_t>& count) {
    return count ? fmt::format("{} {} 批次", what, *count) : std::string{};
  };
  const std::string planned = many("计划抽检", summary.planned);
  const std::string judged = many("已判定", summary.judged);
  if (planned.empty() && judged.empty()) return "";
  return planned + (planned.empty() || judged.empty() ? "" : "，") + judged + "。";
}

// Beside the pooled rate, once the province has given weights. They are of one programme: a report over all of them has
// no such rate, and nothing to say of it.
std::string weighted_words(const Ground& ground) {
  const TableQuestion& question = ground.question;
  if (question.weights.empty() || !question.query.programme) return "";
  const auto weighted = reports::weighted_rate(ground.store, question.query, question.weights, std::nullopt);
  if (!weighted) return fmt::format("按产量加权的合格率没有给出：{}。", weighted.error().message);
  return fmt::format("按产量加权的合格率为 {}%（标准误 {} 个百分点；权重来源：{}）。", weighted->rate,
                     weighted->standard_error, weighted->source);
}

Section overview(const Ground& ground) {
  const Summary summary = summary_by(ground, {Axis::programme});
  const Figures& total = summary.total;
  Section section{.key = "overview", .heading = "一、总体情况", .narrative = {}, .columns = named("项目"), .rows = {}};
  for (const reports::Row& row : summary.rows) {
    section.rows.push_back(rate_cells(ground.names.programme(row.key.programme), row.figures));
  }
  section.rows.push_back(rate_cells("合计", total));
  const std::string aside = total.aside > 0 ? fmt::format("；{} 批次按抽样规则不计入", total.aside) : std::string{};
  section.narrative = fmt::format(
      "{}参加统计的 {} 批次中合格 {} 批次，批次合格率 {}%（95% 置信区间 {}%）；另有 {} "
      "批次不予判定，不计入合格率{}。{}{}",
      course_words(summary), total.counts.judged(), total.counts.pass, total.rate, interval_text(total),
      total.counts.undetermined, aside, weighted_words(ground), target_words(total));
  return section;
}

// Rows that may be compared, highest rate first; small ones behind them.
std::vector<const reports::Row*> ranked(const Summary& summary) {
  std::vector<const reports::Row*> rows;
  for (const reports::Row& row : summary.rows) rows.push_back(&row);
  const auto before = [](const reports::Row* a, const reports::Row* b) {
    if (a->figures.small_cell != b->figures.small_cell) return b->figures.small_cell;
    const auto& x = a->figures.counts;
    const auto& y = b->figures.counts;
    return x.pass * y.judged() > y.pass * x.judged();
  };
  std::ranges::stable_sort(rows, before);
  return rows;
}

std::string order_words(const std::vector<const reports::Row*>& rows, const char* what) {
  std::size_t pairs = 0;
  std::size_t overlapping = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Figures& above = rows[i - 1]->figures;
    const Figures& below = rows[i]->figures;
    if (above.small_cell || below.small_cell || !above.interval || !below.interval) continue;
    ++pairs;
    if (above.interval->low <= below.interval->high) ++overlapping;
  }
  const auto small = static_cast<std::size_t>(
      std::ranges::count_if(rows, [](const reports::Row* row) { return row->figures.small_cell; }));
  std::string words;
  if (pairs == 0) {
    words = fmt::format("可以比较的{}不足两个，不排名次。", what);
  } else if (overlapping == pairs) {
    words = fmt::format("相邻{}的置信区间全部重叠，名次先后很可能只是抽样误差，不宜据此评优问责。", what);
  } else {
    words =
        fmt::format("相邻{}共 {} 对，其中 {} 对的置信区间重叠，这些先后可能只是抽样误差。", what, pairs, overlapping);
  }
  if (small > 0) words += fmt::format("有 {} 个{}样品太少，不参加比较。", small, what);
  return words;
}

Section by_axis(const Ground& ground, Axis axis) {
  const bool is_city = axis == Axis::city;
  const Summary summary = summary_by(ground, {axis});
  Section section{.key = is_city ? "city" : "category",
                  .heading = is_city ? "三、分地区" : "二、分产品类别",
                  .narrative = {},
                  .columns = named(is_city ? "市州" : "类别"),
                  .rows = {}};
  const auto rows = ranked(summary);
  for (const reports::Row* row : rows) {
    const std::string name = is_city ? ground.names.city(row->key.city) : ground.names.category(row->key.category);
    section.rows.push_back(rate_cells(name, row->figures));
  }
  section.narrative = order_words(rows, is_city ? "市州" : "类别");
  return section;
}

// Two months that are compared; without the one before there is nothing to say.
struct Change {
  const reports::Row* before = nullptr;
  const reports::Row* now = nullptr;

  [[nodiscard]] bool is_known() const { return before != nullptr && before->figures.interval && now->figures.interval; }
  [[nodiscard]] std::string points() const {
    if (!is_known()) return "—";
    const auto rate = [](const Figures& f) {
      return 100.0 * static_cast<double>(f.counts.pass) / static_cast<double>(f.counts.judged());
    };
    return fmt::format("{:+.1f}", rate(now->figures) - rate(before->figures));
  }
  // "环比（与 2013-05 相比）+1.2 个百分点，…"
  [[nodiscard]] std::string words(const char* what) const {
    const bool overlaps = before->figures.interval->low <= now->figures.interval->high &&
                          now->figures.interval->low <= before->figures.interval->high;
    return fmt::format("{}（与 {} 相比）{} 个百分点，{}", what, reports::month_text(before->key.month), points(),
                       overlaps ? "两月的置信区间重叠，差异可能只是抽样误差" : "两月的置信区间不重叠，变化明显");
  }
};

std::string trend_words(const Change& month, const Change& year) {
  if (month.now == nullptr) return "还没有已判定的样品，不作比较。";
  std::string words = fmt::format("最近一月（{}）", reports::month_text(month.now->key.month));
  words += month.is_known() ? month.words("环比") : "之前没有可比的月份，不作环比";
  words += "；" + (year.is_known() ? year.words("同比") : std::string{"没有上年同月的数字，不作同比"}) + "。";
  return words;
}

// A month is compared with what was judged before it and a year before it, also when only that month is reported.
Section trend(const Ground& ground) {
  reports::Query query = ground.question.query;
  query.by = {Axis::month};
  query.month.reset();
  const Summary summary = reports::summarize(ground.store, query, ground.question.targets);
  Section section{.key = "trend", .heading = "六、趋势", .narrative = {}, .columns = named("月份"), .rows = {}};
  for (const char* heading : {"环比（百分点）", "同比（百分点）"}) {
    section.columns.insert(section.columns.end() - 1, Column{heading, true, 10});
  }
  const auto row_of = [&](int month) -> const reports::Row* {
    const auto found =
        std::ranges::find_if(summary.rows, [&](const reports::Row& row) { return row.key.month == month; });
    return found == summary.rows.end() ? nullptr : &*found;
  };
  Change month;
  Change year;
  for (std::size_t i = 0; i < summary.rows.size(); ++i) {
    const reports::Row& row = summary.rows[i];
    if (ground.question.query.month && row.key.month != *ground.question.query.month) continue;
    month = {.before = i == 0 ? nullptr : &summary.rows[i - 1], .now = &row};
    year = {.before = row_of(row.key.month - 12), .now = &row};
    Cells cells = rate_cells(reports::month_text(row.key.month), row.figures);
    cells.insert(cells.end() - 1, {month.points(), year.points()});
    section.rows.push_back(std::move(cells));
  }
  section.narrative = trend_words(month, year);
  return section;
}

// What no figure says: people write it.
Section to_write(const char* key, const char* heading) {
  return {.key = key, .heading = heading, .narrative = {}, .columns = {}, .rows = {}};
}

// Listed are the first of them; counted are all.
Section samples(const Ground& ground) {
  TableQuestion question = ground.question;
  question.with_units = false;    // a report is for many eyes
  question.without_aside = true;  // so that the list has as many as the figures
  const Table table = nonconforming_table(ground.store, ground.names, question);
  constexpr std::array<std::size_t, 6> shown{0, 2, 5, 6, 11, 12};  // number, city, commodity, stage, verdict, items
  Section section{.key = "samples", .heading = "八、附表：不合格样品清单", .narrative = {}, .columns = {}, .rows = {}};
  for (const std::size_t i : shown) section.columns.push_back(table.columns[i]);
  std::size_t all = 0;
  table.rows([&](const Cells& row) {
    if (++all > listed_samples_max) return true;
    Cells& cells = section.rows.emplace_back();
    for (const std::size_t i : shown) cells.push_back(row[i]);
    return true;
  });
  section.narrative = all == 0 ? "没有不合格样品。" : fmt::format("不合格（含问题）样品共 {} 个。", all);
  if (all > listed_samples_max)
    section.narrative += fmt::format("以下列出前 {} 个，其余见不合格样品明细表。", listed_samples_max);
  return section;
}

// By item, how many samples failed it.
Section items(const Ground& ground) {
  std::vector<std::pair<std::string, std::uint64_t>> order;
  for (const reports::Row& row : summary_by(ground, {Axis::analyte}).rows) {
    const std::uint64_t failed = row.figures.counts.fail + row.figures.counts.problem;
    if (failed > 0) order.emplace_back(row.analyte, failed);
  }
  std::ranges::stable_sort(order, [](const auto& a, const auto& b) { return a.second > b.second; });
  Section section{.key = "items",
                  .heading = "四、不合格项目",
                  .narrative = {},
                  .columns = {{"检测项目", false, 24}, {"不合格样品数", true, 12}},
                  .rows = {}};
  for (const auto& [analyte, count] : order) section.rows.push_back({analyte, number(count)});
  section.narrative = order.empty()
                          ? "没有不合格项目。"
                          : fmt::format("不合格项目共 {} 种，最多的是{}（{} 个样品）。一个样品可有几个不合格项目。",
                                        order.size(), order.front().first, order.front().second);
  return section;
}

}  // namespace

Result<void> check_draft(const journal::View& store) { return reports::check_ready(store, {.by = {Axis::analyte}}); }

Analysis draft_analysis(const journal::View& store, const Names& names, const TableQuestion& question,
                        std::string title, UtcTime as_of) {
  const Ground ground{store, names, question};
  Analysis analysis{.title = std::move(title),
                    .facts = facts_of(store, names, question.query, as_of, coordinator::tables::data_version(store)),
                    .sections = {}};
  analysis.sections.push_back(overview(ground));
  analysis.sections.push_back(by_axis(ground, Axis::category));
  analysis.sections.push_back(by_axis(ground, Axis::city));
  analysis.sections.push_back(items(ground));
  analysis.sections.push_back(to_write("causes", "五、主要问题与原因"));
  analysis.sections.push_back(trend(ground));
  analysis.sections.push_back(to_write("measures", "七、措施建议"));
  analysis.sections.push_back(samples(ground));
  return analysis;
}

}  // namespace lab::documents
