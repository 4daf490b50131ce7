#pragma once
// The host side of MT-SICS: asks one thing at a time and reads the answer. Owns no port and no clock.
// Turn: ask() or push() what arrived, send take_output(), read take_answers(), sleep until wake_at(), tick().

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/drivers/sics_reply.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::drivers {

struct SicsAnswer {
  std::string asked{};               // the command it answers; empty when the balance spoke of its own accord
  std::vector<SicsReply> replies{};  // several for a B ... A sequence; empty when there was no usable reply
  std::string error{};               // empty when it was executed
  Bytes raw{};                       // its lines as they arrived, with their line ends

  /// The weight, when it may be recorded: stable and free of error.
  [[nodiscard]] const SicsReply* stable_weight() const;
};

class SicsHost {
 public:
  /// S waits for a stable weight; balances give up by themselves with "S I" well before this.
  static constexpr std::chrono::seconds weighing_timeout{60};
  /// Everything else is answered at once.
  static constexpr std::chrono::seconds reply_timeout{5};
  static constexpr std::size_t answers_max = 256;  // of what the balance says of its own accord, without end

  /// Sends `command` ("S", "SI", "I4", "Z", ...). Conflict while another one is unanswered or the line is being
  /// cleared.
  Result<void> ask(std::string_view command, UtcTime now);

  void push(BytesView bytes, UtcTime now);
  void tick(UtcTime now);
  [[nodiscard]] std::optional<UtcTime> wake_at() const;
  [[nodiscard]] Bytes take_output();
  [[nodiscard]] std::vector<SicsAnswer> take_answers();

  /// The line was lost: what was asked is answered with an error, and half a line is forgotten.
  void disconnected();

 private:
  // After an unanswered command its late answer could pass for the answer to the next one, which is the weight of
  // another vessel. So "@" cancels everything, and nothing counts until its answer (an I4 line) has come.
  enum class State { idle, waiting, clearing };

  void take_line(Bytes line, UtcTime now);
  void take_reply(const SicsReply& reply, BytesView line);
  void finish(std::string error);
  void add(SicsAnswer answer);

  State state_ = State::idle;
  Bytes buffer_;
  bool skipping_ = false;  // the line in progress is too long and is dropped up to its end
  Bytes output_;
  SicsAnswer open_;  // to the command in progress
  UtcTime deadline_{};
  std::vector<SicsAnswer> answers_;
};

}  // namespace lab::drivers
