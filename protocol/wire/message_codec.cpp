#include "protocol/model/serial_range.hpp"
#include "protocol/wire/fields.hpp"

namespace lab::wire {
namespace {

void write_head(schema::StreamHead::Builder to, const model::StreamHead& from) {
  to.setIncarnation(from.incarnation);
  to.setSequence(from.sequence);
  to.setHash(as_hash(from.hash));
}

model::StreamHead read_head(schema::StreamHead::Reader from) {
  return {.incarnation = from.getIncarnation(), .sequence = from.getSequence(), .hash = read_hash(from.getHash())};
}

void write_note(schema::EventNote::Builder to, const model::EventNote& from) {
  to.setSequence(from.sequence);
  to.setDisposition(number_of(from.disposition));
}

model::EventNote read_note(schema::EventNote::Reader from) {
  return {.sequence = from.getSequence(),
          .disposition = read_enum(from.getDisposition(), model::Disposition::quarantined, "disposition")};
}

template <class List>
void write_blobs(List list, const std::vector<Bytes>& blobs) {
  for (unsigned i = 0; i < blobs.size(); ++i) list.set(i, as_data(blobs[i]));
}

std::vector<Bytes> read_blobs(const capnp::List<capnp::Data>::Reader& list, std::size_t count_max) {
  if (list.size() > count_max)
    throw Malformed(fmt::format("{} entries, at most {} are allowed", list.size(), count_max));
  return read_list<Bytes>(list, read_bytes);
}

void write_tree(schema::TreeHead::Builder to, const model::TreeHead& from) {
  to.setGeneration(from.generation);
  to.setBase(from.base);
  to.setSize(from.size);
  to.setRoot(as_hash(from.root));
  to.setAt(to_unix_ms(from.at));
  to.setSignature(as_data(from.signature));
}

void write_shown(schema::TreeHead::Builder to, const model::ShownHead& from) {
  write_tree(to, from.head);
  to.setFrom(from.from);
  auto proof = to.initProof(static_cast<unsigned>(from.proof.size()));
  for (unsigned i = 0; i < from.proof.size(); ++i) proof.set(i, as_data(from.proof[i].view()));
}

model::TreeHead read_tree(schema::TreeHead::Reader from) {
  return {.generation = from.getGeneration(),
          .base = from.getBase(),
          .size = from.getSize(),
          .root = read_hash(from.getRoot()),
          .at = from_unix_ms(from.getAt()),
          .signature = read_bytes(from.getSignature())};
}

model::ShownHead read_shown(schema::TreeHead::Reader from) {
  if (from.getProof().size() > tree_proof_max) {
    throw Malformed(
        fmt::format("a proof of {} hashes, at most {} are allowed", from.getProof().size(), tree_proof_max));
  }
  return {.head = read_tree(from), .from = from.getFrom(), .proof = read_list<Hash>(from.getProof(), read_hash)};
}

struct WriteMessage {
  schema::Message::Builder to;

