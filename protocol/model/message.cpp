#include "protocol/model/message.hpp"

#include <array>

namespace lab::model {

const char* name_of(RefuseReason reason) {
  switch (reason) {
    case RefuseReason::version:
      return "version";
    case RefuseReason::unknown_node:
      return "unknown_node";
    case RefuseReason::resync_needed:
      return "resync_needed";
    case RefuseReason::frozen:
      return "frozen";
    case RefuseReason::duplicate_session:
      return "duplicate_session";
    case RefuseReason::bad_signature:
      return "bad_signature";
    case RefuseReason::no_session:
      return "no_session";
  }
  return "version";
}

const char* name_of(const Message& message) {
  static constexpr std::array names{"hello",    "events",         "orders_ack", "blob_want", "ping",       "enrol",
                                    "welcome",  "refuse",         "ack",        "orders",    "blob_chunk", "pong",
                                    "enrolled", "resync_request", "resync",     "inventory"};
  static_assert(names.size() == std::variant_size_v<Message>);
  return names[message.index()];
}

}  // namespace lab::model
