// The framer of MLLP under any octets in any pieces: it never keeps more than its limits, loses nothing that was whole,
// and what it hands out gets an acknowledgement.

#include <algorithm>
#include <cstdint>

#include "instruments/drivers/hl7_ack.hpp"
#include "instruments/drivers/mllp.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace hl7 = lab::drivers::hl7;
  lab::drivers::MllpFramer framer{{.message_octets = 8192}};
  std::size_t at = 0;
  std::size_t taken = 0;
  while (at < size) {
    // One octet says how long the next piece is.
    const std::size_t wanted = data[at++] % 64;
    const std::size_t length = std::min(wanted, size - at);
    framer.push({reinterpret_cast<const char*>(data) + at, length});
    at += length;
    while (const auto message = framer.take_message()) {
      LAB_CHECK(message->frame.size() <= 8192 + 2);
      LAB_CHECK(!message->text().empty());
      taken += message->oversized ? 0 : message->frame.size() - 2;
      auto header = hl7::read_header(message->text());
      std::optional<hl7::Header> known;
      if (header) known = *header;
      for (const auto outcome : {hl7::Outcome::taken, hl7::Outcome::unread, hl7::Outcome::unstored}) {
        for (const auto code : hl7::codes_for(known.value_or(hl7::Header{}), outcome)) {
          LAB_CHECK(!hl7::acknowledgement(known, {.code = code, .reason = "原因|^", .control_id = "1"}).empty());
        }
      }
    }
    LAB_CHECK(framer.take_notes().size() <= 64);
  }
  LAB_CHECK(taken <= size);
  return 0;
}
