#include "coordinator/planning/plan_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "protocol/acceptance/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/workbook/sheet.hpp"
#include "protocol/workbook/writer.hpp"

namespace lab::planning {
namespace {

using workbook::Look;
using workbook::OutCell;
using workbook::WorkbookWriter;

constexpr const char* choices_sheet = "选项";

struct Guide {
  const char* needed;
  const char* how;
  const char* example;
  double width;  // of the column, in characters
};

// In the order of plan_columns().
constexpr std::array guides{
    Guide{"必填", "项目代码，见下拉列表", "NCP", 10},
    Guide{"必填", "市州的六位代码或全称", "成都市", 14},
    Guide{"必填", "区县的六位代码或全称，须属于该市州；先选市州，下拉列表只列它的区县", "锦江区", 14},
    Guide{"必填", "类别代码或名称", "叶菜类蔬菜", 18},
    Guide{"必填", "产品名称", "菠菜", 14},
    Guide{"必填", "抽样环节，见下拉列表", "农贸市场", 12},
    Guide{"必填", "第几轮，1 到 4", "1", 8},
    Guide{"必填", "检测包代码，见下拉列表", "VEGA", 10},
    Guide{"必填", "样品数，1 到 9999 的整数；按批检验的行为批数", "12", 10},
    Guide{"按批检验时", "每批的件数，不少于 2", "1000", 10},
    Guide{"按批检验时", "GB/T 2828.1 的检验水平", "II", 10},
    Guide{"按批检验时", "GB/T 2828.1 的接收质量限", "1.0", 8},
    Guide{"按批检验时", "生产单位全称；它不会发给实验室", "成都电缆厂", 20},
};

struct List {
  const char* heading;
  std::vector<std::string> values;
};

std::vector<List> lists_of(const PlanContext& context) {
  std::vector<List> lists{{"项目", {}},
                          {"市州", {}},
                          {"类别", {}},
                          {"环节", {}},
                          {"轮次", {"1", "2", "3", "4"}},
                          {"检测包", {}},
                          {"检验水平", {"S-1", "S-2", "S-3", "S-4", "I", "II", "III"}},
                          {"区县所属市州", {}},
                          {"区县", {}}};
  for (const Programme& programme : context.programmes) lists[0].values.push_back(programme.code.value());
  for (const City& city : context.divisions.cities()) lists[1].values.push_back(city.name);
  for (const Category& category : context.categories.all()) lists[2].values.push_back(category.name);
  for (int i = 0; i <= static_cast<int>(model::Stage::catering); ++i) {
    lists[3].values.emplace_back(model::chinese_name_of(static_cast<model::Stage>(i)));
  }
  for (const model::Panel& panel : context.panels) lists[5].values.push_back(panel.code.value());
  for (const City& city : context.divisions.cities()) {  // counties of one city stand together: the formula counts them
    for (const County& county : context.divisions.counties()) {
      if (county.city != city.code) continue;
      lists[7].values.push_back(city.name);
      lists[8].values.push_back(county.name);
    }
  }
  return lists;
}

std::string column_letters(std::size_t column) {
  std::string name = workbook::cell_name(column, 1);
  name.pop_back();
  return name;
}

std::string range_of(std::size_t column, std::size_t values) {
  const std::string letters = column_letters(column);
  return fmt::format("{0}!${1}$2:${1}${2}", choices_sheet, letters, std::max<std::size_t>(values, 1) + 1);
}

// Counties of the city two cells to the left, wherever the row is.
std::string counties_formula() {
  return fmt::format("OFFSET({0}!$I$1,MATCH($B2,{0}!$H:$H,0)-1,0,COUNTIF({0}!$H:$H,$B2),1)", choices_sheet);
}

std::vector<workbook::Choice> choices_of(const std::vector<List>& lists) {
  const auto list = [&](std::size_t i) { return range_of(i, lists[i].values.size()); };
  const std::array formulas{list(0), list(1),       counties_formula(), list(2), std::string{}, list(3),      list(4),
                            list(5), std::string{}, std::string{},      list(6), std::string{}, std::string{}};
  std::vector<workbook::Choice> choices;
  choices.reserve(guides.size());
  for (std::size_t i = 0; i < guides.size(); ++i) {
    choices.push_back(
        {.column = i, .first_row = 2, .last_row = template_rows + 1, .list = formulas[i], .hint = guides[i].how});
  }
  return choices;
}

void write_plan(WorkbookWriter& writer, const std::vector<List>& lists) {
  std::vector<double> widths;
  widths.reserve(guides.size());
  for (const Guide& guide : guides) widths.push_back(guide.width);
  writer.begin_sheet({.name = "计划",
                      .widths = std::move(widths),
                      .frozen_rows = 1,
                      .repeated_row = 1,
                      .landscape = true,
                      .choices = choices_of(lists)});
  std::vector<OutCell> header;
  for (const Column& column : plan_columns()) header.push_back({std::string{column.names.front()}, Look::heading});
  writer.add_row(header);
}

void write_guide(WorkbookWriter& writer) {
  writer.begin_sheet({.name = "说明", .widths = {14, 12, 60, 16}});
  writer.add_row({{"抽样计划导入模板", Look::title}});
  writer.add_row({{fmt::format("模板版本 {}", plan_template_version), Look::note}});
  for (const char* line :
       {"在“计划”表里从第二行起一行写一个指标：哪个市州的哪个区县、哪种产品、哪个环节、第几轮、测什么、抽多少。",
        "各列次序可以改动；“备注”列不读取；“错误”列是退回时由系统填写的，改正后可原样再传。",
        "全部行都对才导入，有一行不对就一行也不写入，并退回带“错误”列的原文件。",
        "同一年度、标题和内容的计划再传一次，不会重复建任务；内容不同的，是对原计划的修订，须写明理由。",
        "最后四列只用于按批检验（GB/T 2828.1），四列要么都写，要么都不写。"}) {
    writer.add_row({{line, Look::plain}});
  }
  writer.add_row({});
  writer.add_row(
      {{"列名", Look::heading}, {"是否必填", Look::heading}, {"怎么写", Look::heading}, {"例", Look::heading}});
  const auto columns = plan_columns();
  for (std::size_t i = 0; i < guides.size(); ++i) {
    writer.add_row({{std::string{columns[i].names.front()}}, {guides[i].needed}, {guides[i].how}, {guides[i].example}});
  }
}

void write_lists(WorkbookWriter& writer, const std::vector<List>& lists) {
  writer.begin_sheet({.name = choices_sheet, .hidden = true});
  std::size_t rows = 0;
  std::vector<OutCell> header;
  for (const List& list : lists) {
    rows = std::max(rows, list.values.size());
    header.push_back({list.heading, Look::heading});
  }
  writer.add_row(header);
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<OutCell> cells;
    cells.reserve(lists.size());
    for (const List& list : lists) {
      cells.push_back({row < list.values.size() ? list.values[row] : std::string{}, Look::plain});
    }
    writer.add_row(cells);
  }
}

}  // namespace

