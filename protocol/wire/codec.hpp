#pragma once
// Values to bytes and back. The only folder that knows Cap'n Proto.
//
// `encode` gives the flat form, which is what is sent and what is hashed; `pack` makes it smaller for the store and
// `unpack` gives back exactly the same flat bytes. Bytes received are kept and hashed as they came, never encoded anew.
// Decoding never trusts its input: limits below, UTF-8 and control characters checked, enumerations in range.
// Everything here is pure and safe on any thread.

#include <cstddef>

#include "protocol/base/result.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/registry.hpp"
#include "protocol/model/sample.hpp"
#include "protocol/model/task.hpp"
#include "protocol/model/tray.hpp"

namespace lab::wire {

constexpr std::size_t segments_max = 16;             // an honest encoder makes one or two
constexpr std::size_t nesting_max = 16;              // our deepest structure nests 6
constexpr std::size_t text_max = 64 * 1024;          // octets of one text
constexpr std::size_t event_max = 128 * 1024;        // octets of one encoded event: 1,000 determinations
constexpr std::size_t forked_event_max = 96 * 1024;  // octets of an event that still fits within another one
constexpr std::size_t events_per_message_max = 256;  // what one signature covers; the octets bound it sooner
constexpr std::size_t events_bytes_max = 256 * 1024;
constexpr std::size_t orders_per_message_max = 256;  // a grant is about 250 octets
constexpr std::size_t tree_proof_max = 64;           // hashes; a tree of 2^40 events needs 41
constexpr std::size_t blob_chunk_max = 128 * 1024;
constexpr std::size_t message_max = 1 << 20;  // transport refuses larger frames

Bytes encode(const model::Message& message, std::uint64_t session = 0);
Result<model::Envelope> decode_envelope(BytesView flat);
/// What it says, whatever session it is of.
Result<model::Message> decode_message(BytesView flat);

Bytes encode(const model::Event& event);
Result<model::Event> decode_event(BytesView flat);

Bytes encode(const model::Order& order);
Result<model::Order> decode_order(BytesView flat);

/// Records of the stores, packed. Decoding one that was encoded here fails only if the store is damaged.
Bytes encode_record(const model::Task& task);
Bytes encode_record(const model::Laboratory& laboratory);
Bytes encode_record(const model::NodeEntry& node);
Bytes encode_record(const model::Ticket& ticket);
Bytes encode_record(const model::PlanEntry& plan);
Bytes encode_record(const model::ResultEntry& result);
Bytes encode_record(const model::Sample& sample);
Bytes encode_record(const model::CaptureEntry& capture);
Bytes encode_record(const model::QuarantineEntry& entry);
Bytes encode_record(const model::RunEntry& run);
Bytes encode_record(const model::TrayEntry& entry);
Bytes encode_record(const std::vector<model::FormField>& fields);

/// `decode_record<model::Task>(bytes)`: for the types above.
template <class Record>
Result<Record> decode_record(BytesView packed);

Bytes pack(BytesView flat);
/// Malformed when the bytes are not something `pack` made, or unpack to more than `message_max`.
Result<Bytes> unpack(BytesView packed);

/// What the signature of an Events message covers: the stream's head after its last event.
Bytes head_to_sign(model::NodeId node, const model::StreamHead& head);
/// What the signature of an Orders message covers: the orders themselves, for this node.
Bytes orders_to_sign(model::NodeId node, const model::Orders& orders);
/// What a node's new signing key signs, to show that the node has it.
Bytes keys_to_sign(model::NodeId node, const model::KeysReplaced& keys);
/// What the coordinator signs when it announces its next CURVE key.
Bytes server_key_to_sign(const std::string& curve_key, UtcTime from);
/// What an approver's signature covers: the judged record and what the signature means.
Bytes approval_to_sign(const Hash& record, const model::PersonId& approver);

}  // namespace lab::wire
