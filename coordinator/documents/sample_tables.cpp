#include "coordinator/documents/sample_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/documents/counted_samples.hpp"
#include "coordinator/documents/item_results.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/rules/explain.hpp"

namespace lab::documents {
namespace {

namespace tables = coordinator::tables;

// What stands, and whether a rule of sampling keeps it out of the rates. Which rule it was is known of now only.
std::string final_text(const journal::View& store, const CountedSample& sample, bool is_now) {
  std::string text = chinese_name_of(sample.result.final_outcome);
  if (!sample.is_aside.value_or(false)) return text;
  if (!is_now) return text + "（按规则不计入合格率）";
  const auto asides = tables::asides(store, sample.task.id);
  return asides.empty() ? text : text + fmt::format("（不计入合格率：{}）", asides.front().rule);
}

// Where a sample comes from: what both tables begin with.
const std::vector<Column> sample_columns{{"样品编号", false, 22}, {"项目", false, 18}, {"市州", false, 12},
                                         {"区县", false, 12},     {"类别", false, 16}, {"产品名称", false, 14},
                                         {"抽样环节", false, 10}, {"轮次", true, 6},   {"抽样日期", false, 12},
                                         {"检测机构", false, 24}};

Cells sample_cells(const journal::View& store, const Names& names, const CountedSample& sample,
                   const std::vector<JudgedItems>& verdicts) {
  const model::Task& task = sample.task;
  const CivilDate sampled_on = verdicts.empty() ? sample.result.judged_for : verdicts.back().judged_for;
  return {task.number.text(),
          names.programme(task.programme),
          names.city(task.city),
          names.county(task.city, task.county),
          names.category(task.category),
          task.commodity,
          model::chinese_name_of(task.stage),
          fmt::format("{}", task.round),
          to_text(sampled_on),
          laboratory_name(store, sample.cell.laboratory)};
}

void add_unit(Cells& cells, const journal::View& store, const CountedSample& sample) {
  const auto unit = tables::sampled_unit(store, sample.task.id);
  cells.push_back(unit ? unit->name : std::string{});
}

Cells item_cells(const ItemResult& item) {
  return {item.analyte, item.method, item.result, item.unit, item.limit, item.standard, chinese_name_of(item.outcome)};
}

// Whoever asks for a moment has made sure that there is a record of it.
SampleTime time_of(const journal::View& store, const TableQuestion& question) {
  if (!question.as_of) return {};
  auto time = SampleTime::at(store, *question.as_of);
  LAB_CHECK(time.has_value());
  return std::move(*time);
}

// "克百威 0.35 mg/kg（限量 ≤0.02 mg/kg，GB 2763-2012）"
std::string failed_text(const std::vector<JudgedItems>& verdicts) {
  std::string text;
  for (const JudgedItems& verdict : verdicts) {
    for (const ItemResult& item : verdict.items) {
      if (!is_nonconforming(item.outcome)) continue;
      text += (text.empty() ? "" : "；") +
              fmt::format("{}{} {}", verdict.is_retest ? "复检 " : "", item.analyte, item.result);
      if (!item.unit.empty()) text += " " + item.unit;
      if (!item.limit.empty()) {
        text += fmt::format("（限量 {}{}）", item.limit, item.standard.empty() ? "" : "，" + item.standard);
      }
    }
  }
  return text;
}

}  // namespace

Table results_table(const journal::View& store, const Names& names, const TableQuestion& question) {
  Table table{.title = "检测结果汇总表", .columns = sample_columns, .rows = {}};
  for (const Column& column :
       {Column{"检验类别", false, 8}, Column{"检测项目", false, 16}, Column{"检测方法", false, 18},
        Column{"检测结果", true, 12}, Column{"单位", false, 8}, Column{"限量", false, 14},
        Column{"判定依据", false, 20}, Column{"单项判定", false, 10}, Column{"样品结论", false, 10}}) {
    table.columns.push_back(column);
  }
  if (question.with_units) table.columns.push_back({"受检单位", false, 24});
  table.rows = [&store, &names, question](const TakeRow& take) {
    ItemReader reader{store};
    const auto add_sample = [&](const CountedSample& sample) {
      const auto verdicts = reader.read(sample.task, sample.file, sample.result.counted_version);
      const Cells head = sample_cells(store, names, sample, verdicts);
      for (const JudgedItems& verdict : verdicts) {
        for (const ItemResult& item : verdict.items) {
          if (question.query.analyte && *question.query.analyte != item.analyte) continue;
          Cells cells = head;
          cells.emplace_back(verdict.is_retest ? "复检" : "初检");
          for (std::string& cell : item_cells(item)) cells.push_back(std::move(cell));
          cells.emplace_back(chinese_name_of(verdict.outcome));
          if (question.with_units) add_unit(cells, store, sample);
          if (!take(cells)) return false;
        }
      }
      return true;
    };
    for_each_sample(store, question.query, {}, add_sample, time_of(store, question));
  };
  return table;
}

Table nonconforming_table(const journal::View& store, const Names& names, const TableQuestion& question) {
  Table table{.title = "不合格样品明细表", .columns = sample_columns, .rows = {}};
  table.columns.push_back({"首次判定", false, 10});
  table.columns.push_back({"最终判定", false, 10});
  table.columns.push_back({"不合格项目、结果与限量", false, 60});
  if (question.with_units) table.columns.push_back({"受检单位", false, 24});
  table.rows = [&store, &names, question](const TakeRow& take) {
    ItemReader reader{store};
    const SampleTime time = time_of(store, question);
    const auto add_sample = [&](const CountedSample& sample) {
      const auto verdicts = reader.read(sample.task, sample.file, sample.result.counted_version);
      Cells cells = sample_cells(store, names, sample, verdicts);
      cells.emplace_back(chinese_name_of(sample.result.first_outcome));
      cells.push_back(final_text(store, sample, time.is_now()));
      cells.push_back(failed_text(verdicts));
      if (question.with_units) add_unit(cells, store, sample);
      return take(cells);
    };
    for_each_bad_sample(store, question.query, question.without_aside, add_sample, time);
  };
  return table;
}

}  // namespace lab::documents
