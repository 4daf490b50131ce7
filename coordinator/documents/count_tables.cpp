#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "coordinator/documents/sample_tables.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::documents {
namespace {

namespace tables = coordinator::tables;
using reports::Axis;

const char* heading_of(Axis axis) {
  switch (axis) {
    case Axis::programme:
      return "项目";
    case Axis::city:
      return "市州";
    case Axis::county:
      return "区县";
    case Axis::round:
      return "轮次";
    case Axis::category:
      return "类别";
    case Axis::stage:
      return "环节";
    case Axis::month:
      return "月份";
    case Axis::analyte:
      return "检测项目";
    case Axis::laboratory:
      break;
  }
  return "检测机构";
}

std::string text_of(const journal::View& store, const Names& names, Axis axis, const reports::Row& row) {
  const tables::CellKey& key = row.key;
  switch (axis) {
    case Axis::programme:
      return names.programme(key.programme);
    case Axis::city:
      return names.city(key.city);
    case Axis::county:
      return names.county(key.county);
    case Axis::round:
      return fmt::format("第 {} 轮", key.round);
    case Axis::category:
      return names.category(key.category);
    case Axis::stage:
      return model::chinese_name_of(key.stage);
    case Axis::month:
      return reports::month_text(key.month);
    case Axis::analyte:
      return row.analyte;
    case Axis::laboratory:
      break;
  }
  return laboratory_name(store, key.laboratory);
}

std::string number(std::uint64_t value) { return fmt::format("{}", value); }

const char* evidence_text(const std::optional<statistics::Evidence>& evidence) {
  if (!evidence) return "";
  switch (*evidence) {
    case statistics::Evidence::in_favour:
      return "有把握达到";
    case statistics::Evidence::against:
      return "有把握未达到";
    case statistics::Evidence::undecided:
      break;
  }
  return "尚不能断定";
}

// Of items two columns more say why some were not judged.
void add_figures(Cells& cells, const reports::Figures& figures, bool of_items) {
  const statistics::Counts& counts = figures.counts;
  for (const std::uint64_t count : {counts.judged(), counts.pass, counts.fail, counts.problem, counts.undetermined}) {
    cells.push_back(number(count));
  }
  if (of_items) {
    cells.push_back(number(figures.without_basis));
    cells.push_back(number(figures.reference));
  }
  cells.push_back(figures.rate);
  cells.push_back(figures.interval ? fmt::format("{:.1f}", figures.interval->low * 100) : "");
  cells.push_back(figures.interval ? fmt::format("{:.1f}", figures.interval->high * 100) : "");
  const auto target = figures.target ? figures.target->shifted(2) : std::nullopt;
  cells.push_back(target ? target->to_text() : "");
  cells.emplace_back(figures.meets_target ? (*figures.meets_target ? "是" : "否") : "");
  cells.emplace_back(evidence_text(figures.evidence));
  std::string note = figures.small_cell ? (of_items ? "项次少，不宜比较" : "样品少，不宜比较") : "";
  if (figures.aside > 0) {
    note += fmt::format("{}另有 {} {}按规则不计入", note.empty() ? "" : "；", figures.aside, of_items ? "项次" : "个");
  }
  cells.push_back(std::move(note));
}

}  // namespace

Table rates_table(const journal::View& store, const Names& names, const TableQuestion& question) {
  reports::Query query = question.query;
  if (query.by.empty()) query.by = {Axis::programme, Axis::city, Axis::category};
  const bool of_items = reports::is_of_items(query);
  Table table{.title = of_items ? "检测项目合格率统计表" : "合格率统计表", .columns = {}, .rows = {}};
  for (const Axis axis : query.by) table.columns.push_back({heading_of(axis), false, 18});
  std::vector<const char*> headings{"判定样品数", "合格", "不合格", "问题样品", "不予判定"};
  if (of_items) headings = {"判定项次", "合格", "不合格", "有条件不合格", "不予判定", "其中无限量", "其中仅供参考"};
  for (const char* heading : {"合格率%", "95%区间下限", "95%区间上限", "目标%"}) headings.push_back(heading);
  for (const char* heading : headings) table.columns.push_back({heading, true, 11});
  table.columns.push_back({"数值达标", false, 9});
  table.columns.push_back({"对目标的把握", false, 14});
  table.columns.push_back({"备注", false, 18});
  table.rows = [&store, &names, query, targets = question.targets, as_of = question.as_of](const TakeRow& take) {
    // Whoever asks for a moment has made sure that there is a record of it.
    const auto then = reports::summarize_at(store, query, targets, as_of);
    if (!then) return;
    const reports::Summary& summary = *then;
    for (const reports::Row& row : summary.rows) {
      Cells cells;
      for (const Axis axis : query.by) cells.push_back(text_of(store, names, axis, row));
      add_figures(cells, row.figures, summary.of_items);
      if (!take(cells)) return;
    }
    Cells total(query.by.size());
    if (!total.empty()) total.front() = "合计";
    add_figures(total, summary.total, summary.of_items);
    take(total);
  };
  return table;
}

