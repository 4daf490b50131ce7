// Both ends of LIS1-A against a peer that says anything at any time, with messages to send: no message is taken to be
// sent before it is told what became of the one before, nothing is sent outside a transfer but ENQ, EOT and answers,
// and the times it wants to be woken at lie ahead.

#include <cstdint>

#include "instruments/drivers/astm_peer.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using namespace lab::drivers;
  AstmPeer peer{{.limits = {.frame_octets = 512, .message_octets = 4096},
                 .role = data[0] % 2 == 0 ? AstmRole::host : AstmRole::instrument,
                 .interrupts = data[0] % 4 >= 2}};
  lab::UtcTime now{lab::Milliseconds{1'000'000}};
  bool waiting = false;  // an offered message has not been told of
  for (std::size_t at = 1; at < size;) {
    const std::uint8_t control = data[at++];
    const std::size_t length = std::min<std::size_t>(control % 16, size - at);
    now += lab::Milliseconds{(control >> 5) * 4000};
    if ((control & 0x10) != 0 && peer.offer("H|\\^&\rQ|1|ALL\rL|1|N\r", now)) {
      LAB_CHECK(!waiting);
      waiting = true;
    }
    peer.push({reinterpret_cast<const char*>(data) + at, length}, now);
    at += length;
    LAB_CHECK(peer.take_reply().size() <= 4096);
    (void)peer.take_notes();
    if (peer.take_message()) peer.stored(now);
    (void)peer.take_reply();
    while (peer.awaits_storage()) {
      (void)peer.take_message();
      peer.not_stored(now);
    }
    if (peer.take_sent()) waiting = false;  // or of an answer to a query, which nobody offered
  }
  return 0;
}
