#include "coordinator/coordinator.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/dispatch/enrolment.hpp"
#include "coordinator/dispatch/grants.hpp"
#include "coordinator/dispatch/recovery.hpp"
#include "coordinator/dispatch/serial_blocks.hpp"
#include "coordinator/dispatch/shares.hpp"
#include "coordinator/ledger/adoption.hpp"
#include "coordinator/ledger/duplicates.hpp"
#include "coordinator/ledger/items.hpp"
#include "coordinator/ledger/ledger.hpp"
#include "coordinator/losses.hpp"
#include "coordinator/reports/notice_text.hpp"
#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/recalls.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/sampling.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator {
namespace {

// What had become of events that are sent again because their acknowledgement was lost. An approval without a row among
// the exceptions has been counted: there is no third possibility.
std::vector<model::EventNote> notes_on(const journal::View& store, const tables::EventPlace& first,
                                       std::span<const Bytes> events) {
  std::vector<model::EventNote> notes;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::uint64_t sequence = first.sequence + i;
    if (const auto exception = tables::exception_at(store, {first.node, first.incarnation, sequence})) {
      notes.push_back({.sequence = sequence, .disposition = exception->disposition});
      continue;
    }
    const auto event = wire::decode_event(events[i]);
    if (event && std::holds_alternative<model::Approved>(event->what)) {
      notes.push_back({.sequence = sequence, .disposition = model::Disposition::counted});
    }
  }
  return notes;
}

// Notes stand in the order of their events.
bool is_set_aside(const ledger::Outcome& outcome, std::uint64_t sequence) {
  const auto note = std::ranges::lower_bound(outcome.notes, sequence, {}, &model::EventNote::sequence);
  return note != outcome.notes.end() && note->sequence == sequence &&
         note->disposition == model::Disposition::quarantined;
}

// How many of these come before a sample gets a new token: what follows in the same message is decided under that one,
// as if it had come in another message.
std::size_t until_new_token(const journal::View& store, std::span<const session::Accepted> accepted) {
  const auto keeps = [&](const session::Accepted& one) {
    return one.event && std::holds_alternative<model::Sampled>(one.event->what) &&
           tables::recall(store, one.event->task);
  };
  const auto found = std::ranges::find_if(accepted, keeps);
  return found == accepted.end() ? accepted.size() : static_cast<std::size_t>(found - accepted.begin()) + 1;
}

void send_blob(journal::Draft& draft, model::NodeId node, const model::BlobWant& want) {
  std::uint64_t total = 0;
  // Only the set in use: other blobs are tables of the province, which are none of a laboratory's business.
  if (want.hash != tables::reference_in_use(draft)) return;
  auto bytes = tables::blob_chunk(draft, want.hash, want.offset, total);
  if (!bytes) return;
  draft.send(node,
             model::BlobChunk{.hash = want.hash, .offset = want.offset, .total = total, .bytes = std::move(*bytes)});
}

}  // namespace

void Coordinator::on_start(journal::Draft& draft, BytesView secret) const {
  LAB_CHECK(secret.size() == secret_octets);
  if (tables::secret(draft).empty()) tables::set_secret(draft, secret);
  ledger::make_fine_tallies(draft);
  ledger::begin_items(draft);
  session::make_tree(draft);  // so that what an older program took comes before anything new
  enterprises::begin_entering(draft);
}

void Coordinator::on_reference(journal::Draft& draft, const Hash& edition, BytesView bundle,
                               std::span<const ProvinceFile> files, UtcTime now) {
  const Hash rules = tables::province_file_hash(draft, tables::sampling_rules_file);
  for (const ProvinceFile& file : files) tables::put_province_file(draft, file.name, file.text);
  if (rules != tables::province_file_hash(draft, tables::sampling_rules_file)) ledger::review_all(draft);
  tables::put_reference(draft, edition, bundle);
  tables::write_diary(draft, tables::DiaryKind::reference_taken, to_hex(edition.view()), now);
  for (auto& [node, link] : links_) {
    link.set_reference(edition);
    if (!link.is_open()) continue;
    // A second WELCOME is an ordinary one to the node: it compares the edition and fetches what is new.
    link.send_welcome(draft, now);
  }
}

