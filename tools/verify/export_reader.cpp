#include "tools/verify/export_reader.hpp"

namespace lab::verify {
namespace {

constexpr std::size_t signature_octets = 64;

}  // namespace

BytesView Cursor::take(std::size_t count) {
  if (count > rest_.size()) good_ = false;
  if (!good_) return {};
  const BytesView taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::uint64_t Cursor::number(std::size_t octets) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char octet : take(octets)) {
    value |= std::uint64_t{static_cast<unsigned char>(octet)} << shift;
    shift += 8;
  }
  return value;
}

std::optional<OrderSection> read_order_section(BytesView body) {
  Cursor at{body};
  OrderSection section{.node = at.u32(), .orders = {}};
  section.orders.generation = at.u32();
  section.orders.signature = Bytes{at.take(signature_octets)};
  const std::uint32_t count = at.u32();
  for (std::uint32_t i = 0; i < count && at.is_good(); ++i) section.orders.orders.emplace_back(at.counted());
  if (!at.is_at_end() || count == 0) return std::nullopt;
  return section;
}

std::optional<EventSection> read_event_section(BytesView body) {
  Cursor at{body};
  EventSection section{.position = at.u64(),
                       .node = at.u32(),
                       .incarnation = at.u32(),
                       .first = at.u64(),
                       .signature = {},
                       .events = {}};
  const std::uint8_t has_signature = at.u8();
  if (has_signature > 1) return std::nullopt;
  if (has_signature == 1) section.signature = Bytes{at.take(signature_octets)};
  const std::uint32_t count = at.u32();
  for (std::uint32_t i = 0; i < count && at.is_good(); ++i) section.events.push_back(at.counted());
  if (!at.is_at_end() || count == 0) return std::nullopt;
  return section;
}

}  // namespace lab::verify
