#include "coordinator/coordinator.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/dispatch/enrolment.hpp"
#include "coordinator/dispatch/grants.hpp"
#include "coordinator/dispatch/serial_blocks.hpp"
#include "coordinator/ledger/ledger.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/base/check.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator {
namespace {

// What had become of events that are sent again because their acknowledgement was lost. An approval without a row among
// the exceptions has been counted: there is no third possibility.
std::vector<model::EventNote> notes_again(const journal::View& store, model::NodeId node, const model::Events& events,
                                          std::uint64_t held) {
  std::vector<model::EventNote> notes;
  for (std::size_t i = 0; i < events.events.size() && events.first + i <= held; ++i) {
    const std::uint64_t sequence = events.first + i;
    if (const auto exception = tables::exception_at(store, {node, events.incarnation, sequence})) {
      notes.push_back({.sequence = sequence, .disposition = exception->disposition});
      continue;
    }
    const auto event = wire::decode_event(events.events[i]);
    if (event && std::holds_alternative<model::Approved>(event->what)) {
      notes.push_back({.sequence = sequence, .disposition = model::Disposition::counted});
    }
  }
  return notes;
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
}

void Coordinator::on_reference(journal::Draft& draft, const Hash& edition, BytesView bundle,
                               std::span<const ProvinceFile> files, UtcTime now) {
  for (const ProvinceFile& file : files) tables::put_province_file(draft, file.name, file.text);
  tables::put_reference(draft, edition, bundle);
  tables::write_diary(draft, tables::DiaryKind::reference_taken, to_hex(edition.view()), now);
  for (auto& [node, link] : links_) {
    link.set_reference(edition);
    if (!link.is_open()) continue;
    // A second WELCOME is an ordinary one to the node: it compares the edition and fetches what is new.
    draft.send(node, model::Welcome{.generation = tables::numbers(draft).generation,
                                    .mode = model::Mode::normal,
                                    .cursors = session::cursors(draft, node),
                                    .reference = edition,
                                    .clock = now});
  }
}

void Coordinator::on_laboratories(journal::Draft& draft, std::span<const model::Laboratory> laboratories,
                                  UtcTime now) const {
  for (const model::Laboratory& laboratory : laboratories) tables::put_laboratory(draft, laboratory);
  tables::write_diary(draft, tables::DiaryKind::laboratories_taken, fmt::format("{}", laboratories.size()), now);
}

Result<model::PlanEntry> Coordinator::on_plan(journal::Draft& draft, const model::Plan& plan, const Hash& source,
                                              UtcTime now) const {
  return dispatch::import(draft, plan, source, now);
}

Result<void> Coordinator::on_allocation(journal::Draft& draft, const tables::PlanRef& plan,
                                        std::span<const dispatch::Share> shares) const {
  return dispatch::allocate(draft, plan, shares);
}

Result<void> Coordinator::on_dispatch(journal::Draft& draft, const tables::PlanRef& plan, std::uint32_t limit) const {
  return dispatch::dispatch(draft, plan, limit);
}

Result<void> Coordinator::on_sampled_units(journal::Draft& draft,
                                           std::span<const std::pair<model::TaskId, tables::SampledUnit>> units) const {
  for (const auto& [task, unit] : units) {
    if (!tables::has_task(draft, task)) return fail(ErrorCode::not_found, "没有这个任务", to_text(task));
    for (const std::string* text : {&unit.name, &unit.licence, &unit.address}) {
      if (text->size() <= unit_octets_max) continue;
      return fail(ErrorCode::too_large, fmt::format("每栏最多 {} 个字节", unit_octets_max), to_text(task));
    }
    tables::put_sampled_unit(draft, task, unit);
  }
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

void Coordinator::on_message(journal::Draft& draft, const model::NodeEntry& node, const model::Message& message,
                             UtcTime now) {
  if (node.is_revoked()) return;  // the transport drops it; this is for what was under way
  session::CoordinatorLink& link = link_of(draft, node.id);
  link.on_heard(now);
  if (const auto* hello = std::get_if<model::Hello>(&message)) return link.on_hello(draft, *hello, now);
  if (const auto* held = std::get_if<model::OrdersAck>(&message)) return link.on_orders_held(draft, held->upto, now);
  if (const auto* want = std::get_if<model::BlobWant>(&message)) return send_blob(draft, node.id, *want);
  if (std::holds_alternative<model::Ping>(message)) return link.on_ping(draft, now);
  if (const auto* events = std::get_if<model::Events>(&message)) {
    link.on_orders_held(draft, events->orders, now);
    on_events(draft, node, *events, now);
  }
}

void Coordinator::on_events(journal::Draft& draft, const model::NodeEntry& node, const model::Events& events,
                            UtcTime now) {
  const std::uint64_t held = session::cursor(draft, node.id, events.incarnation).sequence;
  auto taken = session::take_events(draft, node, events);
  if (auto* refuse = std::get_if<model::Refuse>(&taken)) {
    draft.tell(fmt::format("node {}", node.id.value()), refuse->explanation);
    return draft.send(node.id, std::move(*refuse));
  }
  const auto& accepted = std::get<std::vector<session::Accepted>>(taken);
  model::Ack ack{.incarnation = events.incarnation, .upto = held, .notes = notes_again(draft, node.id, events, held)};
  if (!accepted.empty()) {
    ledger::Outcome outcome = ledger::take(draft, node, events.incarnation, accepted, now);
    ack.upto = accepted.back().sequence;
    ack.notes.insert(ack.notes.end(), outcome.notes.begin(), outcome.notes.end());
    for (const session::Accepted& one : accepted) {
      const bool asks = one.event && std::holds_alternative<model::SerialsWanted>(one.event->what);
      if (asks) dispatch::lease_serials(draft, *one.event, one.hash, now);
    }
  }
  draft.send(node.id, std::move(ack));
}

Result<void> Coordinator::on_revoke(journal::Draft& draft, const model::TaskId& task, const std::string& reason,
                                    UtcTime now) const {
  return dispatch::revoke(draft, task, reason, now);
}

Result<model::NodeId> Coordinator::on_reassign(journal::Draft& draft, const model::TaskId& task,
                                               const std::string& reason, UtcTime now) const {
  return dispatch::reassign(draft, task, reason, now);
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
  return dispatch::order_retest(draft, order, now);
}

bool Coordinator::tick(journal::Draft& draft, UtcTime now) const { return dispatch::work(draft, now); }

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
  for (const auto& [node, link] : links_) sessions.push_back({node, link.is_open(), link.last_heard()});
  return sessions;
}

session::CoordinatorLink& Coordinator::link_of(const journal::View& store, model::NodeId node) {
  const auto found = links_.find(node);
  if (found != links_.end()) return found->second;
  return links_
      .emplace(node, session::CoordinatorLink{node,
                                              {.signing_key = signing_.secret_key,
                                               .generation = tables::numbers(store).generation,
                                               .reference = tables::reference_in_use(store)}})
      .first->second;
}

}  // namespace lab::coordinator
