#pragma once
// What a core answers: changes to the store, then messages that leave after the changes are durable.

#include <string>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/message.hpp"

namespace lab::journal {

struct Put {
  Bytes key;
  Bytes record;
};

struct Erase {
  Bytes key;
};

/// To a peer: the node a coordinator speaks to; on a node's side, always the coordinator (`to` is the node itself).
struct Send {
  model::NodeId to;
  model::Message message;
  std::uint64_t session = 0;  // of which it is a part; zero: of none
};

/// Something a person should see: a refusal, an incident, a damaged label.
struct Tell {
  std::string about;  // task, sample or node
  std::string note;
};

struct WakeAt {
  UtcTime at;
};

using Effect = std::variant<Put, Erase, Send, Tell, WakeAt>;

/// In the order they were decided. The shell applies every Put and Erase of one turn, commits once, and only then
/// sends.
using Effects = std::vector<Effect>;

/// Appends `more` to `effects`.
void append(Effects& effects, Effects&& more);

}  // namespace lab::journal
