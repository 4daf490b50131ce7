#pragma once
// The whole conversation of coordinator and lab-node (sync.md section 2). One message is one frame.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/task.hpp"

namespace lab::model {

constexpr std::uint16_t protocol_version = 1;

/// How far one stream of a node has come.
struct StreamHead {
  std::uint32_t incarnation = 1;
  std::uint64_t sequence = 0;  // highest durable event
  Hash hash;                   // its hash

  bool operator==(const StreamHead&) const = default;
};

enum class Mode : std::uint8_t { normal, recovery };

enum class RefuseReason : std::uint8_t {
  version,
  unknown_node,
  resync_needed,
  frozen,
  duplicate_session,
  bad_signature
};

const char* name_of(RefuseReason reason);

// ---- node -> coordinator

struct Hello {
  std::uint16_t protocol_min = protocol_version;
  std::uint16_t protocol_max = protocol_version;
  std::string build;
  std::vector<StreamHead> streams;  // one per incarnation; the last is the open one
  std::uint64_t orders = 0;         // highest order durable at the node
  Token highest_token;              // ever seen
  std::uint32_t generation = 0;     // of the coordinator, highest ever seen
  Hash reference;                   // reference set in use; none when it has none yet
  UtcTime clock{};
  std::uint64_t boot = 0;  // random per process start: two of them at once is a cloned PC

  bool operator==(const Hello&) const = default;
};

/// Consecutive events with a signature over the head they lead to.
struct Events {
  std::uint32_t incarnation = 1;
  std::uint64_t first = 0;
  std::vector<Bytes> events;  // encoded Event, flat
  Bytes signature;            // Ed25519 over wire::head_to_sign(...), 64 octets
  std::uint64_t orders = 0;   // highest order durable at the node: acknowledges orders without a message of its own

  bool operator==(const Events&) const = default;
};

/// "I hold your orders up to here", when there is no event to carry it.
struct OrdersAck {
  std::uint64_t upto = 0;

  bool operator==(const OrdersAck&) const = default;
};

struct BlobWant {
  Hash hash;
  std::uint64_t offset = 0;

  bool operator==(const BlobWant&) const = default;
};

struct Ping {
  UtcTime clock{};

  bool operator==(const Ping&) const = default;
};

/// First contact, on the enrolment socket only.
struct Enrol {
  std::string ticket;     // one-time token
  std::string curve_key;  // of the node, Z85, 40 characters
  Bytes signing_key;      // Ed25519 public key, 32 octets
  std::string name;       // of the bench PC, for people

  bool operator==(const Enrol&) const = default;
};

// ---- coordinator -> node

struct Welcome {
  std::uint16_t protocol = protocol_version;
  std::uint32_t generation = 0;
  Mode mode = Mode::normal;
  std::vector<StreamHead> cursors;  // highest contiguous event the coordinator holds, per incarnation
  Hash reference;                   // the reference set to judge by; fetch it by BlobWant when it is not the node's
  UtcTime clock{};

  bool operator==(const Welcome&) const = default;
};

struct Refuse {
  RefuseReason reason = RefuseReason::version;
  std::string explanation;

  bool operator==(const Refuse&) const = default;
};

struct EventNote {
  std::uint64_t sequence = 0;
  Disposition disposition = Disposition::stored;

  bool operator==(const EventNote&) const = default;
};

/// Cumulative; sent only after the commit that holds the events.
struct Ack {
  std::uint32_t incarnation = 1;
  std::uint64_t upto = 0;
  std::vector<EventNote> notes;  // only what is not simply stored

  bool operator==(const Ack&) const = default;
};

struct Orders {
  std::uint32_t generation = 0;
  std::vector<Bytes> orders;  // encoded Order, flat, consecutive
  Bytes signature;            // the coordinator's, over wire::orders_to_sign(...)

  bool operator==(const Orders&) const = default;
};

struct BlobChunk {
  Hash hash;
  std::uint64_t offset = 0;
  std::uint64_t total = 0;
  Bytes bytes;  // at most wire::blob_chunk_max

  bool operator==(const BlobChunk&) const = default;
};

struct Pong {
  UtcTime clock{};

  bool operator==(const Pong&) const = default;
};

struct Enrolled {
  NodeId node;
  LaboratoryId laboratory;
  std::string laboratory_name;
  Bytes signing_key;  // the coordinator's Ed25519 public key

  bool operator==(const Enrolled&) const = default;
};

using Message = std::variant<Hello, Events, OrdersAck, BlobWant, Ping, Enrol,  //
                             Welcome, Refuse, Ack, Orders, BlobChunk, Pong, Enrolled>;

/// A stable lower-case name, for logs and counters.
const char* name_of(const Message& message);

}  // namespace lab::model
