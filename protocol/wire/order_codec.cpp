#include "protocol/wire/fields.hpp"

namespace lab::wire {
namespace {

struct WriteOrder {
  schema::Order::Builder to;
  void operator()(const model::Grant& from) { write(to.initGrant(), from); }
  void operator()(const model::Revocation& from) {
    auto revocation = to.initRevocation();
    write(revocation.initTask(), from.task);
    write(revocation.initToken(), from.token);
    revocation.setReason(as_text(from.reason));
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
