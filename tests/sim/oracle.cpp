#include "tests/sim/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/wire/codec.hpp"
#include "tools/province/canary.hpp"

namespace lab::sim {
namespace {

using journal::FieldReader;
using journal::Fields;

[[noreturn]] void violated(std::string what) { throw Violation(std::move(what)); }

Bytes flat_of(BytesView packed) { return wire::unpack(packed).value(); }

std::string name_of(std::uint32_t node, std::uint32_t incarnation, std::uint64_t sequence) {
  return fmt::format("event {}.{}.{}", node, incarnation, sequence);
}

std::string text_of(const model::Token& token) { return fmt::format("token {}.{}", token.generation, token.counter); }

// The counts of one cell, found out from events alone.
struct Cell {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t other = 0;
  bool operator==(const Cell&) const = default;
};
using CellName = std::string;

CellName cell_name(const coordinator::tables::CellKey& key) {
  return fmt::format("{} {} {} {} {} {}", key.programme.value(), key.city.value(), key.category.value(),
                     static_cast<int>(key.stage), key.month, key.laboratory.value());
}

}  // namespace

std::optional<Bytes> Oracle::event_at_office(const journal::View& store, const Place& place) {
  const auto packed = store.get(Fields{'e'}.add(place.node).add(place.incarnation).add(place.sequence).bytes());
  if (!packed) return std::nullopt;
  return flat_of(*packed);
}

std::optional<Bytes> Oracle::event_at_station(const Station& station, const Place& place) {
  if (station.gone || station.node().value() != place.node) return std::nullopt;
  const auto packed = station.disk().read()->get(Fields{'e'}.add(place.incarnation).add(place.sequence).bytes());
  if (!packed) return std::nullopt;
  return flat_of(*packed);
}

// I8: gap-free streams with an unbroken chain.
void Oracle::read_new_events(const journal::View& store) {
  store.scan("c", journal::after_prefix("c"), [&](BytesView key, BytesView) {
    FieldReader fields = FieldReader::of_key(key);
    const auto node = fields.take<std::uint32_t>();
    const auto incarnation = fields.take<std::uint32_t>();
    Head& head = heads_[{node, incarnation}];
    const Bytes first = Fields{'e'}.add(node).add(incarnation).add(head.sequence + 1).bytes();
    const Bytes end = journal::after_prefix(Fields{'e'}.add(node).add(incarnation).bytes());
    store.scan(first, end, [&](BytesView at, BytesView packed) {
      FieldReader place = FieldReader::of_key(at);
      place.take<std::uint32_t>();
      place.take<std::uint32_t>();
      const auto sequence = place.take<std::uint64_t>();
      const Bytes flat = flat_of(packed);
      // I8: an incarnation with a successor takes nothing more, unless what was known of it had been forgotten.
      const auto next = heads_.upper_bound({node, incarnation});
      const bool ended = next != heads_.end() && next->first.first == node && next->second.sequence > 0;
      const bool forgotten = store.get("O") || store.get(Fields{'I'}.add(node).add(incarnation).bytes());
      if (ended && !forgotten && !reading_anew_) {
        violated(name_of(node, incarnation, sequence) + " was taken into an incarnation that has ended");
      }
      if (sequence != head.sequence + 1) violated(name_of(node, incarnation, sequence) + " leaves a gap");
      const auto event = wire::decode_event(flat);
      if (event && event->previous != head.hash) {
        violated(name_of(node, incarnation, sequence) + " breaks the chain");
      }
      if (tell_ && event) tell_event("taken", {node, incarnation, sequence}, *event);
      head = {.sequence = sequence, .hash = crypto::sha256(flat)};
      return true;
    });
    return true;
  });
}

void Oracle::read_new_orders(const journal::View& store) {
  std::vector<std::pair<model::NodeId, model::Grant>> grants;
  store.scan("Q", journal::after_prefix("Q"), [&](BytesView key, BytesView) {
    const auto node = FieldReader::of_key(key).take<std::uint32_t>();
    std::uint64_t& read = orders_[node];
    store.scan(Fields{'q'}.add(node).add(read + 1).bytes(), journal::after_prefix(Fields{'q'}.add(node).bytes()),
               [&](BytesView, BytesView packed) {
                 ++read;
                 const auto order = wire::decode_order(flat_of(packed)).value();
                 if (tell_) tell_order(model::NodeId{node}, order);
                 const auto* grant = std::get_if<model::Grant>(&order.what);
                 if (grant) grants.emplace_back(model::NodeId{node}, *grant);
                 return true;
               });
    return true;
  });
  // One turn may give a task to two nodes one after the other.
  std::ranges::sort(grants, {}, [](const auto& one) { return one.second.token; });
  for (const auto& [node, grant] : grants) {
    move_bag(store, node, grant);
    check_grant(node, grant);
  }
}

// I7: tokens are unique and grow, over all lives but for those that an unaware coordinator gives: check_welcome() sees
// to it that it stays so only as long as nobody could tell it. Within its own life its tokens are as strict as any.
void Oracle::check_token(const model::Grant& grant) {
  const bool is_unaware = unaware_ == grant.token.generation;
  const auto known = tokens_.find(grant.token);
  if (known != tokens_.end() && !is_unaware) {
    violated(
        fmt::format("{} was given to {} and to {}", text_of(grant.token), to_text(known->second), to_text(grant.task)));
  }
  if (grant.token <= last_token_)
    violated(fmt::format("{} comes after {}", text_of(grant.token), text_of(last_token_)));
  last_token_ = grant.token;
  given_unheard_ += known != tokens_.end() ? 1 : 0;
  given_anew_ += unsaid_.contains(grant.token) ? 1 : 0;
  tokens_.insert_or_assign(grant.token, grant.task);
  model::Token& newest = newest_token_[grant.task];
  if (grant.token <= newest && !is_unaware) violated(fmt::format("the token of {} does not grow", to_text(grant.task)));
  newest = std::max(newest, grant.token);
}

// What has been counted and acknowledged is never granted again.
void Oracle::check_grant(model::NodeId node, const model::Grant& grant) {
  check_token(grant);
  if (grant.programme.value() == escrow_programme) {
    cell_of_[grant.task] =
        fmt::format("{}.{} round {}", grant.task.plan.value(), grant.task.revision, static_cast<int>(grant.round));
    if (unaware_ == grant.token.generation) unaware_grants_.emplace(grant.token, node);
  }
  if (cancelled_.contains(grant.task)) {
    violated(fmt::format("{} is granted to node {} after it was cancelled", to_text(grant.task), node.value()));
  }
  if (unaware_ == grant.token.generation) given_unaware_ += counted_.erase(grant.task);
  if (counted_.contains(grant.task)) {
    violated(fmt::format("{} is granted to node {} again after its verdict was counted and acknowledged",
                         to_text(grant.task), node.value()));
  }
}

void Oracle::on_office_committed(const journal::View& store) {
  read_new_events(store);
  read_new_orders(store);
  check_cancelled(store);
}

void Oracle::on_office_heard(const Bytes& frame) {
  const auto envelope = wire::decode_envelope(frame);
  const auto* hello = envelope ? std::get_if<model::Hello>(&envelope->message) : nullptr;
  if (hello) hello_tokens_[envelope->session] = hello->highest_token;
}

// Whoever names a token that this store has not given tells it that it was put back: it begins a generation, and goes
// on in the old one with nobody. So a token that is given twice is known to no node that was heard in between.
void Oracle::check_welcome(const journal::View& store, model::NodeId node, std::uint64_t session) const {
  const auto told = hello_tokens_.find(session);
  if (told == hello_tokens_.end()) return;
  const auto numbers = coordinator::tables::numbers(store);
  if (told->second <= model::Token{numbers.generation, numbers.tokens}) return;
  violated(fmt::format("node {} is welcome with {}, which this coordinator has not given", node.value(),
                       text_of(told->second)));
}

// I1 and I13: an acknowledgement says what is durable. I3: one counted verdict per task. I11: nothing names the
// enterprise.
void Oracle::on_office_said(const journal::View& store, model::NodeId node, const model::Envelope& envelope,
                            const Bytes& frame) {
  const model::Message& message = envelope.message;
  if (province::stands_in(frame, canary))
    violated(fmt::format("a message to node {} names the enterprise", node.value()));
  if (const auto* orders = std::get_if<model::Orders>(&message)) note_said(*orders);
  if (std::holds_alternative<model::Welcome>(message)) check_welcome(store, node, envelope.session);
  const auto* ack = std::get_if<model::Ack>(&message);
  if (!ack || ack->provisional) return;
  for (std::uint64_t sequence = ack->upto; sequence > 0; --sequence) {
    const Place place{node.value(), ack->incarnation, sequence};
    const auto held = event_at_office(store, place);
    if (!held) violated(name_of(place.node, place.incarnation, sequence) + " is acknowledged and not stored");
    const Hash hash = crypto::sha256(*held);
    const auto [known, is_new] = acked_.try_emplace(place, Acked{hash, life_});
    const bool is_same = !is_new && known->second.hash == hash;
    if (is_same && known->second.life == life_) break;
    known->second.life = life_;
    if (is_same) continue;
    if (!is_new && !lost_.contains(place)) {
      violated(name_of(place.node, place.incarnation, sequence) + " is another one than was acknowledged");
    }
    known->second.hash = hash;
    ++acknowledged_;
  }
  if (tell_) tell_notes(node, *ack, store);
  for (const model::EventNote& note : ack->notes) {
    if (note.disposition != model::Disposition::counted) continue;
    const Place place{node.value(), ack->incarnation, note.sequence};
    const auto event = wire::decode_event(event_at_office(store, place).value());
    if (cancelled_.contains(event.value().task)) violated(to_text(event->task) + " is counted after it was cancelled");
    const auto known = counted_.find(event->task);
    if (known != counted_.end() && known->second != place && is_unaware(store)) {
      counted_.erase(known);
      ++given_unaware_;
    }
    const auto [counted, is_new] = counted_.emplace(event->task, place);
    if (!is_new && counted->second != place) {
      violated(fmt::format("{} is counted twice: {} and {}", to_text(event->task),
                           name_of(counted->second.node, counted->second.incarnation, counted->second.sequence),
                           name_of(place.node, place.incarnation, place.sequence)));
    }
  }
}

// Everything acknowledged that is neither at the coordinator nor at a node: both copies are gone, and nothing could
// have prevented it. It is declared, and no more asked for. Only a coordinator that was put back since has that excuse.
// So is what one of two machines with one key holds and the coordinator has forgotten: it cannot know which of them it
// had heard, and the events of the other become evidence.
void Oracle::declare_lost(const journal::View& office, const std::vector<Station>& stations) {
  for (const auto& [place, acked] : acked_) {
    if (lost_.contains(place)) continue;
    const Place at = place;
    const auto is_it = [&hash = acked.hash](const std::optional<Bytes>& event) {
      return event && crypto::sha256(*event) == hash;
    };
    if (is_it(event_at_office(office, at))) continue;
    if (acked.life == life_) {
      violated(name_of(at.node, at.incarnation, at.sequence) + " is not here any more, and this store acknowledged it");
    }
    const bool held =
        std::ranges::any_of(stations, [&](const Station& one) { return is_it(event_at_station(one, at)); });
    const auto machines =
        std::ranges::count_if(stations, [&](const Station& one) { return !one.gone && one.node().value() == at.node; });
    if (held && machines < 2) continue;
    contested_ += held ? 1 : 0;
    lost_.insert(place);
    std::erase_if(counted_, [&](const auto& one) { return one.second == at; });
  }
}

void Oracle::on_node_waived(const journal::View& office, model::NodeId node) {
  done_without_ += std::erase_if(counted_, [&](const auto& one) {
    return one.second.node == node.value() && !event_at_office(office, one.second);
  });
}

void Oracle::note_said(const model::Orders& orders) {
  for (const Bytes& flat : orders.orders) {
    const auto order = wire::decode_order(flat).value();
    if (const auto* grant = std::get_if<model::Grant>(&order.what)) said_.insert(grant->token);
  }
}

// A token that is in no store any more and never left the coordinator was given to nobody.
void Oracle::forget_unsaid_tokens(const journal::View& store) {
  std::set<model::Token> held;
  store.scan("q", journal::after_prefix("q"), [&](BytesView, BytesView packed) {
    const auto order = wire::decode_order(flat_of(packed)).value();
    if (const auto* grant = std::get_if<model::Grant>(&order.what)) held.insert(grant->token);
    return true;
  });
  std::erase_if(tokens_, [&](const auto& one) {
    const bool is_unsaid = !held.contains(one.first) && !said_.contains(one.first);
    if (is_unsaid) unsaid_.insert(one.first);
    return is_unsaid;
  });
  newest_token_.clear();
  for (const auto& [token, task] : tokens_) newest_token_[task] = std::max(newest_token_[task], token);
}

void Oracle::on_office_put_back(const journal::View& store, const std::vector<Station>& stations, bool noticed) {
  heads_.clear();
  reading_anew_ = true;
  read_new_events(store);
  reading_anew_ = false;
  orders_.clear();
  store.scan("Q", journal::after_prefix("Q"), [&](BytesView key, BytesView record) {
    orders_[FieldReader::of_key(key).take<std::uint32_t>()] = FieldReader{record}.take<std::uint64_t>();
    return true;
  });
  was_put_back_ = true;
  is_noticed_ = noticed;
  ++life_;
  unaware_.reset();
  const auto numbers = coordinator::tables::numbers(store);
  last_token_ = {numbers.generation, numbers.tokens};
  if (!noticed) {
    unaware_ = numbers.generation;
    forget_unsaid_tokens(store);
  }
  forget_cancellations(store);
  forget_bags(store, stations);
  declare_lost(store, stations);
}

// What it writes from here on stands in the places of what it had written since the backup.
void Oracle::on_station_put_back(const Station& station, const journal::View& office,
                                 const std::vector<Station>& stations) {
  std::erase_if(seen_at_station_, [&](const auto& one) { return one.first.first == station.place(); });
  station.disk().read()->scan("e", journal::after_prefix("e"), [&](BytesView key, BytesView) {
    FieldReader fields = FieldReader::of_key(key);
    const auto incarnation = fields.take<std::uint32_t>();
    seen_at_station_[{station.place(), incarnation}] = fields.take<std::uint64_t>();
    return true;
  });
  on_station_lost(office, stations);
}

void Oracle::on_station_lost(const journal::View& office, const std::vector<Station>& stations) {
  forget_bags(office, stations);
  declare_lost(office, stations);
}

// A number is on the label of one sample, unless nobody holds any more that it was given: then both the coordinator and
// the node were put back over the same interval, and nothing could have prevented it.
void Oracle::take_number(const Station& station, const std::string& number, const Label& label,
                         const std::function<bool(const Label&)>& is_held) {
  const auto [known, is_new] = numbers_.emplace(number, label);
  if (is_new || known->second.task == label.task || station.may_repeat_numbers) return;
  if (is_held(known->second)) {
    violated(fmt::format("number {} is on the labels of {} and {}", number, to_text(known->second.task),
                         to_text(label.task)));
  }
  ++numbers_forgotten_;
  known->second = label;
}

void Oracle::on_station_committed(const Station& station, const journal::View& office,
                                  const std::vector<Station>& stations) {
  const auto is_held = [&](const Label& label) {
    const auto is_it = [&](const std::optional<Bytes>& event) {
      return event && crypto::sha256(*event) == label.event;
    };
    return is_it(event_at_office(office, label.place)) ||
           std::ranges::any_of(stations, [&](const Station& one) { return is_it(event_at_station(one, label.place)); });
  };
  const auto store = station.disk().read();
  store->scan("e", journal::after_prefix("e"), [&](BytesView key, BytesView packed) {
    FieldReader fields = FieldReader::of_key(key);
    const auto incarnation = fields.take<std::uint32_t>();
    const Place place{station.node().value(), incarnation, fields.take<std::uint64_t>()};
    std::uint64_t& seen = seen_at_station_[{station.place(), incarnation}];
    if (place.sequence <= seen) return true;
    seen = place.sequence;
    const Bytes flat = flat_of(packed);
    const auto event = wire::decode_event(flat);
    if (!event) return true;
    if (tell_) tell_event("written", place, *event);
    const Label label{event->task, place, crypto::sha256(flat)};
    if (const auto* one = std::get_if<model::Renumbered>(&event->what)) {
      take_number(station, one->before.text(), label, is_held);
      take_number(station, one->number.text(), label, is_held);
    }
    if (const auto* one = std::get_if<model::Sampled>(&event->what)) {
      take_number(station, one->number.text(), label, is_held);
      note_bag(station, label, *event, stations);
    }
    return true;
  });
}

// Approvals and the records they name, as they are held.
struct Oracle::Verdicts {
  struct Record {
    model::Judged judged;
    model::PersonId analyst;
  };
  std::map<Hash, Record> records;
  std::vector<std::pair<Place, model::Event>> approvals;
};

Oracle::Verdicts Oracle::read_verdicts(const journal::View& store) {
  Verdicts verdicts;
  store.scan("e", journal::after_prefix("e"), [&](BytesView key, BytesView packed) {
    const Bytes flat = flat_of(packed);
    const auto event = wire::decode_event(flat);
    if (!event) return true;
    if (const auto* one = std::get_if<model::Judged>(&event->what)) {
      verdicts.records.emplace(crypto::sha256(flat), Verdicts::Record{*one, event->person});
    }
    if (!std::holds_alternative<model::Approved>(event->what)) return true;
    FieldReader fields = FieldReader::of_key(key);
    const auto node = fields.take<std::uint32_t>();
    const auto incarnation = fields.take<std::uint32_t>();
    verdicts.approvals.emplace_back(Place{node, incarnation, fields.take<std::uint64_t>()}, *event);
    return true;
  });
  return verdicts;
}

// I3, I4 and I10. An approval that has no row among the exceptions is one that counts: which those are is the product's
// ruling here, and recount_from_bytes() has its own.
std::set<model::TaskId> Oracle::recount_cells(const journal::View& store) {
  const Verdicts verdicts = read_verdicts(store);
  std::map<CellName, Cell> cells;
  std::set<model::TaskId> judged;
  for (const auto& [place, event] : verdicts.approvals) {
    if (coordinator::tables::exception_at(store, {model::NodeId{place.node}, place.incarnation, place.sequence})) {
      continue;
    }
    const auto& approved = std::get<model::Approved>(event.what);
    if (!judged.insert(event.task).second) violated(to_text(event.task) + " has two verdicts that count");
    const auto record = verdicts.records.find(approved.record);
    if (record == verdicts.records.end()) violated(to_text(event.task) + " is counted without its record");
    const auto task = coordinator::tables::task(store, event.task);
    if (!task) violated(to_text(event.task) + " is counted and does not exist");
    if (task->token != event.token || task->node.value() != place.node) {
      violated(to_text(event.task) + " is counted under a grant that had ended");
    }
    const std::set<model::PersonId> people{record->second.analyst, approved.reviewer, event.person};  // I10
    if (people.size() != 3) violated(to_text(event.task) + " is counted, and two of its three people are one");
    const model::Judged& judged_as = record->second.judged;
    const CivilDate day = judged_as.judged_for;
    const int months = static_cast<int>(day.year()) * 12 + static_cast<int>(unsigned{day.month()}) - 1;
    Cell& cell = cells[cell_name({.programme = task->programme,
                                  .city = task->city,
                                  .category = task->category,
                                  .stage = task->stage,
                                  .month = static_cast<std::uint16_t>(months),
                                  .laboratory = task->laboratory})];
    ++(judged_as.outcome == model::SampleOutcome::pass   ? cell.pass
       : judged_as.outcome == model::SampleOutcome::fail ? cell.fail
                                                         : cell.other);
  }
  std::map<CellName, Cell> stored;
  coordinator::tables::for_each_cell_tally(store, [&](const auto& key, const auto& tally) {
    if (tally.first == coordinator::tables::Verdicts{}) return;
    stored[cell_name(key)] = {tally.first.pass, tally.first.fail, tally.first.problem + tally.first.undetermined};
    if (!(tally.first == tally.final)) violated("first and final counts differ without a retest");
  });
  if (stored != cells) violated("the aggregates are not what the events say");
  return judged;
}

// I5.
void Oracle::recount_states(const journal::View& store, const std::set<model::TaskId>& judged) {
  std::uint64_t planned = 0;
  std::uint64_t in_state_judged = 0;
  std::uint64_t in_state_cancelled = 0;
  coordinator::tables::for_each_states_row(store, [&](const auto& row) {
    planned += row.counts.total();
    in_state_judged += row.counts[model::TaskState::judged];
    in_state_cancelled += row.counts[model::TaskState::cancelled];
  });
  std::uint64_t tasks = 0;
  std::uint64_t tasks_judged = 0;
  std::uint64_t tasks_cancelled = 0;
  store.scan("t", journal::after_prefix("t"), [&](BytesView, BytesView record) {
    const auto task = wire::decode_record<model::Task>(record).value();
    ++tasks;
    const bool is_judged = task.state == model::TaskState::judged;
    tasks_judged += is_judged;
    tasks_cancelled += task.state == model::TaskState::cancelled;
    if (is_judged != judged.contains(task.id))
      violated(to_text(task.id) + " is judged without a counted verdict, or not");
    return true;
  });
  if (in_state_cancelled != tasks_cancelled) violated("cancelled tasks do not add up");
  if (in_state_judged != tasks_judged || judged.size() != tasks_judged) violated("tasks by state do not add up");
  if (planned < tasks) violated("there are more tasks than planned");
}

void Oracle::recount(const journal::View& store) const {
  if (store.get("O")) return;  // recovering: what is held is not decided yet
  bool deferring = false;
  store.scan("I", journal::after_prefix("I"), [&](BytesView, BytesView) {
    deferring = true;
    return false;
  });
  if (deferring) return;
  const auto judged = recount_cells(store);
  recount_states(store, judged);
  if (!was_put_back_) recount_from_bytes(store, judged.size());
  for (const auto disposition : {model::Disposition::late, model::Disposition::quarantined}) {  // I15
    std::uint64_t rows = 0;
    coordinator::tables::for_each_exception(store, disposition, {}, [&](const auto&) {
      ++rows;
      return true;
    });
    if (rows != coordinator::tables::exception_count(store, disposition)) violated("the count of exceptions is wrong");
  }
}

// I11 in what is stored, packed or not, and in what was put aside of it. The coordinator has the names: a search that
// does not find them there would find them nowhere.
void Oracle::check_blindness(const journal::View& office, const std::vector<Station>& stations) const {
  std::uint64_t at_office = 0;
  office.scan("", Bytes(journal::View::key_max, '\xFF'), [&](BytesView, BytesView record) {
    at_office += province::stands_in(record, canary);
    return true;
  });
  if (at_office == 0) violated("the coordinator's own store does not name the enterprise: the search proves nothing");
  for (const Station& station : stations) {
    Records records = station.disk().records();
    if (station.backup) records.insert(records.end(), station.backup->begin(), station.backup->end());
    for (const auto& [key, record] : records) {
      if (province::stands_in(key, canary) || province::stands_in(record, canary)) {
        violated("a laboratory's store names the enterprise");
      }
    }
  }
}

// I1, I2 and I11 when everything is quiet.
void Oracle::check_end(const journal::View& office, const std::vector<Station>& stations) {
  recount(office);
  check_blindness(office, stations);
  check_losses(office, stations);
  check_batches(office);
  for (const auto& [place, acked] : acked_) {
    if (lost_.contains(place)) continue;
    const auto held = event_at_office(office, place);
    if (!held || crypto::sha256(*held) != acked.hash) {
      violated(name_of(place.node, place.incarnation, place.sequence) + " was acknowledged and is not here any more");
    }
  }
  for (const auto& [task, place] : counted_) {
    if (!coordinator::tables::task(office, task)) {  // of a plan that came after the backup: kept, shown, not counted
      ++orphaned_;
      continue;
    }
    if (coordinator::tables::exception_at(office, {model::NodeId{place.node}, place.incarnation, place.sequence})) {
      violated(to_text(task) + " was acknowledged as counted and is not any more");
    }
  }
  for (const Station& station : stations) {
    if (station.gone) continue;
    // What the laboratory shows of a sample is what the province has counted.
    const auto here = station.disk().read();
    node::tables::scan_samples(*here, {}, std::nullopt, [&](const model::Sample& sample) {
      const auto counted = coordinator::tables::task_file(office, sample.grant.task).result();
      const bool by_this_node = counted && counted->counted_version > 0 && counted->node == station.node();
      const bool says_so = sample.disposition == model::Disposition::counted;
      if (by_this_node && says_so && sample.record != counted->record) {
        violated(to_text(sample.grant.task) + " has another verdict at its laboratory than the one that counts");
      }
      return true;
    });
    station.disk().read()->scan("", Bytes(64, '\xFF'), [&](BytesView key, BytesView record) {
      if (key.front() == 'H') violated("displaced events have not become evidence");
      if (key.front() != 'e') return true;
      FieldReader fields = FieldReader::of_key(key);
      const auto incarnation = fields.take<std::uint32_t>();
      const Place place{station.node().value(), incarnation, fields.take<std::uint64_t>()};
      const Bytes flat = flat_of(record);
      if (event_at_office(office, place) != flat) {
        violated(name_of(place.node, place.incarnation, place.sequence) + " is at its node and not at the coordinator");
      }
      if (const auto event = wire::decode_event(flat); event && std::holds_alternative<model::Forked>(event->what)) {
        ++evidence_;
      }
      return true;
    });
  }
}

}  // namespace lab::sim
