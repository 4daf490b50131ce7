#include "lab-node/outbox/run_decision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab-node/tables/runs.hpp"
#include "protocol/base/text.hpp"
#include "protocol/quality/run.hpp"
#include "protocol/session/stream.hpp"

namespace lab::outbox {
namespace {

namespace tables = node::tables;
using node::Refusal;
using node::refuse;

const char* chinese_name_of(model::CheckKind kind) {
  switch (kind) {
    case model::CheckKind::blank:
      return "空白";
    case model::CheckKind::duplicate:
      return "平行样相对偏差";
    case model::CheckKind::spike:
      return "加标回收率";
    case model::CheckKind::control:
      return "质控样";
    case model::CheckKind::calibration:
      return "标准曲线";
  }
  return "";
}

std::string sentence_of(const model::RunCheck& check) {
  std::string text = fmt::format("{} {} {}", check.method, check.analyte, chinese_name_of(check.kind));
  if (!check.row.empty()) text += fmt::format("（{}）", check.row);
  if (!check.figure.empty()) text += " " + check.figure;
  if (!check.window.empty()) text += fmt::format("，要求 {}", check.window);
  if (!check.rules.empty()) text += fmt::format("，违反 {}", check.rules);
  return fmt::format("{}：{}", text, quality::explanation_of(check.reason));
}

std::string sentence_of(const model::RunShortage& shortage) {
  return fmt::format("{} {} 应有 {} 个{}，只有 {} 个", shortage.method, shortage.analyte, shortage.needed,
                     chinese_name_of(shortage.kind), shortage.found);
}

}  // namespace

std::string problem_of(const model::RunAssessed& run) {
  if (run.accepted) return {};
  const auto is_failed = [](const model::RunCheck& check) { return check.finding == model::Finding::failed; };
  const auto failed = static_cast<std::size_t>(std::ranges::count_if(run.checks, is_failed));
  std::string text;
  if (const auto first = std::ranges::find_if(run.checks, is_failed); first != run.checks.end()) {
    text = sentence_of(*first);
  } else if (!run.shortages.empty()) {
    text = sentence_of(run.shortages.front());
  }
  const std::size_t problems = failed + run.shortages.size();
  return problems > 1 ? fmt::format("{}；另有 {} 处不符合", text, problems - 1) : text;
}

Decided<model::RunEntry> decide_run(journal::Draft& draft, const RunDecision& decision, const model::PersonId& reviewer,
                                    UtcTime now) {
  auto run = tables::run_of(draft, decision.capture);
  if (!run) return refuse("unknown_run", "本站没有这一批的质控记录，请刷新后重试");
  if (run->record != decision.record) {
    return refuse("stale_record", "这一批的质控结论已有变化，请刷新后查看再决定");
  }
  if (decision.release && quality::may_release(*run)) {
    return refuse("wrong_state", "这一批没有被扣留，不需要放行");
  }
  if (run->analyst == reviewer) return refuse("four_eyes", "放行人不能是检测人本人");
  if (decision.reason.empty()) return refuse("missing_field", "请填写放行或扣留的理由");
  if (!is_tidy(decision.reason)) return refuse("bad_text", "理由过长（最多200字节）或含有不可打印的字符");
  run->decided = {
      .capture = decision.capture, .record = decision.record, .release = decision.release, .reason = decision.reason};
  run->reviewer = reviewer;
  run->decided_at = now;
  run->record = session::append(draft, {.task = {}, .token = {}, .person = reviewer, .what = run->decided}, now);
  tables::put_run(draft, *run);
  return std::move(*run);
}

std::vector<model::RunEntry> runs_of(const journal::View& store, const model::Sample& sample) {
  std::vector<model::RunEntry> runs;
  for (const Hash& capture : model::captures_behind(sample.measured)) {
    if (auto run = tables::run_of(store, capture)) runs.push_back(std::move(*run));
  }
  return runs;
}

std::optional<Refusal> run_refusal(const journal::View& store, const model::Sample& sample) {
  for (const model::RunEntry& run : runs_of(store, sample)) {
    if (quality::may_release(run)) continue;
    if (!run.reviewer.value().empty()) {
      return Refusal{"run_held", fmt::format("样品 {} 所在的一批（{}）被 {} 扣留：{}；请退回重测，或由复核人改为放行",
                                             sample.grant.number.text(), run.assessed.instrument, run.reviewer.value(),
                                             run.decided.reason)};
    }
    return Refusal{"run_failed",
                   fmt::format("样品 {} 所在的一批（{}）质控不合格：{}。请复核人说明理由后决定是否放行",
                               sample.grant.number.text(), run.assessed.instrument, problem_of(run.assessed))};
  }
  return std::nullopt;
}

}  // namespace lab::outbox
