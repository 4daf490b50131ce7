#include "coordinator/dispatch/notices.hpp"

#include <fmt/format.h>

#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using tables::Notice;
using tables::NoticeAction;
using tables::NoticeState;

constexpr std::size_t words_octets_max =
    512;  // of an addressee, of how something is known; the longest address has 180

Result<Notice> notice_of(const journal::View& store, const model::TaskId& task) {
  auto notice = tables::notice(store, task);
  if (!notice) return fail(ErrorCode::not_found, "该任务没有不合格结果报告", to_text(task));
  return std::move(*notice);
}

Result<void> check_words(std::string_view words) {
  if (words.size() <= words_octets_max) return {};
  return fail(ErrorCode::too_large, fmt::format("最多 {} 个字节", words_octets_max));
}

const char* why_not(NoticeAction action, NoticeState state) {
  if (state == NoticeState::withdrawn) return "判定已改为合格，报告已撤回";
  if (action == NoticeAction::receive && state == NoticeState::made) return "报告还没有发出，不能登记送达";
  return action == NoticeAction::send ? "报告已经发出" : "送达已经登记";
}

std::string addressee_of(const journal::View& store, const Sending& sending) {
  if (!sending.addressee.empty()) return sending.addressee;
  const auto unit = tables::sampled_unit(store, sending.task);
  return unit ? unit->name : std::string{};
}

}  // namespace

Result<Notice> send_notice(journal::Draft& draft, const Sending& sending, std::string_view text, UtcTime now) {
  auto notice = notice_of(draft, sending.task);
  if (!notice) return notice;
  for (const std::string* words : {&sending.addressee, &sending.way}) {
    if (auto good = check_words(*words); !good) return fail(std::move(good));
  }
  const std::string addressee = addressee_of(draft, sending);
  const tables::NoticeMove* const move = tables::notice_move(NoticeAction::send, notice->state);
  if (move == nullptr) {
    const bool again = notice->sent_by == sending.person && notice->addressee == addressee;
    if (again && notice->state != NoticeState::withdrawn) return notice;
    return fail(ErrorCode::conflict, why_not(NoticeAction::send, notice->state), to_text(sending.task));
  }
  if (addressee.empty()) {
    return fail(ErrorCode::malformed, "还没有登记受检单位；请先登记，或写明报告送达谁", "to");
  }
  notice->state = move->to;
  notice->sent = now;
  notice->sent_by = sending.person;
  notice->addressee = addressee;
  notice->way = sending.way;
  notice->text = crypto::sha256(text);
  tables::put_notice(draft, *notice);
  tables::put_notice_text(draft, sending.task, text);
  tables::clock_table.meet(draft, sending.task, clocks::Kind::notice, now);
  tables::write_diary(
      draft, tables::DiaryKind::notice_sent,
      fmt::format("task {} by {} text {}", to_text(sending.task), sending.person.value(), to_hex(notice->text.view())),
      now);
  return notice;
}

Result<Notice> receive_notice(journal::Draft& draft, const Receipt& receipt, UtcTime now) {
  auto notice = notice_of(draft, receipt.task);
  if (!notice) return notice;
  if (auto good = check_words(receipt.how); !good) return fail(std::move(good));
  const tables::NoticeMove* const move = tables::notice_move(NoticeAction::receive, notice->state);
  if (move == nullptr) {
    if (notice->state == NoticeState::received && notice->received == receipt.received) return notice;
    return fail(ErrorCode::conflict, why_not(NoticeAction::receive, notice->state), to_text(receipt.task));
  }
  if (receipt.received < notice->sent || receipt.received > now) {
    return fail(ErrorCode::malformed, "送达时间应在发出之后、现在之前", "received_at");
  }
  notice->state = move->to;
  notice->received = receipt.received;
  notice->receipt_by = receipt.person;
  notice->receipt = receipt.how;
  tables::put_notice(draft, *notice);
  const auto task = tables::task(draft, receipt.task);
  LAB_CHECK(task.has_value());
  const auto kind = receipt.rapid ? clocks::Kind::objection_rapid : clocks::Kind::objection;
  const auto window = clocks::clock_for(tables::terms(draft), task->programme, kind, task->id, receipt.received);
  if (window) tables::clock_table.start(draft, *window);
  tables::write_diary(
      draft, tables::DiaryKind::notice_received,
      fmt::format("task {} at {} recorded by {} window {}", to_text(receipt.task), to_text(receipt.received),
                  receipt.person.value(), window ? to_text(window->due.at) : "none"),
      now);
  return notice;
}

}  // namespace lab::dispatch
