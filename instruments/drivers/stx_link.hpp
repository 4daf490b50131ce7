#pragma once
// The receiving side of instruments that send plain text between STX and ETX: no frame number, no checksum, with or
// without ENQ before and EOT behind. Owns no line and no clock. The turn is that of AstmLink.
//
// It is chosen by configuration, never guessed: to a receiver of ASTM frames such a text looks like a damaged frame.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

namespace lab::drivers {

class StxLink {
 public:
  /// As of LIS1-A: a text that is not ended within this time is dropped.
  static constexpr std::chrono::seconds receive_timeout{30};

  explicit StxLink(std::size_t text_octets_max = 64'000) : text_octets_max_(text_octets_max) {}

  void push(BytesView bytes, UtcTime now);
  void tick(UtcTime now);
  [[nodiscard]] std::optional<UtcTime> wake_at() const;
  /// ACK for ENQ, and for a text once it is stored.
  [[nodiscard]] Bytes take_reply();
  /// A text from STX through ETX, once. Until stored() or not_stored() nothing that arrives is looked at.
  [[nodiscard]] std::optional<Bytes> take_message();
  void stored(UtcTime now) { finish('\x06', now); }
  void not_stored(UtcTime now) { finish('\x15', now); }
  [[nodiscard]] bool awaits_storage() const { return storing_; }
  /// As of AstmLink.
  [[nodiscard]] std::vector<std::string> take_notes();

 private:
  static constexpr std::size_t notes_max = 64;

  void process(UtcTime now);
  void finish(char answer, UtcTime now);
  void note(std::string text);

  std::size_t text_octets_max_;
  Bytes buffer_;  // from STX on, when a text is open; otherwise what nobody has looked at yet
  bool open_ = false;
  bool oversized_ = false;  // the open text is over its limit and no longer kept
  bool storing_ = false;
  std::optional<Bytes> outgoing_;
  Bytes reply_;
  UtcTime deadline_{};
  std::vector<std::string> notes_;
};

}  // namespace lab::drivers
