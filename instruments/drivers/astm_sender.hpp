#pragma once
// The sending side of ASTM E1381-95 / CLSI LIS1-A: one message at a time, framed, repeated, given up. Owns no line and
// no clock. It shares its line with a receiver (astm_peer.hpp), which hears everything while this side has not asked.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::drivers {

/// Who yields when both ask for the line at the same time (6.2.7.1): the instrument has priority over the host.
enum class AstmRole { host, instrument };

/// The waiting times of LIS1-A 6.5 and 6.2.7. A test may shorten them; a port uses them as they stand.
struct AstmTimes {
  Milliseconds reply{15'000};             // for the answer to ENQ and to each frame; then the transfer is ended
  Milliseconds pause{10'000};             // at least so long after a NAK to ENQ, and before a message is repeated
  Milliseconds host_yields{20'000};       // after contention the host leaves the line to the instrument for so long
  Milliseconds instrument_yields{1'000};  // after contention the instrument asks again no earlier
  Milliseconds interrupted{15'000};       // silence after a receiver interrupt was honoured
};

/// What became of a message that was offered.
struct AstmSent {
  bool acknowledged = false;
  std::string trouble;  // for a technician; empty when acknowledged
};

class AstmSender {
 public:
  static constexpr int refusals_max = 6;                    // 6.5.1.2: of one frame, then the transfer is ended
  static constexpr int attempts_max = 6;                    // transfers of one message; then a person has to look
  static constexpr std::size_t frame_text_octets = 240;     // E1381-95; the longest that every instrument takes
  static constexpr std::size_t message_octets = 64 * 1024;  // an order for a tray of samples is a few kilobytes

  explicit AstmSender(AstmRole role, AstmTimes times = {}) : role_(role), times_(times) {}

  /// Takes records, each ended by CR, to be sent as soon as the line is free. Conflict while another message is on its
  /// way; malformed when there is no record, one is not ended, or the text holds a control character that the frame
  /// needs for itself; too large above message_octets.
  Result<void> offer(std::string_view records, UtcTime now);

  /// True while it waits for an answer: what arrives then is for push().
  [[nodiscard]] bool holds_line() const { return state_ == State::asking || state_ == State::sending; }
  /// A message waits or is on its way.
  [[nodiscard]] bool is_busy() const { return state_ != State::idle; }

  /// Precondition: holds_line(). Returns how many octets it took; the rest is for the receiver.
  std::size_t push(BytesView bytes, UtcTime now);
  /// `line_free`: the receiver is in no transfer, so that ENQ may be sent.
  void tick(UtcTime now, bool line_free);
  /// When tick() is due; nothing when it is idle.
  [[nodiscard]] std::optional<UtcTime> wake_at() const;

  [[nodiscard]] Bytes take_output();
  /// Once for every offer.
  [[nodiscard]] std::optional<AstmSent> take_outcome();

 private:
  enum class State { idle, waiting, asking, sending };

  void answer_to_enquiry(char answer, UtcTime now);
  void answer_to_frame(char answer, UtcTime now);
  void frame_accepted(bool interrupted, UtcTime now);
  void send_frame(UtcTime now);
  /// Ends this transfer; the whole message is sent again after `pause`, unless it was the last attempt.
  void give_up_transfer(const std::string& why, UtcTime now);
  void wait(Milliseconds time, UtcTime now);
  void finish(bool acknowledged, std::string trouble);

  AstmRole role_;
  AstmTimes times_;
  State state_ = State::idle;
  std::vector<Bytes> frames_;
  std::size_t next_ = 0;  // of frames_: the one to be acknowledged
  int refusals_ = 0;
  int attempts_ = 0;
  bool honoured_ = false;  // an interrupt is honoured once per message: more would let a receiver stop it for ever
  UtcTime deadline_{};     // of the answer, or of the wait
  Bytes output_;
  std::optional<AstmSent> outcome_;
};

}  // namespace lab::drivers
