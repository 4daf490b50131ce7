// The receiver of ASTM frames under any octets in any pieces, with silence and failed storage in between: it never
// keeps more than its limits, and what it hands out is read or refused by the decoder.

#include <cstdint>

#include "instruments/drivers/astm_link.hpp"
#include "instruments/drivers/astm_records.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lab::drivers::AstmLink link{{.frame_octets = 512, .message_octets = 4096}};
  lab::UtcTime now{lab::Milliseconds{1'000'000}};
  std::size_t at = 0;
  while (at < size) {
    // One octet says how long the next piece is, how long the line was silent before it, and whether storage works.
    const std::uint8_t control = data[at++];
    const std::size_t length = std::min<std::size_t>(control % 32, size - at);
    now += lab::Milliseconds{(control >> 5) * 5000};
    link.push({reinterpret_cast<const char*>(data) + at, length}, now);
    at += length;
    (void)link.take_reply();
    (void)link.take_notes();
    if (const auto message = link.take_message()) {
      LAB_CHECK(message->size() <= 4096);
      lab::drivers::decode_astm(*message);
      if ((control & 0x20) != 0) {
        link.stored(now);
      } else {
        link.not_stored(now);
      }
    }
    // What is left unread while a message is being stored is read by stored(), so no message may wait here unseen.
    if (link.awaits_storage() && !link.take_message()) link.stored(now);
  }
  return 0;
}
