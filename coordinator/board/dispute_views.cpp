#include "coordinator/board/dispute_views.hpp"

#include <array>

#include "coordinator/board/permissions.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

json time_of(UtcTime time) { return time == UtcTime{} ? json(nullptr) : json(to_text(time)); }
json time_of(const std::optional<UtcTime>& time) { return time ? json(to_text(*time)) : json(nullptr); }

// What a row needs of its task.
json row_of(const journal::View& store, const model::TaskId& id) {
  json row{{"task", to_text(id)}};
  const auto task = tables::task(store, id);
  if (!task) return row;
  row["number"] = task->number.text();
  row["programme"] = task->programme.value();
  row["commodity"] = task->commodity;
  row["city"] = task->city.value();
  return row;
}

json lab_of(const journal::View& store, model::LaboratoryId id) {
  const auto laboratory = tables::laboratory(store, id);
  return {{"laboratory", id.value()}, {"name", laboratory ? json(laboratory->name) : json(nullptr)}};
}

json draw_of(const journal::View& store, const tables::Draw& draw) {
  json candidates = json::array();
  for (const model::LaboratoryId one : draw.candidates) candidates.push_back(lab_of(store, one));
  return {
      {"seed", to_hex(draw.seed.view())}, {"candidates", std::move(candidates)}, {"drawn", lab_of(store, draw.drawn)}};
}

json roles_with(Action action) {
  json names = json::array();
  for (const std::string_view role : roles) {
    const service::Person person{.id = {}, .name = {}, .roles = {std::string{role}}};
    if (may(person, action)) names.push_back(role);
  }
  return names;
}

}  // namespace

json to_json(const clocks::Clock& clock) {
  return {{"task", to_text(clock.task)},
          {"kind", clocks::name_of(clock.kind)},
          {"kind_name", clocks::chinese_name_of(clock.kind)},
          {"state", clocks::name_of(clocks::state_of(clock))},
          {"started", to_text(clock.started)},
          {"due", to_text(clock.due.at)},
          {"from_weekends", clock.due.from_weekends},
          {"period", clocks::chinese_of(clock.period)},
          {"source", clock.source},
          {"fired", time_of(clock.fired)},
          {"met", time_of(clock.met)}};
}

json to_json(const tables::Notice& notice, const journal::View& store, bool with_unit) {
  json row = row_of(store, notice.task);
  const auto clock = tables::clock_table.find(store, notice.task, clocks::Kind::notice);
  row.update({{"state", tables::name_of(notice.state)},
              {"confirmed", to_text(notice.confirmed)},
              {"made", to_text(notice.made)},
              {"sent", time_of(notice.sent)},
              {"sent_by", notice.sent_by.value()},
              {"way", notice.way},
              {"text_hash", notice.text.is_zero() ? "" : to_hex(notice.text.view())},
              {"received", time_of(notice.received)},
              {"receipt_by", notice.receipt_by.value()},
              {"receipt", notice.receipt},
              {"clock", clock ? to_json(*clock) : json(nullptr)}});
  if (with_unit) row["to"] = notice.addressee;
  return row;
}

json to_json(const tables::Objection& objection, const journal::View& store, bool with_unit) {
  json row = row_of(store, objection.task);
  row.update({{"kind", tables::name_of(objection.kind)},
              {"kind_name", tables::chinese_name_of(objection.kind)},
              {"state", tables::name_of(objection.state)},
              {"raised", to_text(objection.raised)},
              {"registered", to_text(objection.registered)},
              {"registered_by", objection.registered_by.value()},
              {"window_end", time_of(objection.window_end)},
              {"right", objection.right},
              {"decided", time_of(objection.decided)},
              {"decided_by", objection.decided_by.value()},
              {"draw", objection.draw ? draw_of(store, *objection.draw) : json(nullptr)},
              {"retest", nullptr},
              {"closed", time_of(objection.closed)}});
  if (const auto retest = tables::retest(store, objection.task)) {
    row["retest"] = {{"state", tables::name_of(retest->state)},
                     {"first_laboratory", lab_of(store, retest->first_laboratory)},
                     {"laboratory", lab_of(store, retest->laboratory)},
                     {"ordered", to_text(retest->ordered)}};
  }
  if (const auto result = tables::task_file(store, objection.task).result()) {
    row["first"] = model::name_of(result->first_outcome);
    row["final"] = model::name_of(result->final_outcome);
  }
  if (with_unit) {
    row["by"] = objection.party;
    row["content"] = objection.content;
    row["reason"] = objection.reason;
  }
  return row;
}

void add_dispute(json& object, const journal::View& store, const model::TaskId& task, bool with_unit) {
  json clocks = json::array();
  for (const clocks::Clock& clock : tables::clock_table.of(store, task)) clocks.push_back(to_json(clock));
  object["clocks"] = std::move(clocks);
  const auto notice = tables::notice(store, task);
  object["notice"] = notice ? to_json(*notice, store, with_unit) : json(nullptr);
  const auto objection = tables::objection(store, task);
  object["objection"] = objection ? to_json(*objection, store, with_unit) : json(nullptr);
}

json guards() {
  json notices = json::array();
  for (const tables::NoticeMove& move : tables::notice_moves()) {
    notices.push_back({{"action", tables::name_of(move.action)},
                       {"from", tables::name_of(move.from)},
                       {"to", tables::name_of(move.to)},
                       {"roles", move.by_people ? roles_with(Action::give_notice) : json::array()},
                       {"by_another", false}});
  }
  json objections = json::array();
  for (const tables::ObjectionMove& move : tables::objection_moves()) {
    const bool registers = move.action == tables::ObjectionAction::enter;
    const Action action = registers ? Action::register_objection : Action::decide_objection;
    objections.push_back({{"action", tables::name_of(move.action)},
                          {"from", tables::name_of(move.from)},
                          {"to", tables::name_of(move.to)},
                          {"roles", move.by_people ? roles_with(action) : json::array()},
                          {"by_another", move.by_another}});
  }
  return {{"notices", std::move(notices)}, {"objections", std::move(objections)}};
}

}  // namespace lab::board