void Coordinator::on_borders(journal::Draft& draft, const ProvinceFile& file, UtcTime now) const {
  tables::put_province_file(draft, file.name, file.text);
  tables::write_diary(draft, tables::DiaryKind::borders_taken, to_hex(crypto::sha256(file.text).view()), now);
}

void Coordinator::on_laboratories(journal::Draft& draft, std::span<const model::Laboratory> laboratories,
                                  UtcTime now) const {
  for (const model::Laboratory& laboratory : laboratories) tables::put_laboratory(draft, laboratory);
  tables::write_diary(draft, tables::DiaryKind::laboratories_taken, fmt::format("{}", laboratories.size()), now);
}

Result<void> Coordinator::on_sampled_units(journal::Draft& draft,
                                           std::span<const std::pair<model::TaskId, tables::SampledUnit>> units,
                                           UtcTime now) const {
  for (const auto& [task, unit] : units) {
    if (!tables::has_task(draft, task)) return fail(ErrorCode::not_found, "没有这个任务", to_text(task));
    for (const std::string* text : {&unit.name, &unit.licence, &unit.address}) {
      if (text->size() <= unit_octets_max) continue;
      return fail(ErrorCode::too_large, fmt::format("每栏最多 {} 个字节", unit_octets_max), to_text(task));
    }
    tables::put_sampled_unit(draft, task, unit);
    ledger::review_sample(draft, task, now);
    enterprises::enter_parties(draft, task, now);
  }
  return {};
}

Result<void> Coordinator::on_unit_fields(journal::Draft& draft, const model::TaskId& id,
                                         std::vector<model::FormField> fields, UtcTime now) const {
  const auto task = tables::task(draft, id);
  if (!task) return fail(ErrorCode::not_found, "没有这个任务", to_text(id));
  // What is known of the unit already need not be said again.
  const auto unit = tables::sampled_unit(draft, id).value_or(tables::SampledUnit{});
  for (const auto& [code, value] : {std::pair{"unit_name", unit.name}, std::pair{"unit_credit_code", unit.licence},
                                    std::pair{"unit_address", unit.address}}) {
    const auto given = std::ranges::find(fields, code, &model::FormField::code);
    if (given == fields.end() && !value.empty()) fields.push_back({code, value});
  }
  const forms::SamplingFields known = tables::sampling_fields(draft);
  const auto problem = known.check(task->programme, forms::Keeper::province, fields);
  if (problem) return fail(ErrorCode::malformed, problem->detail, problem->field);
  tables::put_unit_fields(draft, id, known.in_order(fields));
  ledger::review_sample(draft, id, now);
  enterprises::enter_parties(draft, id, now);
  return {};
}

Result<model::Ticket> Coordinator::on_ticket(journal::Draft& draft, model::LaboratoryId laboratory,
                                             const std::string& name, const Hash& secret, UtcTime now) const {
  return dispatch::issue(draft, laboratory, name, secret, now);
}

model::Message Coordinator::on_enrol(journal::Draft& draft, const model::Enrol& request, UtcTime now) const {
  return std::visit([](auto answer) -> model::Message { return answer; },
                    dispatch::enrol(draft, request, signing_.public_key, now));
}

Result<model::NodeEntry> Coordinator::on_node_revoked(journal::Draft& draft, model::NodeId node,
                                                      const std::string& reason, UtcTime now) {
  auto revoked = dispatch::revoke_node(draft, node, reason, now);
  if (revoked) links_.erase(node);
  return revoked;
}

std::uint32_t Coordinator::on_restored(journal::Draft& draft, std::uint32_t noted, UtcTime now) {
  new_generation_ = true;
  links_.clear();  // every node begins anew, and hears the new generation
  const std::uint32_t generation = dispatch::begin_recovery(draft, noted, now);
  if (!policy_.recovery) session::set_recovery(draft, 0);
  return generation;
}

