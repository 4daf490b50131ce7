#include "protocol/wire/fields.hpp"

namespace lab::wire {
namespace {

// Of schema::Revocation: 0 is a revocation.
constexpr std::uint8_t hold_begins = 1;
constexpr std::uint8_t hold_ends = 2;

struct WriteOrder {
  schema::Order::Builder to;
  void operator()(const model::Grant& from) { write(to.initGrant(), from); }
  void operator()(const model::Revocation& from) {
    auto revocation = to.initRevocation();
    write(revocation.initTask(), from.task);
    write(revocation.initToken(), from.token);
    revocation.setReason(as_text(from.reason));
  }
  void operator()(const model::Hold& from) {
    auto revocation = to.initRevocation();
    write(revocation.initTask(), from.task);
    write(revocation.initToken(), model::Token{});
    revocation.setReason(as_text(from.reason));
    revocation.setHold(from.held ? hold_begins : hold_ends);
  }
  void operator()(const model::SerialBlock& from) { write(to.initSerialBlock(), from); }
};

model::Order read_order(schema::Order::Reader from) {
  model::Order order{.sequence = from.getSequence(), .at = from_unix_ms(from.getAt()), .what = {}};
  switch (from.which()) {
    case schema::Order::GRANT:
      order.what = read(from.getGrant());
      return order;
    case schema::Order::REVOCATION: {
      const auto revocation = from.getRevocation();
      if (revocation.getHold() > hold_ends) throw Malformed("an order to hold a reserve in a way unknown here");
      if (revocation.getHold() != 0) {
        order.what = model::Hold{.task = read(revocation.getTask()),
                                 .held = revocation.getHold() == hold_begins,
                                 .reason = read_text(revocation.getReason())};
        return order;
      }
      order.what = model::Revocation{.task = read(revocation.getTask()),
                                     .token = read(revocation.getToken()),
                                     .reason = read_text(revocation.getReason())};
      return order;
    }
    case schema::Order::SERIAL_BLOCK:
      order.what = read(from.getSerialBlock());
      return order;
  }
  throw Malformed("an order of a kind unknown here; it is from a newer version");
}

}  // namespace

Bytes encode(const model::Order& order) {
  capnp::MallocMessageBuilder builder(512);
  auto root = builder.initRoot<schema::Order>();
  root.setSequence(order.sequence);
  root.setAt(to_unix_ms(order.at));
  std::visit(WriteOrder{root}, order.what);
  return flatten(builder);
}

Result<model::Order> decode_order(BytesView flat) {
  model::Order order;
  auto good = with_reader(flat, "order",
                          [&](capnp::MessageReader& reader) { order = read_order(reader.getRoot<schema::Order>()); });
  if (!good) return fail(std::move(good));
  return order;
}

}  // namespace lab::wire
