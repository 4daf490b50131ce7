// What counts, once more: by code that shares nothing with the product but the schema.

#include <fmt/format.h>

#include "protocol/journal/fields.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/support/cells.hpp"
#include "tests/oracle/recount.hpp"
#include "tests/sim/oracle.hpp"

namespace lab::sim {

// The same by the rules alone, from orders, tokens and events, without any ruling of the product. Not of a
// coordinator that was put back: what it then holds to be granted depends on whom it heard first, which no order says.
void Oracle::recount_from_bytes(const journal::View& store, std::size_t judged) {
  const auto add_number = [](Bytes& to, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>(static_cast<unsigned char>(number >> shift));
  };
  Bytes orders;
  store.scan("q", journal::after_prefix("q"), [&](BytesView key, BytesView packed) {
    const Bytes flat = wire::unpack(packed).value();
    add_number(orders, journal::FieldReader::of_key(key).take<std::uint32_t>());
    add_number(orders, static_cast<std::uint32_t>(flat.size()));
    orders += flat;
    return true;
  });
  Bytes events;
  store.scan("e", journal::after_prefix("e"), [&](BytesView, BytesView packed) {
    const Bytes flat = wire::unpack(packed).value();
    if (!wire::decode_event(flat)) return true;  // poison: no reader of the schema takes it
    add_number(events, static_cast<std::uint32_t>(flat.size()));
    events += flat;
    return true;
  });
  const oracle::Recount recount = oracle::recount(orders, events);
  using namespace coordinator::testing;
  if (const auto found = first_difference(of_tables(store, true), of_oracle(recount.first))) {
    throw Violation("the aggregates are not what orders and events say by the rules alone: " + *found);
  }
  if (const auto found = first_difference(of_tables(store, false), of_oracle(recount.final))) {
    throw Violation("the aggregates of final verdicts are not what orders and events say by the rules alone: " +
                    *found);
  }
  if (recount.counted != judged) {
    throw Violation(fmt::format("{} tasks are judged, and {} by the rules alone", judged, recount.counted));
  }
}

}  // namespace lab::sim
