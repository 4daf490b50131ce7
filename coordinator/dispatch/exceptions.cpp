#include "coordinator/dispatch/exceptions.hpp"

#include <fmt/format.h>

#include "coordinator/dispatch/grants.hpp"
#include "coordinator/dispatch/order_notes.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;

std::string text_of(const tables::EventPlace& place) {
  return fmt::format("{}.{}.{}", place.node.value(), place.incarnation, place.sequence);
}

Result<tables::Exception> undecided(const journal::View& store, const tables::EventPlace& place) {
  auto exception = tables::exception_at(store, place);
  if (!exception) return fail(ErrorCode::not_found, "此处没有迟到或隔离的事件", text_of(place));
  if (const auto decision = tables::exception_decision(store, place)) {
    return fail(ErrorCode::conflict, fmt::format("{} 已经处理过：{}", decision->person.value(), decision->reason),
                text_of(place));
  }
  return std::move(*exception);
}

void note(journal::Draft& draft, const tables::EventPlace& place, const Word& word, bool returned, UtcTime now) {
  tables::put_exception_decision(draft, place,
                                 {.at = now, .person = word.person, .returned = returned, .reason = word.reason});
  tables::write_diary(draft, tables::DiaryKind::exception_decided,
                      fmt::format("event {} {} by {}: {}", text_of(place), returned ? "returned" : "rejected",
                                  word.person.value(), word.reason),
                      now);
}

}  // namespace

Result<void> return_late(journal::Draft& draft, const tables::EventPlace& place, const Word& word, UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return good;
  const auto exception = undecided(draft, place);
  if (!exception) return tl::unexpected(exception.error());
  if (exception->disposition != model::Disposition::late) {
    return fail(ErrorCode::conflict, "只有迟到的事件可以退回节点重新签署；隔离的事件请更正后重新上报", text_of(place));
  }
  const Reassignment back{.task = exception->task, .reason = word.reason, .to = place.node, .person = word.person};
  const auto given = reassign(draft, back, now);
  if (!given) return tl::unexpected(given.error());
  note(draft, place, word, true, now);
  return {};
}

Result<void> reject(journal::Draft& draft, const tables::EventPlace& place, const Word& word, UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return good;
  if (const auto exception = undecided(draft, place); !exception) return tl::unexpected(exception.error());
  note(draft, place, word, false, now);
  return {};
}

}  // namespace lab::dispatch