void Coordinator::on_message(journal::Draft& draft, const model::NodeEntry& node, const model::Message& message,
                             UtcTime now, std::uint64_t session) {
  if (node.is_revoked()) return;  // the transport drops it; this is for what was under way
  if (const auto* hello = std::get_if<model::Hello>(&message)) return on_hello(draft, node, *hello, now, session);
  session::CoordinatorLink& link = link_of(draft, node.id);
  const auto* events = std::get_if<model::Events>(&message);
  if (!link.is_current(draft, session)) {
    // What is signed stands by itself, whenever it comes; everything else belongs to its session.
    if (events && session::standing(draft, node.id).doubt == session::Doubt::none) {
      on_events(draft, node, *events, now, session);
    }
    return link.on_stranger(draft, session);
  }
  link.on_heard(now);
  if (const auto* held = std::get_if<model::OrdersAck>(&message)) return link.on_orders_held(draft, held->upto, now);
  if (const auto* want = std::get_if<model::BlobWant>(&message)) return send_blob(draft, node.id, *want);
  if (const auto* ping = std::get_if<model::Ping>(&message)) return link.on_ping(draft, *ping, now);
  if (const auto* inventory = std::get_if<model::Inventory>(&message)) {
    return take_inventory(draft, node, *inventory, now);
  }
  if (const auto* request = std::get_if<model::ResyncRequest>(&message)) {
    return on_resync_request(draft, node.id, *request, now);
  }
  if (!events) return;
  link.on_orders_held(draft, events->orders, now);
  on_events(draft, node, *events, now, session);
  check_complete(draft, link, false);
}

void Coordinator::on_hello(journal::Draft& draft, const model::NodeEntry& node, const model::Hello& hello, UtcTime now,
                           std::uint64_t session) {
  if (const auto entry = tables::node(draft, node.id)) link_of(draft, node.id).set_node_key(entry->signing_key);
  link_of(draft, node.id).set_tokens(tables::numbers(draft).tokens);
  const auto admission = link_of(draft, node.id).on_hello(draft, hello, now, session);
  if (admission == session::Admission::welcome) {
    note_known_loss(draft, hello, now);
    close_late_loss(draft, node.id, now);
  }
  if (admission != session::Admission::outdated) return;
  draft.tell(fmt::format("node {}", node.id.value()), "this node has heard more of us than our own store knows");
  on_restored(draft, hello.generation, now);
  link_of(draft, node.id).on_hello(draft, hello, now, session);
  note_known_loss(draft, hello, now);
}

void Coordinator::on_resync_request(journal::Draft& draft, model::NodeId node, const model::ResyncRequest& request,
                                    UtcTime now) {
  session::CoordinatorLink& link = link_of(draft, node);
  const std::uint32_t before = session::standing(draft, node).incarnation;
  for (const session::Deferred& one : session::deferred(draft)) {
    if (one.node == node) return;  // what has become of its events is not known yet; it asks again
  }
  auto piece = link.on_resync_request(draft, request, now);
  if (!piece) return check_complete(draft, link, true);
  if (piece->incarnation != before) {
    tables::write_diary(draft, tables::DiaryKind::node_resynced,
                        fmt::format("node {} incarnation {}", node.value(), piece->incarnation), now);
    doubt_tasks(draft, node, now);
  }
  piece->notes = notes_on(draft, {node, piece->from_incarnation, piece->from_sequence}, piece->events);
  draft.send(node, std::move(*piece), link.session());
}

void Coordinator::take_inventory(journal::Draft& draft, const model::NodeEntry& node, const model::Inventory& inventory,
                                 UtcTime now) {
  session::CoordinatorLink& link = link_of(draft, node.id);
  if (!link.is_pulling(draft)) return;
  dispatch::take_inventory(draft, node.id, session::standing(draft, node.id).incarnation, inventory, now);
  link.on_inventory();
  check_complete(draft, link, false);
}

// What it had is decided in the steps that follow; then everybody is told.
void Coordinator::check_complete(journal::Draft& draft, session::CoordinatorLink& link, bool has_no_more) {
  if (!link.check_complete(draft, has_no_more)) return;
  if (dispatch::is_recovering(draft)) return;
  dispatch::regrant_soon(draft);
}

