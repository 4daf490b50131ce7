#pragma once
// Carries octets between an open line and a conversation. The one implementation for accepted and made TCP connections
// and for serial lines; a line that is opened again gets a new pump, so nothing of the old one can reach the new.

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "instruments/port/conversation.hpp"
#include "protocol/base/clock.hpp"

namespace lab::port {

/// What the owner of a pump sees of it, whatever its line is.
class Pump {
 public:
  Pump() = default;
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;
  virtual ~Pump() = default;
  /// Ends it without telling anybody: for the owner.
  virtual void close() = 0;
  [[nodiscard]] virtual bool is_open() const = 0;
};

struct PumpOptions {
  bool seven_bits = false;  // the top bit of what arrives is a parity bit that the device did not take off
  /// Called at most once, when the line ended by itself; says why.
  std::function<void(const std::string& why)> on_end{};
};

/// `Stream` is a socket or a descriptor of Asio. Lives as long as one of its operations does, and its owner.
template <class Stream>
class BytePump : public Pump, public std::enable_shared_from_this<BytePump<Stream>> {
  using error_code = boost::system::error_code;

 public:
  BytePump(Stream stream, std::shared_ptr<Conversation> talk, PumpOptions options)
      : stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        talk_(std::move(talk)),
        options_(std::move(options)) {}

  void start() {
    talk_->set_turn([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->turn();
    });
    talk_->connected(monotonic_clock());
    turn();
    read();
  }

  void close() override {
    options_.on_end = {};
    shut();
  }

  [[nodiscard]] bool is_open() const override { return stream_.is_open(); }

 private:
  void turn() {
    send(talk_->take_output());
    talk_->report();
    arm();
  }

  void read() {
    stream_.async_read_some(boost::asio::buffer(input_),
                            [self = this->shared_from_this()](error_code error, std::size_t size) {
                              if (error) return self->end(error.message());
                              if (!self->is_open()) return;
                              self->take(size);
                              self->read();
                            });
  }

  void take(std::size_t size) {
    if (options_.seven_bits) {
      for (std::size_t i = 0; i < size; ++i) input_[i] = static_cast<char>(input_[i] & 0x7F);
    }
    talk_->received(BytesView{input_.data(), size}, monotonic_clock());
    turn();
  }

  // Deadlines move with every frame, nearly always later, and arming a timer costs as much as answering a frame. So one
  // that is armed is left to run: when it comes too early, the turn arms it again.
  void arm() {
    const auto wake = talk_->wake_at();
    if (!wake || !is_open() || (armed_ && *armed_ <= *wake)) return;
    armed_ = wake;
    timer_.expires_after(*wake - monotonic_clock());
    timer_.async_wait([self = this->shared_from_this()](error_code error) {
      if (error || !self->is_open()) return;
      self->armed_.reset();
      self->talk_->tick(monotonic_clock());
      self->turn();
    });
  }

  void send(BytesView octets) {
    output_ += octets;
    if (writing_ || output_.empty() || !is_open()) return;
    writing_ = true;
    sending_ = std::exchange(output_, {});
    boost::asio::async_write(stream_, boost::asio::buffer(sending_),
                             [self = this->shared_from_this()](error_code error, std::size_t) {
                               self->writing_ = false;
                               if (error) return self->end(error.message());
                               self->send({});
                             });
  }

  void end(const std::string& why) {
    if (!is_open()) return;
    const auto told = std::exchange(options_.on_end, {});
    shut();
    talk_->disconnected();
    talk_->report();
    if (told) told(why);
  }

  void shut() {
    if (!is_open()) return;
    error_code error;
    stream_.close(error);
    timer_.cancel();
    talk_->set_turn({});
  }

  Stream stream_;
  boost::asio::steady_timer timer_;
  std::optional<UtcTime> armed_;  // until when the timer runs
  std::shared_ptr<Conversation> talk_;
  PumpOptions options_;
  std::array<char, 16 * 1024> input_{};
  Bytes output_;
  Bytes sending_;
  bool writing_ = false;
};

}  // namespace lab::port
