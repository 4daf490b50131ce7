#include "coordinator/tables/objections.hpp"

#include <algorithm>
#include <array>

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;
using Action = ObjectionAction;
using State = ObjectionState;

constexpr bool people = true;
constexpr bool another = true;
constexpr std::array moves{ObjectionMove{Action::enter, State::none, State::registered, people, false},
                           ObjectionMove{Action::accept, State::registered, State::retest_assigned, people, another},
                           ObjectionMove{Action::settle, State::registered, State::settled, people, another},
                           ObjectionMove{Action::reject, State::registered, State::rejected, people, another},
                           ObjectionMove{Action::uphold, State::retest_assigned, State::upheld, false, false},
                           ObjectionMove{Action::overturn, State::retest_assigned, State::overturned, false, false}};

struct KindNames {
  const char* name;
  const char* chinese;
};
// In the order of ObjectionKind.
constexpr std::array kind_names{KindNames{"conclusion", "检验结论"}, KindNames{"authenticity", "样品真实性"},
                                KindNames{"method", "检验方法/判定依据"}, KindNames{"procedure", "抽样程序"}};
static_assert(kind_names.size() == static_cast<std::size_t>(objection_kind_last) + 1);

Bytes key(const model::TaskId& task) { return Fields{letter::objection}.add(task).bytes(); }

Objection read_objection(const model::TaskId& task, BytesView record) {
  FieldReader fields{record};
  Objection objection;
  objection.task = task;
  objection.kind = static_cast<ObjectionKind>(fields.take<std::uint8_t>());
  objection.state = static_cast<ObjectionState>(fields.take<std::uint8_t>());
  objection.party = take_long_text(fields);
  objection.content = take_long_text(fields);
  objection.raised = fields.take_time();
  objection.registered = fields.take_time();
  objection.registered_by = model::PersonId{take_short_text(fields)};
  objection.window_end = fields.take_time();
  objection.right = take_long_text(fields);
  objection.decided = fields.take_time();
  objection.decided_by = model::PersonId{take_short_text(fields)};
  objection.reason = take_long_text(fields);
  objection.draw = take_draw(fields);
  objection.closed = fields.take_time();
  return objection;
}

}  // namespace

const char* name_of(ObjectionKind kind) { return kind_names[static_cast<std::size_t>(kind)].name; }
const char* chinese_name_of(ObjectionKind kind) { return kind_names[static_cast<std::size_t>(kind)].chinese; }

std::optional<ObjectionKind> parse_objection_kind(std::string_view text) {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (text == kind_names[i].name) return static_cast<ObjectionKind>(i);
  }
  return std::nullopt;
}

bool is_retested(ObjectionKind kind) { return kind == ObjectionKind::conclusion || kind == ObjectionKind::method; }

const char* name_of(ObjectionState state) {
  switch (state) {
    case State::none:
      return "none";
    case State::registered:
      return "registered";
    case State::rejected:
      return "rejected";
    case State::retest_assigned:
      return "retest_assigned";
    case State::settled:
      return "settled";
    case State::upheld:
      return "upheld";
    case State::overturned:
      return "overturned";
  }
  return "none";
}

bool is_open(ObjectionState state) {
  return state == ObjectionState::registered || state == ObjectionState::retest_assigned;
}

const char* name_of(ObjectionAction action) {
  switch (action) {
    case Action::enter:
      return "register";
    case Action::accept:
      return "accept";
    case Action::settle:
      return "settle";
    case Action::reject:
      return "reject";
    case Action::uphold:
      return "uphold";
    case Action::overturn:
      return "overturn";
  }
  return "register";
}

std::span<const ObjectionMove> objection_moves() { return moves; }

const ObjectionMove* objection_move(ObjectionAction action, ObjectionState from) {
  const auto found = std::ranges::find_if(
      moves, [&](const ObjectionMove& move) { return move.action == action && move.from == from; });
  return found == moves.end() ? nullptr : &*found;
}

std::optional<Objection> objection(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(key(task));
  if (!record) return std::nullopt;
  return read_objection(task, *record);
}

void put_objection(journal::Draft& draft, const Objection& objection) {
  Fields record;
  record.add(static_cast<std::uint8_t>(objection.kind)).add(static_cast<std::uint8_t>(objection.state));
  add_long_text(record, objection.party);
  add_long_text(record, objection.content);
  record.add(objection.raised).add(objection.registered);
  add_short_text(record, objection.registered_by.value());
  record.add(objection.window_end);
  add_long_text(record, objection.right);
  record.add(objection.decided);
  add_short_text(record, objection.decided_by.value());
  add_long_text(record, objection.reason);
  add_draw(record, objection.draw);
  record.add(objection.closed);
  draft.put(key(objection.task), record.bytes());
}

void for_each_objection(const journal::View& store, const model::TaskId& after,
                        const std::function<bool(const Objection& objection)>& visit) {
  store.scan(key(after) + '\0', journal::after_prefix(Bytes(1, letter::objection)),
             [&](BytesView name, BytesView record) {
               return visit(read_objection(FieldReader::of_key(name).take_task(), record));
             });
}

}  // namespace lab::coordinator::tables
