// Messages, events, orders and packed records from a stranger: decoded or refused, never more.

#include <cstdint>

#include "protocol/wire/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const lab::BytesView bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 4) {
    case 0:
      if (const auto message = lab::wire::decode_message(bytes)) lab::wire::encode(*message);
      break;
    case 1:
      if (const auto event = lab::wire::decode_event(bytes)) lab::wire::encode(*event);
      break;
    case 2:
      if (const auto order = lab::wire::decode_order(bytes)) lab::wire::encode(*order);
      break;
    case 3:
      if (const auto flat = lab::wire::unpack(bytes)) lab::wire::pack(*flat);
      break;
  }
  return 0;
}
