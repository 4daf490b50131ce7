#pragma once
// The receiving side of the ASTM E1381-95 / CLSI LIS1-A low-level protocol. Owns no socket and no clock.
//
// Turn: push() what arrived, send take_reply(), store take_message() and say stored() or not_stored(), sleep no longer
// than wake_at() and then tick(). Replies are right only when every push is followed by take_reply().
//
// When a message is complete, and which reply waits for it. The sender forgets a message once its last frame is
// acknowledged, so exactly that ACK is withheld until stored():
//   - text that begins with a header record (H): the ETX frame that holds the terminator record (L). Frames before it
//     are acknowledged at once: a sender that misses a later ACK repeats the message from its first frame.
//   - any other text under the same shell: every ETX frame is a message of its own.
//   - H without L, ended by EOT at once after an ETX frame (a sender outside E1394): handed out at EOT, when there is
//     no reply left to withhold.
// This side never asks for the line; who does, and yields to the instrument, is AstmPeer.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "instruments/drivers/astm_frame.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

namespace lab::drivers {

struct AstmLimits {
  std::size_t frame_octets = 64'000 + 7;               // LIS1-A end frame with its overhead
  std::size_t message_octets = std::size_t{16} << 20;  // instruments send kilobytes; this bounds memory
};

class AstmLink {
 public:
  /// LIS1-A 6.5.2.3: the receiver discards an incomplete message when nothing usable came for this long.
  static constexpr std::chrono::seconds receive_timeout{30};
  /// How long the line must be silent before a doubtful ending counts: a frame without CR LF behind its checksum, and
  /// an ENQ or EOT inside a frame or an ENQ in the middle of a message (an instrument that restarted waits for us in
  /// silence; a disturbed octet is followed by the rest of the frame). Well below the sender's 15 s.
  static constexpr std::chrono::seconds quiet_time{1};
  /// An EOT that comes later than this after an answer is that of a sender to whom the answer got lost, and which has
  /// waited for it (15 s by the standard). The end of a whole transfer follows its last answer at once.
  static constexpr std::chrono::seconds giving_up_time{2};

  explicit AstmLink(AstmLimits limits = {}) : limits_(limits) {}

  void push(BytesView bytes, UtcTime now);
  void tick(UtcTime now);
  [[nodiscard]] std::optional<UtcTime> wake_at() const;

  /// Octets to send now, in order; empty when there is nothing to say.
  [[nodiscard]] Bytes take_reply();

  /// A complete message, once: its accepted frames one behind the other, from STX through the checksum, which is in
  /// upper case, and CR LF. Line noise, refused and repeated frames are left out, and what the checksum does not guard
  /// (its own case, the line end) is made uniform, so a message that is sent again in full has the same octets whatever
  /// the line did. Until stored() or not_stored() nothing that arrives is looked at.
  [[nodiscard]] std::optional<Bytes> take_message();

  /// The message is durable: its last frame is acknowledged. Precondition: awaits_storage().
  void stored(UtcTime now);
  /// It could not be made durable: its last frame is refused, so that the sender repeats it. Precondition as above.
  void not_stored(UtcTime now);
  [[nodiscard]] bool awaits_storage() const { return state_ == State::storing; }
  /// The message that awaits storage is one of E1394 and holds a query.
  [[nodiscard]] bool is_asked() const { return progress_.watch.begins_with_header() && progress_.watch.asks(); }
  /// The message that stored() is about to acknowledge is acknowledged with EOT instead of ACK: received, and please
  /// let me talk (receiver interrupt, LIS1-A 6.5.3). Only this answer: in the middle of a message the sender would have
  /// to break off and repeat it.
  void interrupt() { interrupting_ = true; }
  /// No transfer is going on: the line may be asked for.
  [[nodiscard]] bool is_neutral() const { return state_ == State::neutral; }

  /// What went wrong since the last call, for a person: refused frames, discarded messages. At most notes_max.
  [[nodiscard]] std::vector<std::string> take_notes();

 private:
  static constexpr std::size_t notes_max = 64;  // a NAK storm must not fill the memory
  enum class State { neutral, receiving, storing };

  // What a refused storage has to undo.
  struct Progress {
    Bytes message;
    astm::RecordWatch watch;
    std::optional<int> last_number;  // of the last accepted frame; nothing before the first
    bool frame_pending = false;      // a frame was refused or a text not ended since
  };

  void process(UtcTime now, bool quiet);
  bool step(UtcTime now, bool quiet);
  bool step_neutral(UtcTime now);
  bool step_receiving(UtcTime now, bool quiet);
  bool step_frame(UtcTime now, bool quiet);
  bool step_enquiry(UtcTime now, bool quiet);
  bool step_open_frame(UtcTime now, bool quiet);
  bool wait_for_more(UtcTime now);
  void drop_front(std::size_t octets);
  /// A sender that gave up waiting must not take a late answer for the answer to what it sent since.
  [[nodiscard]] bool sender_went_on() const;
  void finish_frame(std::size_t length, UtcTime now);
  void accept(const astm::Frame& frame, UtcTime now);
  void refuse(std::string why, UtcTime now);
  void reply(char answer, UtcTime now);
  void begin_transfer(UtcTime now);
  [[nodiscard]] bool ends_doubtfully() const;
  bool step_doubtful_end(UtcTime now, bool quiet);
  void end_transfer(UtcTime now);
  void discard(const std::string& why);
  void hand_out(bool reply_due);
  void note(std::string text);

  AstmLimits limits_;
  State state_ = State::neutral;
  Bytes buffer_;             // not yet understood
  std::size_t scanned_ = 0;  // of buffer_, when it begins with STX: no frame mark before here
  bool oversized_ = false;   // the frame at the front of buffer_ is over its limit and no longer kept
  bool spoilt_ = false;      // the message is over its limit: every further frame of this transfer is refused
  Progress progress_;
  Progress before_last_frame_;
  bool interrupting_ = false;  // the next ACK of a stored message is an EOT
  bool reply_due_ = false;     // an ACK or NAK waits for storage
  std::optional<Bytes> outgoing_;
  Bytes reply_;
  UtcTime replied_at_{};
  UtcTime deadline_{};
  std::optional<UtcTime> quiet_at_;
  std::vector<std::string> notes_;
};

}  // namespace lab::drivers
