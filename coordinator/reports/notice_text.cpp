#include "coordinator/reports/notice_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "coordinator/reports/history.hpp"
#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

void add_line(std::string& text, std::string_view name, std::string_view value) {
  fmt::format_to(std::back_inserter(text), "{}:{}\n", name, value.empty() ? "（未登记）" : value);
}

void add_unit(std::string& text, const journal::View& store, const model::TaskId& task) {
  const tables::SampledUnit unit = tables::sampled_unit(store, task).value_or(tables::SampledUnit{});
  add_line(text, "受检单位", unit.name);
  add_line(text, "证照号码", unit.licence);
  add_line(text, "地址", unit.address);
}

// The verdict the notice is about, not whatever was judged since.
void add_items(std::string& text, const HistoryLine& line, const model::Judged& judged) {
  if (judged.lot) {
    fmt::format_to(std::back_inserter(text), "批次不合格：检验 {} 件，其中不合格 {} 件\n", judged.lot->inspected,
                   judged.lot->nonconforming);
    return;
  }
  text += "不合格项目：\n";
  for (std::size_t i = 0; i < judged.items.size(); ++i) {
    if (!is_nonconforming(judged.items[i].outcome)) continue;
    if (i < line.explained.size()) {
      fmt::format_to(std::back_inserter(text), "  {}:{}\n", line.explained[i].analyte, line.explained[i].explanation);
    } else {
      fmt::format_to(std::back_inserter(text), "  第 {} 项（判定依据不在省平台，见检验报告）\n",
                     judged.items[i].item + 1);
    }
  }
}

void add_right(std::string& text, const journal::View& store, const model::Task& task, UtcTime on) {
  const clocks::Terms terms = tables::terms(store);
  const auto* const row = terms.deadlines.find(task.programme, clocks::Kind::objection, civil_date(on));
  if (row == nullptr) return;
  if (row->period) {
    fmt::format_to(std::back_inserter(text), "对检验结果有异议的，可自收到本报告之日起 {}内提出（{}）。\n",
                   clocks::chinese_of(*row->period), row->source);
  } else {
    fmt::format_to(std::back_inserter(text), "{}（{}）。\n", row->note, row->source);
  }
}

}  // namespace

std::string notice_text(const journal::View& store, const model::TaskId& id) {
  const auto notice = tables::notice(store, id);
  const auto known = notice ? history(store, id) : std::nullopt;
  if (!known) return {};
  const model::Task& task = known->task;
  const auto line =
      std::ranges::find_if(known->lines, [&](const HistoryLine& one) { return one.place == notice->verdict; });
  const auto* const judged = line == known->lines.end() ? nullptr : std::get_if<model::Judged>(&line->event.what);
  std::string text = "不合格结果报告\n";
  add_unit(text, store, id);
  add_line(text, "样品编号", task.number.text());
  add_line(text, "样品名称", task.commodity);
  add_line(text, "抽样环节", model::chinese_name_of(task.stage));
  if (judged != nullptr) {
    add_line(text, "抽样日期", to_text(judged->judged_for));
    const auto node = tables::node(store, line->place.node);
    const auto laboratory = node ? tables::laboratory(store, node->laboratory) : std::nullopt;
    add_line(text, "检验机构", laboratory ? laboratory->name : "");
    add_items(text, *line, *judged);
  }
  add_line(text, "确认时间", clocks::civil_text(notice->confirmed));
  if (judged != nullptr) add_line(text, "判定记录", to_hex(line->hash.view()));
  add_right(text, store, task, notice->confirmed);
  return text;
}

}  // namespace lab::reports