void Coordinator::count(journal::Draft& draft, const model::NodeEntry& node, std::uint32_t incarnation,
                        std::span<const session::Accepted> accepted, UtcTime now, model::Ack& ack) {
  while (!accepted.empty()) {
    const auto part = accepted.first(until_new_token(draft, accepted));
    accepted = accepted.subspan(part.size());
    const ledger::Outcome outcome =
        ledger::take(draft, node, incarnation, part, now, {.policy = policy_, .may_try = may_try_});
    ack.notes.insert(ack.notes.end(), outcome.notes.begin(), outcome.notes.end());
    for (const session::Accepted& one : part) {
      if (!one.event || is_set_aside(outcome, one.sequence)) continue;
      const bool asks = std::holds_alternative<model::SerialsWanted>(one.event->what);
      if (asks) dispatch::lease_serials(draft, *one.event, one.hash, now);
      follow(draft, node.id, *one.event, now);
    }
  }
}

// What an event that the ledger has taken means to others. One that was set aside is followed when it is replayed:
// until then nobody has looked at it, or looking at it ends the program.
void Coordinator::follow(journal::Draft& draft, model::NodeId node, const model::Event& event, UtcTime now) {
  if (std::holds_alternative<model::Approved>(event.what)) enterprises::follow_verdict(draft, event.task, now);
  dispatch::hear_of_share(draft, node, event, now);
  if (std::holds_alternative<model::KeysReplaced>(event.what)) tell_keys(draft, node, now);
}

// The node goes over to its new keys when it hears that it is known by them.
void Coordinator::tell_keys(journal::Draft& draft, model::NodeId node, UtcTime now) {
  keys_replaced_ = true;
  session::CoordinatorLink& link = link_of(draft, node);
  if (const auto entry = tables::node(draft, node)) link.set_node_key(entry->signing_key);
  link.send_welcome(draft, now);
}

void Coordinator::announce(const std::string& curve_key, UtcTime from) {
  const crypto::Signature signature = crypto::sign(wire::server_key_to_sign(curve_key, from), signing_.secret_key);
  next_server_ = model::NextServerKey{
      .curve_key = curve_key, .from = from, .signature = Bytes{signature.begin(), signature.end()}};
  links_.clear();
}

void Coordinator::on_not_stored(std::span<const dispatch::Delivery> unsent) {
  links_.clear();
  for (const dispatch::Delivery& one : unsent) under_way_.erase(one.to.id);
  new_generation_ = keys_replaced_ = false;
}

void Coordinator::on_events(journal::Draft& draft, const model::NodeEntry& node, const model::Events& events,
                            UtcTime now, std::uint64_t session) {
  const model::StreamHead held = session::cursor(draft, node.id, events.incarnation);
  const bool recovering = link_of(draft, node.id).is_recovering(draft);
  auto taken = session::take_events(draft, node, events, {.now = now, .recovering = recovering, .policy = policy_});
  if (auto* refuse = std::get_if<model::Refuse>(&taken)) {
    draft.tell(fmt::format("node {}", node.id.value()), refuse->explanation);
    return draft.send(node.id, std::move(*refuse), session);
  }
  if (const auto* evidence = std::get_if<session::Evidence>(&taken)) {
    if (evidence->beyond_seal) return;  // nobody who knows of the seal still sends it
    return draft.send(node.id,
                      model::Refuse{.reason = model::RefuseReason::resync_needed,
                                    .explanation = "other events are held here: was this store copied or restored?"},
                      session);
  }
  const auto& accepted = std::get<std::vector<session::Accepted>>(taken);
  // While others may say more, what is new is held and decided later; requests for serials are made anew afterwards.
  const bool defers = recovering || session::is_deferring(draft, node.id, events.incarnation);
  const std::size_t repeated =
      events.first > held.sequence ? 0 : std::min<std::size_t>(events.events.size(), held.sequence + 1 - events.first);
  // A message that comes again says nothing of what came after it: only notes on that would tell what became of it.
  const bool is_repeat = accepted.empty() && repeated > 0;
  model::Ack ack{.incarnation = events.incarnation,
                 .upto = is_repeat          ? events.first + repeated - 1
                         : accepted.empty() ? held.sequence
                                            : accepted.back().sequence,
                 .notes = {},
                 .hash = is_repeat          ? crypto::sha256(events.events[repeated - 1])
                         : accepted.empty() ? held.hash
                                            : accepted.back().hash,
                 .first = std::min(events.first, held.sequence + 1),
                 .provisional = defers && policy_.silent_recovery,
                 .tree = link_of(draft, node.id).show_head(draft, events.tree, now)};
  if (!defers) {
    ack.notes = notes_on(draft, {node.id, events.incarnation, events.first}, std::span{events.events}.first(repeated));
    if (!accepted.empty()) count(draft, node, events.incarnation, accepted, now, ack);
  } else if (!accepted.empty()) {
    session::defer(draft, node.id, events.incarnation, held.sequence);
  }
  if (!accepted.empty()) recount_known_loss(draft, {node.id, events.incarnation, accepted.front().sequence}, now);
  draft.send(node.id, std::move(ack), session);
}

