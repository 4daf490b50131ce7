#pragma once
// What is spoken on a line, apart from the line: the pump (byte_pump.hpp) carries the octets and keeps the time.

#include <functional>
#include <optional>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

namespace lab::port {

/// All calls come on the loop's thread; times are of the monotonic clock.
class Conversation {
 public:
  Conversation() = default;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  virtual ~Conversation() = default;

  virtual void connected(UtcTime now) = 0;
  virtual void received(BytesView bytes, UtcTime now) = 0;
  /// May come before anything is due.
  virtual void tick(UtcTime now) = 0;
  [[nodiscard]] virtual std::optional<UtcTime> wake_at() const = 0;
  [[nodiscard]] virtual Bytes take_output() = 0;
  /// Hands on what came of it: captures, weights, troubles. Called after every event, when the output has been taken.
  virtual void report() = 0;
  /// The line ended. What was open is given up.
  virtual void disconnected() = 0;

  /// Asks the pump for a turn, when something happened outside of it (a capture became durable, somebody weighs).
  void turn() const {
    if (on_turn_) on_turn_();
  }
  /// For the pump, when it takes the conversation up.
  void set_turn(std::function<void()> on_turn) { on_turn_ = std::move(on_turn); }

 private:
  std::function<void()> on_turn_;
};

}  // namespace lab::port
