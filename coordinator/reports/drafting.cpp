#include "coordinator/reports/drafting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/diary.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;
using tables::Report;

Result<void> check_size(BytesView content) {
  if (content.size() <= report_octets_max) return {};
  return fail(ErrorCode::too_large, fmt::format("报告有 {} 字节，超过上限 {}", content.size(), report_octets_max));
}

Result<Report> open_draft(const journal::View& store, std::uint32_t id, std::uint32_t revision) {
  auto report = tables::report(store, id);
  if (!report) return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的报告", id));
  if (report->is_frozen()) return fail(ErrorCode::conflict, "报告已经定稿，不能再改；请另起草一份，定稿后成为下一版");
  if (report->revision != revision) return fail(ErrorCode::conflict, "报告刚被别人改过；请重新载入再改");
  return *std::move(report);
}

}  // namespace

Result<Report> begin_report(journal::Draft& draft, const std::string& title, BytesView content,
                            const model::PersonId& person, UtcTime now) {
  if (title.empty()) return fail(ErrorCode::malformed, "请写明报告的标题", "title");
  if (title.size() > title_octets_max) return fail(ErrorCode::too_large, "标题太长，请缩短", "title");
  if (auto good = check_size(content); !good) return fail(std::move(good));
  const auto all = tables::reports(draft);
  Report report{.id = all.empty() ? 1 : all.back().id + 1, .title = title, .drafted_by = person, .drafted = now};
  report.content = tables::put_report_content(draft, content);
  tables::put_report(draft, report);
  return report;
}

Result<Report> rewrite_report(journal::Draft& draft, std::uint32_t id, std::uint32_t revision, BytesView content) {
  auto report = open_draft(draft, id, revision);
  if (!report) return report;
  if (auto good = check_size(content); !good) return fail(std::move(good));
  ++report->revision;
  report->content = tables::put_report_content(draft, content);
  tables::put_report(draft, *report);
  return report;
}

Result<Report> freeze_report(journal::Draft& draft, std::uint32_t id, std::uint32_t revision,
                             const model::PersonId& person, UtcTime now) {
  auto report = open_draft(draft, id, revision);
  if (!report) return report;
  std::uint16_t newest = 0;
  for (const Report& other : tables::reports(draft)) {
    if (other.title == report->title) newest = std::max(newest, other.version);
  }
  if (newest == UINT16_MAX) return fail(ErrorCode::too_large, "这个标题的版本号用完了，请换一个标题");
  report->version = static_cast<std::uint16_t>(newest + 1);
  report->frozen_by = person;
  report->frozen = now;
  tables::put_report(draft, *report);
  tables::write_diary(draft, tables::DiaryKind::report_frozen,
                      fmt::format("report {} version {} content {} by {}", id, report->version,
                                  to_hex(report->content.view()), person.value()),
                      now);
  return report;
}

}  // namespace lab::reports