Result<void> Coordinator::on_station_chosen(journal::Draft& draft, model::NodeId id, std::uint64_t boot,
                                            const std::string& reason, UtcTime now) const {
  if (reason.empty()) return fail(ErrorCode::malformed, "请写明理由");
  const auto node = tables::node(draft, id);
  if (!node) return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的节点", id.value()));
  session::Standing standing = session::standing(draft, id);
  if (standing.doubt == session::Doubt::none) return fail(ErrorCode::conflict, "该节点没有两台电脑之争");
  if (std::ranges::find(standing.boots, boot) == standing.boots.end()) {
    return fail(ErrorCode::not_found, "没有见过这台电脑");
  }
  standing.doubt = session::Doubt::decided;
  standing.chosen = boot;
  session::set_standing(draft, id, standing);
  tables::write_diary(draft, tables::DiaryKind::station_chosen,
                      fmt::format("node {} boot {}: {}", id.value(), boot, reason), now);
  return {};
}

Result<bool> Coordinator::on_waiver(journal::Draft& draft, model::NodeId node, const model::PersonId& person,
                                    const std::string& reason, UtcTime now) const {
  return dispatch::waive(draft, node, person, reason, now);
}

Result<ledger::Replayed> Coordinator::on_replay(journal::Draft& draft, const tables::EventPlace& place,
                                                const std::string& reason, UtcTime now) {
  if (reason.empty()) return fail(ErrorCode::malformed, "请写明理由");
  if (auto good = dispatch::check_not_recovering(draft); !good) return fail(std::move(good));
  const auto node = tables::node(draft, place.node);
  if (!node) return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的节点", place.node.value()));
  auto replayed = ledger::replay(draft, *node, place, now, {.policy = policy_, .may_try = may_try_});
  if (!replayed) return replayed;
  tables::write_diary(draft, tables::DiaryKind::replayed,
                      fmt::format("event {}.{}.{} {}: {}", place.node.value(), place.incarnation, place.sequence,
                                  model::name_of(replayed->disposition), reason),
                      now);
  const auto event = session::held_event(draft, place.node, place.incarnation, place.sequence);
  LAB_CHECK(event.has_value());  // it has just been replayed
  const Hash hash = crypto::sha256(*event);
  const auto read = wire::decode_event(*event);
  if (read && replayed->disposition != model::Disposition::quarantined) {
    const bool asks = std::holds_alternative<model::SerialsWanted>(read->what);
    if (asks) dispatch::lease_serials(draft, *read, hash, now);
    follow(draft, place.node, *read, now);
  }
  draft.send(place.node, model::Ack{.incarnation = place.incarnation,
                                    .upto = place.sequence,
                                    .notes = {{place.sequence, replayed->disposition}},
                                    .hash = hash,
                                    .first = place.sequence});
  return replayed;
}

Result<void> Coordinator::on_late_returned(journal::Draft& draft, const tables::EventPlace& place,
                                           const dispatch::Word& word, UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return good;
  return dispatch::return_late(draft, place, word, now);
}

