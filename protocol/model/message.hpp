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
#include "protocol/model/tree_head.hpp"

namespace lab::model {

constexpr std::uint16_t protocol_version = 2;
/// The oldest one that is still spoken: a node of it cannot resynchronise, and is refused as it always was.
constexpr std::uint16_t protocol_oldest = 1;

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
  bad_signature,
  no_session  // whoever speaks has not said HELLO, or long ago: say it again
};

const char* name_of(RefuseReason reason);

// ---- node -> coordinator

struct Hello {
  std::uint16_t protocol_min = protocol_oldest;
  std::uint16_t protocol_max = protocol_version;
  std::string build;
  std::vector<StreamHead> streams;  // one per incarnation; the last is the open one
  std::uint64_t orders = 0;         // highest order durable at the node
  Token highest_token;              // ever seen
  std::uint32_t generation = 0;     // of the coordinator, highest ever seen
  Hash reference;                   // reference set in use; none when it has none yet
  UtcTime clock{};
  std::uint64_t boot = 0;           // random per process start: two of them at once is a cloned PC
  std::uint64_t previous_boot = 0;  // of the process that had this store before; zero when there was none
  std::uint64_t acknowledged = 0;   // events of the open stream that the coordinator has said it holds
  bool resync = false;              // the node knows that its store is not what it was, and asks what is held of it
  TreeHead tree{};                  // the last one it has kept, as it was signed

  bool operator==(const Hello&) const = default;
};

/// Consecutive events with a signature over the head they lead to.
struct Events {
  std::uint32_t incarnation = 1;
  std::uint64_t first = 0;
  std::vector<Bytes> events;  // encoded Event, flat
  Bytes signature;            // Ed25519 over wire::head_to_sign(...), 64 octets
  std::uint64_t orders = 0;   // highest order durable at the node: acknowledges orders without a message of its own
  std::uint64_t tree = 0;     // leaves of the last tree head it has kept: the answer's proof begins there

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

/// What is held of this node, from `from` on. Incarnation 0: a new one is needed too.
struct ResyncRequest {
  std::uint32_t incarnation = 0;
  std::uint32_t from_incarnation = 1;
  std::uint64_t from_sequence = 1;

  bool operator==(const ResyncRequest&) const = default;
};

/// The highest serial on a label, of one year and programme.
struct SerialSeen {
  SerialKind kind;
  std::uint32_t highest = 0;

  bool operator==(const SerialSeen&) const = default;
};

/// What a node holds that a coordinator put back from a backup may have given out and forgotten.
struct Inventory {
  std::vector<SerialSeen> serials;
  std::vector<SerialBlock> blocks;  // what is left of those leased

  bool operator==(const Inventory&) const = default;
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

/// The CURVE key that the coordinator will have from some time on, signed with its signing key
/// (wire::server_key_to_sign).
struct NextServerKey {
  std::string curve_key;  // Z85
  UtcTime from{};
  Bytes signature;

  bool operator==(const NextServerKey&) const = default;
};

struct Welcome {
  std::uint16_t protocol = protocol_version;
  std::uint32_t generation = 0;
  Mode mode = Mode::normal;
  std::vector<StreamHead> cursors;  // highest contiguous event the coordinator holds, per incarnation
  Hash reference;                   // the reference set to judge by; fetch it by BlobWant when it is not the node's
  UtcTime clock{};
  std::uint64_t orders_base = 0;  // orders of this generation are numbered from the next on
  ShownHead tree{};
  Bytes node_key{};  // signing key that this node is known by; empty: the coordinator is of a version before
  std::optional<NextServerKey> next_server{};

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
  Hash hash;                     // of event `upto`, so that a node sees whether it is its own
  std::uint64_t first = 0;       // the notes are on events from here to `upto`; 0: on those of one message
  bool provisional = false;      // held, but do not rely on it yet: the coordinator is recovering
  ShownHead tree{};              // these events are in it

  bool operator==(const Ack&) const = default;
};

struct Orders {
  std::uint32_t generation = 0;
  std::vector<Bytes> orders;  // encoded Order, flat, consecutive
  Bytes signature;            // the coordinator's, over wire::orders_to_sign(...)

  bool operator==(const Orders&) const = default;
};

/// The answer to ResyncRequest: where the node's earlier incarnations end, the one it goes on in, and a piece of what
/// is held of it.
struct Resync {
  std::uint32_t incarnation = 0;
  std::vector<StreamHead> seals;
  std::uint64_t orders = 0;  // the last order to this node: they come before the events
  std::uint32_t from_incarnation = 1;
  std::uint64_t from_sequence = 1;
  std::vector<Bytes> events;     // consecutive, of one incarnation
  std::vector<EventNote> notes;  // what has become of them, as in Ack

  bool operator==(const Resync&) const = default;
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

using Message = std::variant<Hello, Events, OrdersAck, BlobWant, Ping, Enrol,          //
                             Welcome, Refuse, Ack, Orders, BlobChunk, Pong, Enrolled,  //
                             ResyncRequest, Resync, Inventory>;

/// A message of a session: every HELLO begins one, and answers to it name it. Zero: of none, or from a program of
/// protocol 1.
struct Envelope {
  std::uint64_t session = 0;
  Message message;
};

/// A stable lower-case name, for logs and counters.
const char* name_of(const Message& message);

}  // namespace lab::model
