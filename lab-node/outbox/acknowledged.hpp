#pragma once
// What the coordinator made of the events it got.

#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"

namespace lab::outbox {

/// Notes at each sample what was said of its approval, and tells a person of every event that came late or was
/// quarantined. Events that are not this store's are passed over.
void take_acknowledgement(journal::Draft& draft, const model::Ack& ack);

}  // namespace lab::outbox
