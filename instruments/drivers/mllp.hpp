#pragma once
// The frame of the HL7 minimal lower layer protocol: VT, message, FS, CR. Owns no socket and no clock.
//
// Turn: push() what arrived, then take_message() until it gives nothing. What is pushed stays in memory until taken.
//
// Rules, where the standard is silent and senders differ:
//   - FS ends the message; the CR behind it is expected and not waited for.
//   - between messages NUL, CR, LF and blanks are passed over in silence, anything else is noted and passed over.
//   - VT inside a message begins a new one: the sender started again and will repeat what it did not get acknowledged.
//   - a message over its limit is handed out as its beginning only, marked, so that it can be refused by its own name.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace lab::drivers {

namespace mllp {
inline constexpr char start_of_block = '\x0B';
inline constexpr char end_of_block = '\x1C';
}  // namespace mllp

struct MllpLimits {
  std::size_t message_octets = std::size_t{16} << 20;  // histograms and pictures included; this bounds memory
};

struct MllpMessage {
  Bytes frame;             // VT ... FS CR, as the raw store keeps it: the end mark proves that nothing is missing
  bool oversized = false;  // then `frame` is VT and the first head_octets without an end mark

  /// Without the marks. Points into `frame`.
  [[nodiscard]] BytesView text() const;
};

class MllpFramer {
 public:
  static constexpr std::size_t head_octets = 4096;  // of an oversized message: room for its MSH segment

  explicit MllpFramer(MllpLimits limits = {}) : limits_(limits) {}

  void push(BytesView bytes);

  /// The next complete message, in order of arrival. Blocks without any octet only keep the line alive: left out.
  [[nodiscard]] std::optional<MllpMessage> take_message();

  /// A message has begun and its end has not come.
  [[nodiscard]] bool inside_message() const { return inside_; }

  /// What went wrong since the last call, for a person: noise, messages broken off. At most notes_max.
  [[nodiscard]] std::vector<std::string> take_notes();

 private:
  static constexpr std::size_t notes_max = 64;  // a line that carries something else must not fill the memory

  std::size_t skip_to_start(BytesView bytes);
  std::size_t take_text(BytesView bytes);
  void add_text(BytesView text);
  void finish();
  void begin();
  void note(std::string text);

  MllpLimits limits_;
  bool inside_ = false;
  bool oversized_ = false;
  Bytes frame_;            // of the message in progress, with its VT
  std::size_t noise_ = 0;  // octets of it since the last message, not noted yet
  std::deque<MllpMessage> complete_;
  std::vector<std::string> notes_;
};

}  // namespace lab::drivers
