#include "coordinator/board/views.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/acceptance/lot_order.hpp"
#include "protocol/forms/decline_causes.hpp"
#include "protocol/service/health.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

json to_json(const tables::StateCounts& counts) {
  json object;
  for (std::size_t i = 0; i < tables::task_states; ++i) {
    object[model::name_of(static_cast<model::TaskState>(i))] = counts.of[i];
  }
  return object;
}

json to_json(const reports::NodeStatus& status, const coordinator::Session* session) {
  json node{{"id", status.node.id.value()},
            {"name", status.node.name},
            {"enrolled", to_text(status.node.enrolled)},
            {"revoked", status.node.is_revoked()},
            {"connected", session != nullptr && session->open},
            {"last_contact", nullptr},
            {"events", status.events},
            {"orders", status.orders},
            {"orders_acknowledged", status.orders_acknowledged},
            {"backlog", status.orders - status.orders_acknowledged},
            {"incarnation", status.standing.incarnation},
            {"resyncs", status.standing.resyncs},
            {"frozen", status.standing.doubt == session::Doubt::frozen},
            {"forks", status.forks},
            {"waived", status.standing.waived > status.standing.complete},
            {"clock_skew", service::clock_skew(session != nullptr ? session->clock_ahead : Milliseconds{0})}};
  if (session != nullptr && session->last_heard != UtcTime{}) node["last_contact"] = to_text(session->last_heard);
  return node;
}

json to_json(const model::LotCount& count) {
  return {{"inspected", count.inspected}, {"nonconforming", count.nonconforming}};
}

// A verdict on the sample as a whole names no item.
json item_of(const model::ItemVerdict& item) {
  return item.item == model::whole_sample ? json(nullptr) : json(item.item);
}

// The newest verdict, with the failed items of the one that counts: they stand beside what was counted.
json to_json(const model::ResultEntry& result, const std::optional<model::ResultEntry>& counted) {
  json items = json::array();
  for (const model::ItemVerdict& item : (counted ? *counted : result).failed) {
    items.push_back({{"item", item_of(item)}, {"reason", model::name_of(item.reason)}, {"limit_row", item.limit_row}});
  }
  json object{{"node", result.node.value()},
              {"record", to_hex(result.record.view())},
              {"version", result.version},
              {"outcome", model::name_of(result.outcome)},
              {"analyst", result.analyst.value()},
              {"reviewer", result.reviewer.value()},
              {"judged_for", to_text(result.judged_for)},
              {"counted_version", result.counted_version},
              {"failed", std::move(items)},
              {"lot", result.lot ? to_json(*result.lot) : json(nullptr)}};
  if (result.counted_version > 0) {
    object["first"] = model::name_of(result.first_outcome);
    object["final"] = model::name_of(result.final_outcome);
    object["month"] = reports::month_text(result.month);
  }
  return object;
}

json details_of(const model::Sampled& sampled) {
  json fields = json::object();
  for (const model::FormField& field : sampled.fields) fields[field.code] = field.value;
  return {{"number", sampled.number.text()},
          {"sampled_on", to_text(sampled.sampled_on)},
          {"sample_name", sampled.sample_name},
          {"quantity", sampled.quantity},
          {"reserve", sampled.reserve},
          {"storage", sampled.storage},
          {"second_sampler", sampled.second_sampler},
          {"official_number", sampled.official_number},
          {"fields", std::move(fields)}};
}

json details_of(const model::Received& received) {
  return {{"number", received.number.text()},
          {"photo", to_hex(received.photo.view())},
          {"reader", received.reader},
          {"condition", received.condition},
          {"copy", received.copy},
          {"printed_number", {{"text", received.printed}, {"agrees", model::name_of(received.printed_is)}}},
          {"status", model::name_of(received.status)},
          {"seal", model::name_of(received.seal)},
          {"seal_photo", received.seal_photo.is_zero() ? "" : to_hex(received.seal_photo.view())},
          {"device", received.device},
          {"accepted", received.accepted},
          {"reason", received.reason}};
}

