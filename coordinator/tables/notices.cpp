#include "coordinator/tables/notices.hpp"

#include <algorithm>
#include <array>

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

constexpr std::array moves{NoticeMove{NoticeAction::send, NoticeState::made, NoticeState::sent, true},
                           NoticeMove{NoticeAction::receive, NoticeState::sent, NoticeState::received, true},
                           NoticeMove{NoticeAction::withdraw, NoticeState::made, NoticeState::withdrawn, false}};

Bytes key(const model::TaskId& task) { return Fields{letter::notice}.add(task).bytes(); }
Bytes text_key(const model::TaskId& task) { return Fields{letter::notice_text}.add(task).bytes(); }

Notice read_notice(const model::TaskId& task, BytesView record) {
  FieldReader fields{record};
  Notice notice;
  notice.task = task;
  notice.verdict = take_place(fields);
  notice.confirmed = fields.take_time();
  notice.made = fields.take_time();
  notice.state = static_cast<NoticeState>(fields.take<std::uint8_t>());
  notice.sent = fields.take_time();
  notice.sent_by = model::PersonId{take_short_text(fields)};
  notice.addressee = take_long_text(fields);
  notice.way = take_long_text(fields);
  notice.text = fields.take_hash();
  notice.received = fields.take_time();
  notice.receipt_by = model::PersonId{take_short_text(fields)};
  notice.receipt = take_long_text(fields);
  return notice;
}

}  // namespace

const char* name_of(NoticeState state) {
  switch (state) {
    case NoticeState::made:
      return "made";
    case NoticeState::sent:
      return "sent";
    case NoticeState::received:
      return "received";
    case NoticeState::withdrawn:
      return "withdrawn";
  }
  return "made";
}

const char* name_of(NoticeAction action) {
  switch (action) {
    case NoticeAction::send:
      return "send";
    case NoticeAction::receive:
      return "receive";
    case NoticeAction::withdraw:
      return "withdraw";
  }
  return "send";
}

std::span<const NoticeMove> notice_moves() { return moves; }

const NoticeMove* notice_move(NoticeAction action, NoticeState from) {
  const auto found =
      std::ranges::find_if(moves, [&](const NoticeMove& move) { return move.action == action && move.from == from; });
  return found == moves.end() ? nullptr : &*found;
}

std::optional<Notice> notice(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(key(task));
  if (!record) return std::nullopt;
  return read_notice(task, *record);
}

void put_notice(journal::Draft& draft, const Notice& notice) {
  Fields record;
  add_place(record, notice.verdict).add(notice.confirmed).add(notice.made).add(static_cast<std::uint8_t>(notice.state));
  record.add(notice.sent);
  add_short_text(record, notice.sent_by.value());
  add_long_text(record, notice.addressee);
  add_long_text(record, notice.way);
  record.add(notice.text).add(notice.received);
  add_short_text(record, notice.receipt_by.value());
  add_long_text(record, notice.receipt);
  draft.put(key(notice.task), record.bytes());
}

void for_each_notice(const journal::View& store, const model::TaskId& after,
                     const std::function<bool(const Notice& notice)>& visit) {
  store.scan(key(after) + '\0', journal::after_prefix(Bytes(1, letter::notice)), [&](BytesView name, BytesView record) {
    return visit(read_notice(FieldReader::of_key(name).take_task(), record));
  });
}

std::optional<std::string> notice_text(const journal::View& store, const model::TaskId& task) {
  return store.get(text_key(task));
}

void put_notice_text(journal::Draft& draft, const model::TaskId& task, std::string_view text) {
  draft.put(text_key(task), Bytes{text});
}

}  // namespace lab::coordinator::tables
