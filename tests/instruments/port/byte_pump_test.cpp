// The pump between a line and a conversation: when it wakes the conversation, and what that costs.

#include "instruments/port/byte_pump.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace lab::port {
namespace {

using namespace std::chrono_literals;
using Socket = boost::asio::local::stream_protocol::socket;

// Says nothing; each octet that it hears moves its deadline to so many hundredths of a second from then.
class Listening : public Conversation {
 public:
  void connected(UtcTime) override {}
  void received(BytesView bytes, UtcTime now) override {
    for (const char c : bytes) deadline_ = now + 10 * Milliseconds{static_cast<unsigned char>(c)};
    heard += bytes.size();
  }
  void tick(UtcTime now) override {
    if (!deadline_ || now < *deadline_) return;
    late = now - *deadline_;
    deadline_.reset();
  }
  [[nodiscard]] std::optional<UtcTime> wake_at() const override { return deadline_; }
  [[nodiscard]] Bytes take_output() override { return {}; }
  void report() override {}
  void disconnected() override {}

  std::size_t heard = 0;
  std::optional<Milliseconds> late;  // how late the last deadline was met

 private:
  std::optional<UtcTime> deadline_;
};

class Pumping : public testing::Test {
 protected:
  Pumping() {
    Socket near{io_};
    boost::asio::local::connect_pair(near, far_);
    pump_ = std::make_shared<BytePump<Socket>>(std::move(near), talk_, PumpOptions{});
    pump_->start();
  }
  ~Pumping() override { pump_->close(); }

  void say(char octet) { boost::asio::write(far_, boost::asio::buffer(&octet, 1)); }
  // How many handlers ran until the octet was heard, and what follows at once.
  std::size_t handlers_for(char octet) {
    const std::size_t before = talk_->heard;
    say(octet);
    std::size_t handlers = 0;
    while (talk_->heard == before) handlers += io_.run_one_for(1s);
    return handlers + io_.poll();
  }
  bool met_within(Milliseconds time) {
    const UtcTime end = monotonic_clock() + time;
    while (!talk_->late && monotonic_clock() < end) io_.run_one_for(10ms);
    return talk_->late.has_value();
  }

  boost::asio::io_context io_;
  Socket far_{io_};
  std::shared_ptr<Listening> talk_ = std::make_shared<Listening>();
  std::shared_ptr<BytePump<Socket>> pump_;
};

TEST_F(Pumping, ADeadlineThatMovesLaterCostsNothing) {
  handlers_for('\xFF');
  std::size_t handlers = 0;
  for (int octet = 0; octet < 20; ++octet) handlers += handlers_for('\xFF');
  EXPECT_EQ(handlers, 20U) << "each octet is read, and no timer is cancelled for it";
}

TEST_F(Pumping, ADeadlineThatMovedLaterIsMet) {
  say('\x02');
  io_.run_for(5ms);
  say('\x08');
  ASSERT_TRUE(met_within(10s));
  EXPECT_LT(*talk_->late, 5s);
}

TEST_F(Pumping, ADeadlineThatMovesEarlierIsMetInItsTime) {
  for (int again = 0; again < 3; ++again) {
    talk_->late.reset();
    say('\xFF');
    io_.run_for(5ms);
    say('\x01');
    ASSERT_TRUE(met_within(10s));
    EXPECT_LT(*talk_->late, 1s) << "not only when the first one is due";
  }
}

}  // namespace
}  // namespace lab::port
