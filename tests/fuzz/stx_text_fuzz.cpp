// Texts between STX and ETX: the receiver in any pieces with silence in between, and the decoders on the same octets.

#include <cstdint>

#include "instruments/drivers/stx_link.hpp"
#include "instruments/drivers/stx_text.hpp"
#include "protocol/base/check.hpp"

namespace {

void check(const lab::model::Decoding& decoding, std::size_t size) {
  LAB_CHECK(decoding.refused.empty() != decoding.observations.empty());
  LAB_CHECK(decoding.covered_bytes <= decoding.total_bytes);
  for (const auto& observation : decoding.observations) LAB_CHECK(observation.offset < size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  lab::drivers::looks_like_bci(bytes);
  lab::drivers::looks_like_result_line(bytes);
  check(lab::drivers::decode_bci(bytes), size);
  check(lab::drivers::decode_result_line(bytes), size);
  lab::drivers::StxLink link{256};
  lab::UtcTime now{lab::Milliseconds{1'000'000}};
  for (std::size_t at = 0; at < size; at += 7) {
    now += lab::Milliseconds{data[at] * 100};
    link.push(bytes.substr(at, 7), now);
    (void)link.take_reply();
    (void)link.take_notes();
    while (link.awaits_storage()) {
      if (const auto text = link.take_message()) LAB_CHECK(text->size() <= 256);
      if (data[at] % 2 == 0) {
        link.stored(now);
      } else {
        link.not_stored(now);
      }
    }
  }
  return 0;
}