Result<void> Coordinator::on_exception_rejected(journal::Draft& draft, const tables::EventPlace& place,
                                                const dispatch::Word& word, UtcTime now) const {
  return dispatch::reject(draft, place, word, now);
}

Result<void> Coordinator::on_revoke(journal::Draft& draft, const model::TaskId& task, const std::string& reason,
                                    UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return good;
  return dispatch::revoke(draft, task, reason, now);
}

Result<void> Coordinator::on_cancel(journal::Draft& draft, const model::TaskId& task, const std::string& reason,
                                    UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return good;
  return dispatch::cancel(draft, task, reason, ledger::review_sample, now);
}

Result<dispatch::Leased> Coordinator::on_lease(journal::Draft& draft, const tables::PlanRef& plan, std::uint32_t cell,
                                               model::NodeId node, std::uint32_t count, UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return fail(std::move(good));
  return dispatch::lease(draft, plan, cell, node, count, now);
}

Result<void> Coordinator::on_recall(journal::Draft& draft, const model::TaskId& task, const std::string& reason,
                                    UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return good;
  return dispatch::recall(draft, task, reason, now);
}

Result<std::optional<model::NodeId>> Coordinator::on_reassign(journal::Draft& draft,
                                                              const dispatch::Reassignment& asked, UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return fail(std::move(good));
  return dispatch::reassign(draft, asked, now);
}

Result<tables::Series> Coordinator::on_corrective_action(journal::Draft& draft, const dispatch::SeriesWord& word,
                                                         UtcTime now) const {
  return dispatch::resume(draft, word, now);
}

Result<tables::Series> Coordinator::on_conditions(journal::Draft& draft, const dispatch::SeriesWord& word,
                                                  const tables::Conditions& conditions, UtcTime now) const {
  return dispatch::say_conditions(draft, word, conditions, now);
}

Result<model::NodeId> Coordinator::on_retest(journal::Draft& draft, const dispatch::RetestOrder& order,
                                             UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return fail(std::move(good));
  return dispatch::order_retest(draft, order, now);
}

Result<tables::Notice> Coordinator::on_notice_sent(journal::Draft& draft, const dispatch::Sending& sending,
                                                   UtcTime now) const {
  return dispatch::send_notice(draft, sending, reports::notice_text(draft, sending.task), now);
}

Result<tables::Notice> Coordinator::on_notice_received(journal::Draft& draft, const dispatch::Receipt& receipt,
                                                       UtcTime now) const {
  return dispatch::receive_notice(draft, receipt, now);
}

Result<tables::Objection> Coordinator::on_objection(journal::Draft& draft, const dispatch::ObjectionWord& word,
                                                    UtcTime now) const {
  return dispatch::enter_objection(draft, word, now);
}

Result<tables::Objection> Coordinator::on_objection_accepted(journal::Draft& draft,
                                                             const dispatch::ObjectionDecision& decision,
                                                             const Hash& seed, UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return fail(std::move(good));
  return dispatch::accept_objection(draft, decision, seed, now);
}

Result<tables::Objection> Coordinator::on_objection_rejected(journal::Draft& draft,
                                                             const dispatch::ObjectionDecision& decision,
                                                             UtcTime now) const {
  return dispatch::reject_objection(draft, decision, now);
}

bool Coordinator::tick(journal::Draft& draft, UtcTime now) {
  if (session::make_tree(draft) || recover(draft, now)) return true;
  if (dispatch::is_recovering(draft)) return false;  // what was done in time may still have to be heard again
  const bool more = fire_clocks(draft, now);
  if (ledger::review_step(draft, now)) return true;
  const bool is_entering = ledger::enter_items_step(draft);
  return dispatch::work(draft, ledger::review_sample, now) || enterprises::enter_earlier(draft, now) || is_entering ||
         more;
}

