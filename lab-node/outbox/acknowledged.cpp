#include "lab-node/outbox/acknowledged.hpp"

#include <fmt/format.h>

#include "lab-node/tables/tables.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::outbox {
namespace {

namespace tables = node::tables;

bool is_trouble(model::Disposition disposition) {
  return disposition == model::Disposition::late || disposition == model::Disposition::quarantined;
}

// What is said of an approval counts; of any other event only trouble, and only while the approval has no answer.
bool says_something_new(const model::Sample& sample, const model::Event& event, model::Disposition disposition) {
  if (sample.disposition == disposition || sample.grant.token != event.token) return false;
  if (std::holds_alternative<model::Approved>(event.what)) return true;
  return is_trouble(disposition) && !sample.disposition;
}

}  // namespace

void take_acknowledgement(journal::Draft& draft, const model::Ack& ack) {
  pass("outbox.acknowledged");
  for (const model::EventNote& note : ack.notes) {
    const auto bytes = session::event_bytes(draft, ack.incarnation, note.sequence);
    if (!bytes) continue;
    const auto event = wire::decode_event(*bytes);
    if (!event) {  // written by a newer program; what became of it is still told
      draft.tell("event", fmt::format("协调端对第 {} 号事件（本程序读不懂）的处理：{}", note.sequence,
                                      name_of(note.disposition)));
      continue;
    }
    auto sample = tables::sample(draft, event->task);
    if (!sample) continue;
    if (is_trouble(note.disposition)) {
      draft.tell(sample->grant.number.text(), fmt::format("协调端对第 {} 号事件（{}）的处理：{}", note.sequence,
                                                          name_of(event->what), name_of(note.disposition)));
    }
    if (!says_something_new(*sample, *event, note.disposition)) continue;
    sample->disposition = note.disposition;
    tables::put_sample(draft, *sample, sample->state);
  }
}

}  // namespace lab::outbox