Result<Bytes> plan_template_workbook(const PlanContext& context) {
  LAB_CHECK(plan_columns().size() == guides.size());
  const std::vector<List> lists = lists_of(context);
  WorkbookWriter writer;
  write_plan(writer, lists);
  write_guide(writer);
  write_lists(writer, lists);
  return writer.finish("抽样计划导入模板");
}

std::string plan_template_text() {
  std::vector<std::string> header;
  for (const Column& column : plan_columns()) header.emplace_back(column.names.front());
  return format_csv_row(header);
}

std::string plan_text(std::span<const model::PlanCell> cells) {
  std::string text = plan_template_text();
  for (const model::PlanCell& cell : cells) {
    std::vector<std::string> row{cell.programme.value(),
                                 fmt::format("{}", cell.city.value()),
                                 fmt::format("{}", cell.county.value()),
                                 cell.category.value(),
                                 cell.commodity,
                                 model::chinese_name_of(cell.stage),
                                 fmt::format("{}", cell.round),
                                 cell.panel.value(),
                                 fmt::format("{}", cell.quota)};
    if (cell.lot) {
      const model::LotTerms& terms = cell.lot->terms;
      row.insert(row.end(), {fmt::format("{}", terms.size), terms.level, terms.aql, cell.lot->enterprise});
    }
    row.resize(plan_columns().size());
    text += format_csv_row(row);
  }
  return text;
}

}  // namespace lab::planning