json details_of(const model::Measured& measured) {
  json determinations = json::array();
  for (const model::Determination& one : measured.determinations) {
    determinations.push_back({{"item", one.item},
                              {"value", one.value.text},
                              {"state", model::name_of(one.value.state)},
                              {"unit", one.unit}});
  }
  json details{{"number", measured.number.text()},
               {"capture", to_hex(measured.capture.view())},
               {"instrument", measured.instrument},
               {"profile", measured.profile},
               {"determinations", std::move(determinations)}};
  if (!measured.reading.empty()) details["reading"] = measured.reading;
  if (measured.portion > 1) details["portion"] = measured.portion;
  return details;
}

json details_of(const model::Judged& judged) {
  json items = json::array();
  for (const model::ItemVerdict& item : judged.items) {
    items.push_back({{"item", item_of(item)},
                     {"verdict", model::name_of(item.outcome)},
                     {"reason", model::name_of(item.reason)},
                     {"limit_row", item.limit_row}});
  }
  json details{{"number", judged.number.text()},
               {"edition", to_hex(judged.edition.view())},
               {"judged_for", to_text(judged.judged_for)},
               {"version", judged.version},
               {"outcome", model::name_of(judged.outcome)},
               {"items", std::move(items)}};
  if (judged.lot) details["lot"] = to_json(*judged.lot);
  return details;
}

json details_of(const model::Reviewed& reviewed) {
  return {{"number", reviewed.number.text()},
          {"record", to_hex(reviewed.record.view())},
          {"agreed", reviewed.agreed},
          {"note", reviewed.note}};
}

json details_of(const model::Approved& approved) {
  return {{"number", approved.number.text()},
          {"record", to_hex(approved.record.view())},
          {"reviewer", approved.reviewer.value()},
          {"version", approved.version},
          {"outcome", model::name_of(approved.outcome)},
          {"signature", to_hex(approved.signature)}};
}

json details_of(const model::Declined& declined) {
  json photos = json::array();
  for (const Hash& photo : declined.photos) photos.push_back(to_hex(photo.view()));
  const auto* cause = forms::decline_cause(declined.kind, declined.cause);
  return {{"reason", declined.reason},
          {"kind", model::name_of(declined.kind)},
          {"cause", declined.cause},
          {"cause_name", cause != nullptr ? cause->chinese : std::string_view{}},
          {"cause_name_en", cause != nullptr ? cause->english : std::string_view{}},
          {"second_sampler", declined.second_sampler},
          {"witnesses", declined.witnesses},
          {"photos", std::move(photos)}};
}

json details_of(const model::Disposed& disposed) {
  return {{"number", disposed.number.text()},
          {"copy", disposed.copy},
          {"way", model::name_of(disposed.way)},
          {"reason", disposed.reason},
          {"witness", disposed.witness}};
}

json details_of(const model::Amended& amended) {
  return {{"number", amended.number.text()},
          {"record", to_hex(amended.record.view())},
          {"version", amended.version},
          {"reason", amended.reason}};
}

json details_of(const model::Incident& incident) { return {{"what", incident.what}}; }

json details_of(const model::LotInspected& inspected) {
  json details = to_json(inspected.count);
  details["number"] = inspected.number.text();
  return details;
}

json lot_of(const model::Task& task) {
  if (!task.lot) return nullptr;
  json lot{{"lot_size", task.lot->size},
           {"level", task.lot->level},
           {"aql", task.lot->aql},
           {"series", task.series.value()},
           {"order", nullptr}};
  if (const auto& order = task.lot_order) {
    lot["order"] = {{"inspection", order->inspection},
                    {"code_letter", order->letter},
                    {"final_letter", order->final_letter},
                    {"n", order->n},
                    {"n_to_inspect", order->to_inspect},
                    {"ac", order->ac},
                    {"re", order->re},
                    {"explanation", acceptance::explain(*order)}};
  }
  return lot;
}