// Whether more may be due than one turn fires.
bool Coordinator::fire_clocks(journal::Draft& draft, UtcTime now) {
  const auto fired = tables::clock_table.fire(draft, now);
  for (const clocks::Clock& clock : fired) {
    tables::write_diary(
        draft, tables::DiaryKind::clock_fired,
        fmt::format("task {} {} due {}", to_text(clock.task), clocks::name_of(clock.kind), to_text(clock.due.at)), now);
    if (!clocks::is_duty(clock.kind)) continue;
    draft.tell(fmt::format("task {}", to_text(clock.task)),
               fmt::format("{} was due {} and has not been done", clocks::name_of(clock.kind), to_text(clock.due.at)));
  }
  return fired.size() == clocks::fire_max;
}

// One step on the way back to normal: what was pulled says first which grants there were, then it is decided, then open
// tasks get new tokens. False when there is nothing to do but wait for nodes.
bool Coordinator::recover(journal::Draft& draft, UtcTime now) {
  const bool whole = dispatch::is_recovering(draft);
  if (whole && !dispatch::everybody_was_heard(draft)) return false;
  if (look_at_deferred(draft) || decide_deferred(draft, now)) return true;
  if (!dispatch::has_to_regrant(draft)) return false;
  if (!dispatch::regrant(draft, now)) return true;
  close_known_loss(draft, now);
  for (auto& [node, link] : links_) link.send_welcome(draft, now);
  return true;
}

bool Coordinator::look_at_deferred(journal::Draft& draft) const {
  for (session::Deferred one : session::deferred(draft)) {
    const std::uint64_t held = session::cursor(draft, one.node, one.incarnation).sequence;
    if (one.looked_at >= held || !dispatch::was_heard(draft, one.node)) continue;
    const auto node = tables::node(draft, one.node);
    for (const session::Accepted& event : session::held_events(draft, one.node, one.incarnation, one.looked_at + 1)) {
      if (event.event && event.event->task != model::TaskId{}) ledger::adopt_grant(draft, *node, *event.event);
      one.looked_at = event.sequence;
    }
    session::set_deferred(draft, one);
    pass("recovery.look");
    return true;
  }
  return false;
}

bool Coordinator::decide_deferred(journal::Draft& draft, UtcTime now) {
  for (session::Deferred one : session::deferred(draft)) {
    if (!dispatch::was_heard(draft, one.node)) continue;
    const auto node = tables::node(draft, one.node);
    const auto events = session::held_events(draft, one.node, one.incarnation, one.decided + 1);
    if (!events.empty()) {
      const ledger::Outcome outcome = ledger::take(draft, *node, one.incarnation, events, now,
                                                   {.recovering = true, .policy = policy_, .may_try = may_try_});
      for (const session::Accepted& event : events) {
        if (event.event && !is_set_aside(outcome, event.sequence)) follow(draft, one.node, *event.event, now);
      }
      one.decided = events.back().sequence;
    }
    session::set_deferred(draft, one);
    pass("recovery.decide");
    return true;
  }
  return false;
}

journal::Effects Coordinator::pump(const journal::View& store, UtcTime now) {
  journal::Effects effects;
  for (auto& [node, link] : links_) journal::append(effects, link.pump(store, now));
  return effects;
}

UtcTime Coordinator::wake_at() const {
  UtcTime first = UtcTime::max();
  for (const auto& [node, link] : links_) first = std::min(first, link.wake_at());
  return first;
}

std::vector<Session> Coordinator::sessions() const {
  std::vector<Session> sessions;
  for (const auto& [node, link] : links_) {
    sessions.push_back({node, link.is_open(), link.last_heard(), link.clock_ahead()});
  }
  return sessions;
}

session::CoordinatorLink& Coordinator::link_of(const journal::View& store, model::NodeId node) {
  const auto found = links_.find(node);
  if (found != links_.end()) return found->second;
  const auto entry = tables::node(store, node);
  return links_
      .emplace(node, session::CoordinatorLink{node,
                                              {.signing_key = signing_.secret_key,
                                               .generation = tables::numbers(store).generation,
                                               .reference = tables::reference_in_use(store),
                                               .policy = policy_,
                                               .node_key = entry ? entry->signing_key : Bytes{},
                                               .next_server = next_server_}})
      .first->second;
}

}  // namespace lab::coordinator