  void operator()(const model::Hello& from) {
    auto hello = to.initHello();
    hello.setProtocolMin(from.protocol_min);
    hello.setProtocolMax(from.protocol_max);
    hello.setBuild(as_text(from.build));
    write_list(hello.initStreams(static_cast<unsigned>(from.streams.size())), from.streams, write_head);
    hello.setOrders(from.orders);
    write(hello.initHighestToken(), from.highest_token);
    hello.setGeneration(from.generation);
    hello.setReference(as_hash(from.reference));
    hello.setClock(to_unix_ms(from.clock));
    hello.setBoot(from.boot);
    hello.setPreviousBoot(from.previous_boot);
    hello.setAcknowledged(from.acknowledged);
    hello.setResync(from.resync);
    if (from.tree.generation != 0) write_tree(hello.initTree(), from.tree);
  }
  void operator()(const model::Events& from) {
    auto events = to.initEvents();
    events.setIncarnation(from.incarnation);
    events.setFirst(from.first);
    write_blobs(events.initEvents(static_cast<unsigned>(from.events.size())), from.events);
    events.setSignature(as_data(from.signature));
    events.setOrders(from.orders);
    events.setTree(from.tree);
  }
  void operator()(const model::OrdersAck& from) { to.setOrdersAck(from.upto); }
  void operator()(const model::BlobWant& from) {
    auto want = to.initBlobWant();
    want.setHash(as_hash(from.hash));
    want.setOffset(from.offset);
  }
  void operator()(const model::Ping& from) { to.setPing(to_unix_ms(from.clock)); }
  void operator()(const model::Enrol& from) {
    auto enrol = to.initEnrol();
    enrol.setTicket(as_text(from.ticket));
    enrol.setCurveKey(as_text(from.curve_key));
    enrol.setSigningKey(as_data(from.signing_key));
    enrol.setName(as_text(from.name));
  }
  void operator()(const model::Welcome& from) {
    auto welcome = to.initWelcome();
    welcome.setProtocol(from.protocol);
    welcome.setGeneration(from.generation);
    welcome.setMode(number_of(from.mode));
    write_list(welcome.initCursors(static_cast<unsigned>(from.cursors.size())), from.cursors, write_head);
    welcome.setReference(as_hash(from.reference));
    welcome.setClock(to_unix_ms(from.clock));
    welcome.setOrdersBase(from.orders_base);
    if (from.tree.head.generation != 0) write_shown(welcome.initTree(), from.tree);
    if (!from.node_key.empty()) welcome.setNodeKey(as_data(from.node_key));
    if (!from.next_server) return;
    auto next = welcome.initNextServerKey();
    next.setCurveKey(as_text(from.next_server->curve_key));
    next.setFrom(to_unix_ms(from.next_server->from));
    next.setSignature(as_data(from.next_server->signature));
  }
  void operator()(const model::Refuse& from) {
    auto refuse = to.initRefuse();
    refuse.setReason(number_of(from.reason));
    refuse.setExplanation(as_text(from.explanation));
  }
  void operator()(const model::Ack& from) {
    auto ack = to.initAck();
    ack.setIncarnation(from.incarnation);
    ack.setUpto(from.upto);
    write_list(ack.initNotes(static_cast<unsigned>(from.notes.size())), from.notes, write_note);
    ack.setHash(as_hash(from.hash));
    ack.setProvisional(from.provisional);
    ack.setFirst(from.first);
    if (from.tree.head.generation != 0) write_shown(ack.initTree(), from.tree);
  }
  void operator()(const model::Orders& from) {
    auto orders = to.initOrders();
    orders.setGeneration(from.generation);
    write_blobs(orders.initOrders(static_cast<unsigned>(from.orders.size())), from.orders);
    orders.setSignature(as_data(from.signature));
  }
  void operator()(const model::BlobChunk& from) {
    auto chunk = to.initBlobChunk();
    chunk.setHash(as_hash(from.hash));
    chunk.setOffset(from.offset);
    chunk.setTotal(from.total);
    chunk.setBytes(as_data(from.bytes));
  }
  void operator()(const model::Pong& from) { to.setPong(to_unix_ms(from.clock)); }
  void operator()(const model::Enrolled& from) {
    auto enrolled = to.initEnrolled();
    enrolled.setNode(from.node.value());
    enrolled.setLaboratory(from.laboratory.value());
    enrolled.setLaboratoryName(as_text(from.laboratory_name));
    enrolled.setSigningKey(as_data(from.signing_key));
  }
  void operator()(const model::ResyncRequest& from) {
    auto request = to.initResyncRequest();
    request.setIncarnation(from.incarnation);
    request.setFromIncarnation(from.from_incarnation);
    request.setFromSequence(from.from_sequence);
  }
  void operator()(const model::Resync& from) {
    auto resync = to.initResync();
    resync.setIncarnation(from.incarnation);
    write_list(resync.initSeals(static_cast<unsigned>(from.seals.size())), from.seals, write_head);
    resync.setOrders(from.orders);
    resync.setFromIncarnation(from.from_incarnation);
    resync.setFromSequence(from.from_sequence);
    write_blobs(resync.initEvents(static_cast<unsigned>(from.events.size())), from.events);
    write_list(resync.initNotes(static_cast<unsigned>(from.notes.size())), from.notes, write_note);
  }
  void operator()(const model::Inventory& from) {
    auto inventory = to.initInventory();
    write_list(inventory.initSerials(static_cast<unsigned>(from.serials.size())), from.serials,
               [](schema::SerialSeen::Builder one, const model::SerialSeen& seen) {
                 write(one.initKind(), seen.kind);
                 one.setHighest(seen.highest);
               });
    write_list(inventory.initBlocks(static_cast<unsigned>(from.blocks.size())), from.blocks,
               [](schema::SerialBlock::Builder one, const model::SerialBlock& block) { write(one, block); });
  }
};

model::Hello read_hello(schema::Hello::Reader from) {
  return {.protocol_min = from.getProtocolMin(),
          .protocol_max = from.getProtocolMax(),
          .build = read_text(from.getBuild()),
          .streams = read_list<model::StreamHead>(from.getStreams(), read_head),
          .orders = from.getOrders(),
          .highest_token = read(from.getHighestToken()),
          .generation = from.getGeneration(),
          .reference = read_hash(from.getReference()),
          .clock = from_unix_ms(from.getClock()),
          .boot = from.getBoot(),
          .previous_boot = from.getPreviousBoot(),
          .acknowledged = from.getAcknowledged(),
          .resync = from.getResync(),
          .tree = read_tree(from.getTree())};
}

model::Events read_events(schema::Events::Reader from) {
  model::Events events{.incarnation = from.getIncarnation(),
                       .first = from.getFirst(),
                       .events = read_blobs(from.getEvents(), events_per_message_max),
                       .signature = read_bytes(from.getSignature()),
                       .orders = from.getOrders(),
                       .tree = from.getTree()};
  return events;
}

model::Enrol read_enrol(schema::Enrol::Reader from) {
  return {.ticket = read_text(from.getTicket()),
          .curve_key = read_text(from.getCurveKey()),
          .signing_key = read_bytes(from.getSigningKey()),
          .name = read_text(from.getName())};
}

std::optional<model::NextServerKey> read_next_server(schema::Welcome::Reader from) {
  if (!from.hasNextServerKey()) return std::nullopt;
  const auto next = from.getNextServerKey();
  return model::NextServerKey{.curve_key = read_text(next.getCurveKey()),
                              .from = from_unix_ms(next.getFrom()),
                              .signature = read_bytes(next.getSignature())};
}

model::Welcome read_welcome(schema::Welcome::Reader from) {
  return {.protocol = from.getProtocol(),
          .generation = from.getGeneration(),
          .mode = read_enum(from.getMode(), model::Mode::recovery, "mode"),
          .cursors = read_list<model::StreamHead>(from.getCursors(), read_head),
          .reference = read_hash(from.getReference()),
          .clock = from_unix_ms(from.getClock()),
          .orders_base = from.getOrdersBase(),
          .tree = read_shown(from.getTree()),
          .node_key = read_bytes(from.getNodeKey()),
          .next_server = read_next_server(from)};
}

model::Ack read_ack(schema::Ack::Reader from) {
  return {.incarnation = from.getIncarnation(),
          .upto = from.getUpto(),
          .notes = read_list<model::EventNote>(from.getNotes(), read_note),
          .hash = read_hash(from.getHash()),
          .first = from.getFirst(),
          .provisional = from.getProvisional(),
          .tree = read_shown(from.getTree())};
}

model::BlobChunk read_chunk(schema::BlobChunk::Reader from) {
  return {.hash = read_hash(from.getHash()),
          .offset = from.getOffset(),
          .total = from.getTotal(),
          .bytes = read_bytes(from.getBytes())};
}

model::Enrolled read_enrolled(schema::Enrolled::Reader from) {
  return {.node = model::NodeId{from.getNode()},
          .laboratory = model::LaboratoryId{from.getLaboratory()},
          .laboratory_name = read_text(from.getLaboratoryName()),
          .signing_key = read_bytes(from.getSigningKey())};
}

model::Resync read_resync(schema::Resync::Reader from) {
  return {.incarnation = from.getIncarnation(),
          .seals = read_list<model::StreamHead>(from.getSeals(), read_head),
          .orders = from.getOrders(),
          .from_incarnation = from.getFromIncarnation(),
          .from_sequence = from.getFromSequence(),
          .events = read_blobs(from.getEvents(), events_per_message_max),
          .notes = read_list<model::EventNote>(from.getNotes(), read_note)};
}

// What a node says of serials moves the counter that numbers everybody's samples. Not so the block of an order: what a
// node cannot use of its orders it leaves, and one that could not be read would hold up all that follow.
model::SerialSeen read_seen(schema::SerialSeen::Reader from) {
  model::SerialSeen seen{.kind = read(from.getKind()), .highest = from.getHighest()};
  if (seen.highest > model::SampleNumber::serial_max) throw Malformed("a serial in a sample number has five digits");
  return seen;
}

model::SerialBlock read_held_block(schema::SerialBlock::Reader from) {
  model::SerialBlock block = read(from);
  if (!model::are_serials(block.first, block.count))
    throw Malformed("a block of serials is none, or goes beyond five digits");
  return block;
}

model::Inventory read_inventory(schema::Inventory::Reader from) {
  return {.serials = read_list<model::SerialSeen>(from.getSerials(), read_seen),
          .blocks = read_list<model::SerialBlock>(from.getBlocks(), read_held_block)};
}

model::Message read_message(schema::Message::Reader from) {
  switch (from.which()) {
    case schema::Message::HELLO:
      return read_hello(from.getHello());
    case schema::Message::EVENTS:
      return read_events(from.getEvents());
    case schema::Message::ORDERS_ACK:
      return model::OrdersAck{from.getOrdersAck()};
    case schema::Message::BLOB_WANT:
      return model::BlobWant{read_hash(from.getBlobWant().getHash()), from.getBlobWant().getOffset()};
    case schema::Message::PING:
      return model::Ping{from_unix_ms(from.getPing())};
    case schema::Message::ENROL:
      return read_enrol(from.getEnrol());
    case schema::Message::WELCOME:
      return read_welcome(from.getWelcome());
    case schema::Message::REFUSE:
      return model::Refuse{read_enum(from.getRefuse().getReason(), model::RefuseReason::no_session, "reason"),
                           read_text(from.getRefuse().getExplanation())};
    case schema::Message::ACK:
      return read_ack(from.getAck());
    case schema::Message::ORDERS:
      return model::Orders{.generation = from.getOrders().getGeneration(),
                           .orders = read_blobs(from.getOrders().getOrders(), orders_per_message_max),
                           .signature = read_bytes(from.getOrders().getSignature())};
    case schema::Message::BLOB_CHUNK:
      return read_chunk(from.getBlobChunk());
    case schema::Message::PONG:
      return model::Pong{from_unix_ms(from.getPong())};
    case schema::Message::ENROLLED:
      return read_enrolled(from.getEnrolled());
    case schema::Message::RESYNC_REQUEST:
      return model::ResyncRequest{.incarnation = from.getResyncRequest().getIncarnation(),
                                  .from_incarnation = from.getResyncRequest().getFromIncarnation(),
                                  .from_sequence = from.getResyncRequest().getFromSequence()};
    case schema::Message::RESYNC:
      return read_resync(from.getResync());
    case schema::Message::INVENTORY:
      return read_inventory(from.getInventory());
  }
  throw Malformed("a message of a kind unknown here; it is from a newer version");
}

void append_number(Bytes& to, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to += static_cast<char>(static_cast<unsigned char>(number >> shift));
}

}  // namespace

Bytes encode(const model::Message& message, std::uint64_t session) {
  capnp::MallocMessageBuilder builder(512);
  auto root = builder.initRoot<schema::Message>();
  root.setSession(session);
  std::visit(WriteMessage{root}, message);
  return flatten(builder);
}

Result<model::Envelope> decode_envelope(BytesView flat) {
  model::Envelope envelope;
  auto good = with_reader(flat, "message", [&](capnp::MessageReader& reader) {
    const auto root = reader.getRoot<schema::Message>();
    envelope.session = root.getSession();
    envelope.message = read_message(root);
  });
  if (!good) return fail(std::move(good));
  return envelope;
}

Result<model::Message> decode_message(BytesView flat) {
  auto envelope = decode_envelope(flat);
  if (!envelope) return fail(std::move(envelope));
  return std::move(envelope->message);
}

Bytes head_to_sign(model::NodeId node, const model::StreamHead& head) {
  Bytes bytes = "qlims stream head 1";
  append_number(bytes, node.value());
  append_number(bytes, head.incarnation);
  append_number(bytes, head.sequence);
  return bytes.append(head.hash.view());
}

Bytes orders_to_sign(model::NodeId node, const model::Orders& orders) {
  Bytes bytes = "qlims orders 1";
  append_number(bytes, node.value());
  append_number(bytes, orders.generation);
  for (const Bytes& order : orders.orders) {
    append_number(bytes, order.size());
    bytes += order;
  }
  return bytes;
}

Bytes keys_to_sign(model::NodeId node, const model::KeysReplaced& keys) {
  Bytes bytes = "qlims node keys 1";
  append_number(bytes, node.value());
  for (const Bytes* part : {&keys.curve_key, &keys.signing_key, &keys.former}) {
    append_number(bytes, part->size());
    bytes += *part;
  }
  return bytes;
}

Bytes server_key_to_sign(const std::string& curve_key, UtcTime from) {
  return fmt::format("qlims coordinator curve key 1 {} {}", curve_key, to_unix_ms(from));
}

Bytes approval_to_sign(const Hash& record, const model::PersonId& approver) {
  Bytes bytes = "qlims approval 1: I approve this verdict";
  bytes += record.view();
  return bytes.append(approver.value());
}

}  // namespace lab::wire