json details_of(const model::RunAssessed& run) {
  json checks = json::array();
  for (const model::RunCheck& check : run.checks) {
    checks.push_back({{"kind", model::name_of(check.kind)},
                      {"method", check.method},
                      {"analyte", check.analyte},
                      {"row", check.row},
                      {"finding", model::name_of(check.finding)},
                      {"reason", model::name_of(check.reason)},
                      {"figure", check.figure},
                      {"window", check.window},
                      {"rules", check.rules}});
  }
  json shortages = json::array();
  for (const model::RunShortage& shortage : run.shortages) {
    shortages.push_back({{"kind", model::name_of(shortage.kind)},
                         {"method", shortage.method},
                         {"analyte", shortage.analyte},
                         {"needed", shortage.needed},
                         {"found", shortage.found}});
  }
  return {{"capture", to_hex(run.capture.view())},
          {"edition", to_hex(run.edition.view())},
          {"instrument", run.instrument},
          {"samples", run.samples},
          {"accepted", run.accepted},
          {"checks", std::move(checks)},
          {"shortages", std::move(shortages)},
          {"unlisted", run.unlisted}};
}

json details_of(const model::Renumbered& renumbered) {
  return {{"before", renumbered.before.text()}, {"number", renumbered.number.text()}, {"reason", renumbered.reason}};
}

json details_of(const model::SerialsWanted& wanted) {
  return {{"year", wanted.kind.year},
          {"programme", wanted.kind.programme.value()},
          {"left", wanted.left},
          {"reason", wanted.reason}};
}

json details_of(const model::Forked& forked) {
  return {{"incarnation", forked.incarnation}, {"sequence", forked.sequence}, {"hash", to_hex(forked.hash.view())}};
}

json details_of(const model::KeysReplaced& keys) {
  return {{"curve_key", keys.curve_key}, {"signing_key", to_hex(keys.signing_key)}, {"former", to_hex(keys.former)}};
}

json details_of(const model::RunDecided& run) {
  return {{"capture", to_hex(run.capture.view())},
          {"record", to_hex(run.record.view())},
          {"release", run.release},
          {"reason", run.reason}};
}

}  // namespace

void add_declined(json& row, const model::Event& event) {
  row.update(details_of(std::get<model::Declined>(event.what)));
  row["at"] = to_text(event.at);
  row["person"] = event.person.value();
}

namespace {

// The verdict's items in words beside what was stored of them.
void add_explanations(json& details, const std::vector<reports::ExplainedVerdict>& explained) {
  for (std::size_t i = 0; i < explained.size(); ++i) {
    details["items"][i]["analyte"] = explained[i].analyte;
    details["items"][i]["explanation"] = explained[i].explanation;
  }
}

json to_json(const reports::HistoryLine& line) {
  const model::Event& event = line.event;
  json object{{"node", event.node.value()},
              {"incarnation", event.incarnation},
              {"sequence", event.sequence},
              {"hash", to_hex(line.hash.view())},
              {"previous", to_hex(event.previous.view())},
              {"at", to_text(event.at)},
              {"person", event.person.value()},
              {"token", fmt::format("{}.{}", event.token.generation, event.token.counter)},
              {"kind", model::name_of(event.what)},
              {"disposition", model::name_of(line.disposition)},
              {"details", std::visit([](const auto& what) { return details_of(what); }, event.what)}};
  add_explanations(object["details"], line.explained);
  if (!line.reason.empty()) object["reason"] = line.reason;
  return object;
}

void add_figures(json& row, const reports::Figures& figures) {
  row["pass"] = figures.counts.pass;
  row["fail"] = figures.counts.fail;
  row["problem"] = figures.counts.problem;
  row["undetermined"] = figures.counts.undetermined;
  row["rate"] = figures.rate;
  row["rate_low"] = nullptr;
  row["rate_high"] = nullptr;
  if (figures.interval) {
    row["rate_low"] = fmt::format("{:.1f}", figures.interval->low * 100);
    row["rate_high"] = fmt::format("{:.1f}", figures.interval->high * 100);
  }
  row["small_cell"] = figures.small_cell;
  row["aside"] = figures.aside;
  row["meets_target"] = figures.meets_target ? json(*figures.meets_target) : json(nullptr);
  const auto target = figures.target ? figures.target->shifted(2) : std::nullopt;  // in percent, as the rate
  row["target"] = target ? json(target->to_text()) : json(nullptr);
  row["evidence"] = figures.evidence ? json(statistics::name_of(*figures.evidence)) : json(nullptr);
}

void add_item_figures(json& row, const reports::Figures& figures) {
  row["without_basis"] = figures.without_basis;
  row["reference"] = figures.reference;
}

// One field of a row by its axis, with its name where it is known.
class Axes {
 public:
  Axes(const journal::View& store, const Province* province) : store_(store), province_(province) {}

