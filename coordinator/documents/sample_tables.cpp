#include "coordinator/documents/sample_tables.hpp"

#include <fmt/format.h>

#include "coordinator/documents/counted_samples.hpp"
#include "coordinator/documents/item_results.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/rules/explain.hpp"

namespace lab::documents {
namespace {

namespace tables = coordinator::tables;

// What stands now, and whether a rule of sampling keeps it out of the rates.
std::string final_text(const journal::View& store, const CountedSample& sample) {
  std::string text = chinese_name_of(sample.result.final_outcome);
  const auto asides = tables::asides(store, sample.task.id);
  if (!asides.empty()) text += fmt::format("（不计入合格率：{}）", asides.front().rule);
  return text;
}

// Where a sample comes from: what both tables begin with.
const std::vector<Column> sample_columns{{"样品编号", false, 22}, {"项目", false, 18}, {"市州", false, 12},
                                         {"区县", false, 12},     {"类别", false, 16}, {"产品名称", false, 14},
                                         {"抽样环节", false, 10}, {"轮次", true, 6},   {"抽样日期", false, 12},
                                         {"检测机构", false, 24}};

Cells sample_cells(const journal::View& store, const Names& names, const CountedSample& sample) {
  const model::Task& task = sample.task;
  return {task.number.text(),
          names.programme(task.programme),
          names.city(task.city),
          names.county(task.city, task.county),
          names.category(task.category),
          task.commodity,
          model::chinese_name_of(task.stage),
          fmt::format("{}", task.round),
          to_text(sample.result.judged_for),
          laboratory_name(store, task.laboratory)};
}

void add_unit(Cells& cells, const journal::View& store, const CountedSample& sample) {
  const auto unit = tables::sampled_unit(store, sample.task.id);
  cells.push_back(unit ? unit->name : std::string{});
}

Cells item_cells(const ItemResult& item) {
  return {item.analyte, item.method, item.result, item.unit, item.limit, item.standard, chinese_name_of(item.outcome)};
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
    for_each_sample(store, question.query, {}, [&](const CountedSample& sample) {
      const Cells head = sample_cells(store, names, sample);
      for (const JudgedItems& verdict : reader.read(sample.task, sample.file)) {
        for (const ItemResult& item : verdict.items) {
          Cells cells = head;
          cells.emplace_back(verdict.is_retest ? "复检" : "初检");
          for (std::string& cell : item_cells(item)) cells.push_back(std::move(cell));
          cells.emplace_back(chinese_name_of(verdict.outcome));
          if (question.with_units) add_unit(cells, store, sample);
          if (!take(cells)) return false;
        }
      }
      return true;
    });
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
    for_each_bad_sample(store, question.query, question.without_aside, [&](const CountedSample& sample) {
      Cells cells = sample_cells(store, names, sample);
      cells.emplace_back(chinese_name_of(sample.result.first_outcome));
      cells.push_back(final_text(store, sample));
      cells.push_back(failed_text(reader.read(sample.task, sample.file)));
      if (question.with_units) add_unit(cells, store, sample);
      return take(cells);
    });
  };
  return table;
}

}  // namespace lab::documents
