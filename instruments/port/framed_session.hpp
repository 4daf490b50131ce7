#pragma once
// The conversation with an instrument whose messages are acknowledged: each one becomes a capture, and its
// acknowledgement waits until the capture is durable.

#include <memory>
#include <string>
#include <utility>

#include "instruments/port/capture.hpp"
#include "instruments/port/conversation.hpp"
#include "protocol/base/clock.hpp"

namespace lab::port {

/// Who speaks, and who listens to it.
struct SessionOptions {
  std::string port_name;
  std::string instrument;
  OnCapture on_capture;
  OnTrouble on_trouble;
};

/// `Link` is a receiver of instruments/drivers with the turn of AstmLink: push, tick, take_reply, take_message, stored.
/// One session per opened line: half a message of a line that ended is not continued by the next.
template <class Link>
class FramedSession : public Conversation, public std::enable_shared_from_this<FramedSession<Link>> {
 public:
  FramedSession(SessionOptions options, Link link) : options_(std::move(options)), link_(std::move(link)) {}

  void connected(UtcTime) override {}
  void received(BytesView bytes, UtcTime now) override { link_.push(bytes, now); }
  void tick(UtcTime now) override { link_.tick(now); }
  [[nodiscard]] std::optional<UtcTime> wake_at() const override { return link_.wake_at(); }
  [[nodiscard]] Bytes take_output() override { return link_.take_reply(); }
  void disconnected() override {}

  void report() override {
    for (const std::string& note : link_.take_notes()) tell(note);
    if constexpr (requires { link_.take_sent(); }) {  // a link that also answers
      const auto sent = link_.take_sent();
      if (sent && !sent->acknowledged) tell(sent->trouble);
    }
    if (auto message = link_.take_message()) hand_over(*std::move(message));
  }

 private:
  void tell(const std::string& trouble) {
    options_.on_trouble(options_.port_name, options_.instrument + ": " + trouble);
  }

  void hand_over(Bytes message) {
    Capture capture{options_.port_name, options_.instrument, std::move(message), wall_clock()};
    options_.on_capture(std::move(capture), [weak = this->weak_from_this()](bool stored) {
      const auto self = weak.lock();
      if (!self || !self->link_.awaits_storage()) return;
      if (stored) {
        self->link_.stored(monotonic_clock());
      } else {
        self->link_.not_stored(monotonic_clock());
      }
      self->turn();
    });
  }

  SessionOptions options_;
  Link link_;
};

}  // namespace lab::port