  void add(json& row, reports::Axis axis, const tables::CellKey& key) const {
    switch (axis) {
      case reports::Axis::programme:
        row["programme"] = key.programme.value();
        if (const auto* known = province_ ? province_->programme(key.programme) : nullptr) {
          row["programme_name"] = known->name;
        }
        return;
      case reports::Axis::city:
        row["city"] = key.city.value();
        if (const auto* known = province_ ? province_->divisions.find_city(key.city) : nullptr) {
          row["city_name"] = known->name;
        }
        return;
      case reports::Axis::county:
        row["county"] = key.county.value();
        if (const auto* known =
                province_ ? province_->divisions.find_county_anywhere(std::to_string(key.county.value())) : nullptr) {
          row["county_name"] = known->name;
        }
        return;
      case reports::Axis::round:
        row["round"] = key.round;
        return;
      case reports::Axis::category:
        row["category"] = key.category.value();
        if (const auto* known = province_ ? province_->categories.find(key.category.value()) : nullptr) {
          row["category_name"] = known->name;
        }
        return;
      case reports::Axis::stage:
        row["stage"] = model::name_of(key.stage);
        row["stage_name"] = model::chinese_name_of(key.stage);
        return;
      case reports::Axis::month:
        row["month"] = reports::month_text(key.month);
        return;
      case reports::Axis::laboratory:
        row["lab"] = key.laboratory.value();
        if (const auto known = tables::laboratory(store_, key.laboratory)) row["lab_name"] = known->name;
        return;
      case reports::Axis::analyte:
        return;  // not of the cell
    }
  }

 private:
  const journal::View& store_;
  const Province* province_;
};

}  // namespace

json to_json(const model::Task& task) {
  json object{{"task", to_text(task.id)},
              {"number", task.number.text()},
              {"blind_code", task.blind_code},
              {"programme", task.programme.value()},
              {"city", task.city.value()},
              {"county", task.county.value()},
              {"category", task.category.value()},
              {"commodity", task.commodity},
              {"stage", model::name_of(task.stage)},
              {"round", task.round},
              {"panel", task.panel.value()},
              {"due", to_text(task.due)},
              {"state", model::name_of(task.state)},
              {"laboratory", nullptr},
              {"node", nullptr},
              {"token", nullptr},
              {"lot", lot_of(task)}};
  if (task.laboratory != model::LaboratoryId{}) object["laboratory"] = task.laboratory.value();
  if (task.node != model::NodeId{}) object["node"] = task.node.value();
  if (task.token != model::Token{}) object["token"] = fmt::format("{}.{}", task.token.generation, task.token.counter);
  return object;
}

json to_json(const reports::PlanStatus& status) {
  return {{"plan", status.plan.id.value()},   {"revision", status.revision.revision}, {"title", status.plan.title},
          {"year", status.plan.year},         {"due", to_text(status.plan.due)},      {"state", status.state},
          {"samples", status.revision.after}, {"tasks_total", status.plan.tasks},     {"tasks", to_json(status.tasks)}};
}