Table progress_table(const journal::View& store, const Names& names, const TableQuestion& question) {
  Table table{.title = "抽样情况表", .columns = {{"项目", false, 18}, {"市州", false, 14}}, .rows = {}};
  for (const char* heading : {"计划样品数", "待分配", "已分配", "已下达", "已判定", "已取消", "完成率%"}) {
    table.columns.push_back({heading, true, 11});
  }
  table.rows = [&store, &names, query = question.query](const TakeRow& take) {
    std::map<std::pair<model::ProgrammeCode, model::CityCode>, tables::StateCounts> rows;
    tables::StateCounts total;
    tables::for_each_states_row(store, [&](const tables::StatesRow& row) {
      if (query.programme && *query.programme != row.programme) return;
      if (query.city && *query.city != row.city) return;
      rows[{row.programme, row.city}] += row.counts;
      total += row.counts;
    });
    const auto cells_of = [](Cells cells, const tables::StateCounts& counts) {
      const std::uint64_t planned = counts.total() - counts[model::TaskState::cancelled];
      cells.push_back(number(planned));
      for (const auto state : {model::TaskState::planned, model::TaskState::allocated, model::TaskState::granted,
                               model::TaskState::judged, model::TaskState::cancelled}) {
        cells.push_back(number(counts[state]));
      }
      cells.push_back(statistics::percent_text({counts[model::TaskState::judged], planned}));
      return cells;
    };
    for (const auto& [key, counts] : rows) {
      if (!take(cells_of({names.programme(key.first), names.city(key.second)}, counts))) return;
    }
    take(cells_of({"合计", ""}, total));
  };
  return table;
}

namespace {

// How tasks stand is counted by programme and city.
Result<void> check_progress(const TableQuestion& question) {
  if (question.as_of) {
    return fail(ErrorCode::malformed, "抽样情况表（progress）只有当前的：任务状态的变动不逐条留存，无法还原某一时刻",
                "as_of");
  }
  const reports::Query& query = question.query;
  const auto field = [&]() -> const char* {
    if (query.county) return "county";
    if (query.category) return "category";
    if (query.stage) return "stage";
    if (query.round) return "round";
    if (query.month) return "month";
    if (query.laboratory) return "lab";
    return query.analyte ? "analyte" : nullptr;
  }();
  if (field == nullptr) return {};
  return fail(ErrorCode::malformed,
              "抽样情况表（progress）按项目和市州统计任务状态，不能再按这一条件筛选；请去掉它，或不要这个表", field);
}

}  // namespace

std::optional<TableKind> parse_table_kind(std::string_view text) {
  if (text == "results") return TableKind::results;
  if (text == "nonconforming") return TableKind::nonconforming;
  if (text == "rates") return TableKind::rates;
  if (text == "progress") return TableKind::progress;
  return std::nullopt;
}

Result<void> check_question(TableKind kind, const journal::View& store, const TableQuestion& question) {
  // Which samples an item has failed is known by their profiles, too.
  if (kind == TableKind::rates || (kind == TableKind::nonconforming && question.query.analyte)) {
    if (auto ready = reports::check_ready(store, question.query); !ready) return ready;
  }
  if (kind == TableKind::progress) return check_progress(question);
  const bool of_items = reports::is_of_items(question.query);
  auto detail = tables::LaterDetail::samples;
  if (kind == TableKind::rates) detail = of_items ? tables::LaterDetail::items : tables::LaterDetail::counts;
  if (question.as_of) {
    if (const auto version = tables::version_at(store, *question.as_of, detail); !version) {
      return tl::unexpected(version.error());
    }
  }
  // By two axes, one of them the analyte, there never are too many rows.
  if (kind != TableKind::rates || !of_items || question.query.by.size() <= 2) return {};
  const auto summary = reports::summarize_at(store, question.query, question.targets, question.as_of);
  return summary ? reports::check_size(*summary) : tl::unexpected(summary.error());
}

Table table_of(TableKind kind, const journal::View& store, const Names& names, const TableQuestion& question) {
  switch (kind) {
    case TableKind::results:
      return results_table(store, names, question);
    case TableKind::nonconforming:
      return nonconforming_table(store, names, question);
    case TableKind::rates:
      return rates_table(store, names, question);
    case TableKind::progress:
      break;
  }
  return progress_table(store, names, question);
}

}  // namespace lab::documents
