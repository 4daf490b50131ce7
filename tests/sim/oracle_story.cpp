// One history told to a person: what was ordered, written, taken and answered of tasks.

#include <fmt/format.h>

#include "protocol/wire/codec.hpp"
#include "tests/sim/oracle.hpp"

namespace lab::sim {
namespace {

std::string text_of(const model::Token& token) { return fmt::format("{}.{}", token.generation, token.counter); }

}  // namespace

void Oracle::tell_order(model::NodeId node, const model::Order& order) const {
  if (const auto* grant = std::get_if<model::Grant>(&order.what)) {
    tell_(fmt::format("order {} to node {}: {} under token {}", order.sequence, node.value(), to_text(grant->task),
                      text_of(grant->token)));
  }
  if (const auto* revocation = std::get_if<model::Revocation>(&order.what)) {
    tell_(fmt::format("order {} to node {}: {} taken back", order.sequence, node.value(), to_text(revocation->task)));
  }
}

void Oracle::tell_event(const char* where, const Place& place, const model::Event& event) const {
  tell_(fmt::format("{} {}.{}.{}: {} of {} under token {}", where, place.node, place.incarnation, place.sequence,
                    model::name_of(event.what), to_text(event.task), text_of(event.token)));
}

void Oracle::tell_notes(model::NodeId node, const model::Ack& ack, const journal::View& store) const {
  for (const model::EventNote& note : ack.notes) {
    const auto bytes = event_at_office(store, {node.value(), ack.incarnation, note.sequence});
    const auto event = bytes ? wire::decode_event(*bytes) : fail(ErrorCode::not_found, "no event");
    tell_(fmt::format("answer to {}.{}.{}: {} of {}", node.value(), ack.incarnation, note.sequence,
                      model::name_of(note.disposition), event ? to_text(event->task) : "?"));
  }
}

}  // namespace lab::sim
