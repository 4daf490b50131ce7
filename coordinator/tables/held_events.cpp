#include "coordinator/tables/held_events.hpp"

#include <utility>

#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator::tables {

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