json to_json(const reports::Status& status, const std::vector<coordinator::Session>& sessions) {
  json plans = json::array();
  for (const reports::PlanStatus& plan : status.plans) plans.push_back(to_json(plan));
  json laboratories = json::array();
  for (const reports::LaboratoryStatus& row : status.laboratories) {
    json nodes = json::array();
    for (const reports::NodeStatus& node : row.nodes) {
      const auto session = std::ranges::find(sessions, node.node.id, &coordinator::Session::node);
      nodes.push_back(to_json(node, session == sessions.end() ? nullptr : &*session));
    }
    laboratories.push_back({{"id", row.laboratory.id.value()},
                            {"name", row.laboratory.name},
                            {"city", row.laboratory.city.value()},
                            {"nodes", std::move(nodes)}});
  }
  json stopped = json::array();
  for (const reports::StoppedSeries& series : status.stopped) {
    stopped.push_back({{"series", series.id.value()},
                       {"commodity", series.commodity},
                       {"aql", series.aql},
                       {"waiting", series.waiting}});
  }
  json lost_tasks = json::array();
  for (const model::TaskId& task : status.known_lost_tasks) lost_tasks.push_back(to_text(task));
  return {{"state", "running"},
          {"generation", status.generation},
          {"known_lost", status.known_lost},
          {"known_lost_at_least", status.known_lost_at_least},
          {"known_lost_tasks", std::move(lost_tasks)},
          {"mode", status.recovering ? "recovery" : "normal"},
          {"plans", std::move(plans)},
          {"laboratories", std::move(laboratories)},
          {"late", status.late},
          {"quarantined", status.quarantined},
          {"series_discontinued", std::move(stopped)}};
}

json draw_json(const tables::Draw& draw) {
  json candidates = json::array();
  for (const model::LaboratoryId one : draw.candidates) candidates.push_back(one.value());
  return {{"seed", to_hex(draw.seed.view())}, {"candidates", std::move(candidates)}, {"drawn", draw.drawn.value()}};
}

namespace {

json to_json(const tables::RetestEntry& retest) {
  return {
      {"state", tables::name_of(retest.state)},  {"first_laboratory", retest.first_laboratory.value()},
      {"laboratory", retest.laboratory.value()}, {"reason", retest.reason},
      {"ordered", lab::to_text(retest.ordered)}, {"draw", retest.is_drawn() ? draw_json(*retest.draw) : json(nullptr)}};
}

}  // namespace

json to_json(const reports::History& history) {
  json object = to_json(history.task);
  object["result"] = history.result ? to_json(*history.result, history.counted) : json(nullptr);
  if (history.retest) object["retest"] = to_json(*history.retest);
  json events = json::array();
  for (const reports::HistoryLine& line : history.lines) events.push_back(to_json(line));
  object["events"] = std::move(events);
  return object;
}

json to_json(const tables::Exception& exception) {
  return {{"node", exception.place.node.value()},
          {"incarnation", exception.place.incarnation},
          {"sequence", exception.place.sequence},
          {"received", to_text(exception.at)},
          {"task", exception.task == model::TaskId{} ? json(nullptr) : json(to_text(exception.task))},
          {"kind", exception.kind},
          {"reason", exception.reason}};
}

json to_json(const reports::Summary& summary, const reports::Query& query, const journal::View& store,
             const Province* province) {
  const Axes axes{store, province};
  json rows = json::array();
  for (const reports::Row& row : summary.rows) {
    json& object = rows.emplace_back(json::object());
    for (const reports::Axis axis : query.by) {
      if (axis == reports::Axis::analyte) object["analyte"] = row.analyte;
      axes.add(object, axis, row.key);
    }
    add_figures(object, row.figures);
    if (summary.of_items) add_item_figures(object, row.figures);
  }
  json total = json::object();
  add_figures(total, summary.total);
  if (summary.of_items) add_item_figures(total, summary.total);
  return {{"verdicts", query.verdicts == reports::Verdicts::first ? "first" : "final"},
          {"unit", summary.of_items ? "items" : "samples"},
          {"rows", std::move(rows)},
          {"total", std::move(total)},
          {"planned", summary.planned ? json(*summary.planned) : json(nullptr)},
          {"judged", summary.judged ? json(*summary.judged) : json(nullptr)},
          {"data_version", summary.version}};
}

}  // namespace lab::board
