#include "coordinator/tables/held_events.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "protocol/crypto/crypto.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator::tables {
namespace {

bool is_failed(const model::ItemVerdict& item) {
  return item.outcome == model::ItemOutcome::fail || item.outcome == model::ItemOutcome::conditional_fail;
}

// As the events at `place` and of its signatures say; what was counted is the same in both.
model::ResultEntry result_at(const journal::View& store, const EventPlace& place, const model::ResultEntry& newest) {
  const model::Event event = event_at(store, place);
  const auto& judged = std::get<model::Judged>(event.what);
  model::ResultEntry result = newest;
  result.node = place.node;
  result.incarnation = place.incarnation;
  result.judged_at = place.sequence;
  result.record = crypto::sha256(*session::held_event(store, place.node, place.incarnation, place.sequence));
  result.analyst = event.person;
  result.judged_for = judged.judged_for;
  result.version = judged.version;
  result.outcome = judged.outcome;
  result.failed.clear();
  std::ranges::copy_if(judged.items, std::back_inserter(result.failed), is_failed);
  result.lot = judged.lot;
  return result;
}

}  // namespace

model::Event event_at(const journal::View& store, const EventPlace& place) {
  const auto flat = session::held_event(store, place.node, place.incarnation, place.sequence);
  if (!flat) throw journal::Damage("an event whose place is noted is not held");
  auto event = wire::decode_event(*flat);
  if (!event) throw journal::Damage("a held event cannot be read: " + to_text(event.error()));
  return std::move(*event);
}

model::Judged judged_at(const journal::View& store, const EventPlace& place) {
  model::Event event = event_at(store, place);
  auto* const judged = std::get_if<model::Judged>(&event.what);
  if (judged == nullptr) throw journal::Damage("the event of a verdict is none");
  return std::move(*judged);
}

std::optional<ApprovedVerdict> approved_verdict(const journal::View& store, const TaskFile& file,
                                                std::uint16_t version) {
  std::map<Hash, EventPlace> records;
  for (const EventPlace& place : file.places()) {
    const auto flat = session::held_event(store, place.node, place.incarnation, place.sequence);
    const model::Event event = event_at(store, place);
    if (std::holds_alternative<model::Judged>(event.what)) records.emplace(crypto::sha256(*flat), place);
    const auto* const approved = std::get_if<model::Approved>(&event.what);
    if (approved == nullptr || approved->version != version || exception_at(store, place)) continue;
    const auto record = records.find(approved->record);
    if (record == records.end()) return std::nullopt;
    return ApprovedVerdict{record->second, approved->reviewer};
  }
  return std::nullopt;
}

std::optional<model::ResultEntry> counted_result(const journal::View& store, const TaskFile& file) {
  auto result = file.result();
  if (!result || result->counted_version == 0) return std::nullopt;
  if (result->version == result->counted_version) return result;
  if (auto kept = file.kept()) return kept;
  const auto approved = approved_verdict(store, file, result->counted_version);
  if (!approved) return std::nullopt;
  model::ResultEntry counted = result_at(store, approved->place, *result);
  counted.reviewer = approved->reviewer;
  return counted;
}

std::vector<model::Measured> measured_before(const journal::View& store, const TaskFile& file,
                                             const EventPlace& verdict) {
  std::vector<model::Measured> all;
  for (const EventPlace& place : file.places()) {
    if (place.node != verdict.node || !(place < verdict)) continue;
    model::Event event = event_at(store, place);
    if (auto* const measured = std::get_if<model::Measured>(&event.what)) all.push_back(std::move(*measured));
  }
  return all;
}

}  // namespace lab::coordinator::tables
