// When a node asks again: soon where answers come soon, later where the coordinator needs its time.

#include <gtest/gtest.h>

#include <vector>

#include "protocol/journal/store.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/session/stream.hpp"

namespace lab::session {
namespace {

class Resend : public ::testing::Test {
 protected:
  Resend() {
    turn([&](journal::Draft& draft) { set_identity(draft, {.node = model::NodeId{5}}); });
    const auto hello = link.on_linked(*store->read(), {}, now);
    EXPECT_TRUE(std::holds_alternative<journal::Send>(hello.back()));
    turn([&](journal::Draft& draft) {
      link.on_message(draft, model::Welcome{.generation = 1, .mode = model::Mode::normal, .clock = now}, now);
    });
    EXPECT_TRUE(link.is_welcome());
  }

  template <class Decide>
  std::size_t turn(Decide decide) {
    auto batch = store->write();
    journal::Draft draft{*batch};
    decide(draft);
    std::size_t sent = 0;
    const auto apply = [&](journal::Effects effects) {
      auto rest = journal::apply(std::move(effects), *batch);
      EXPECT_TRUE(rest.has_value());
      for (const auto& effect : *rest) {
        const auto* send = std::get_if<journal::Send>(&effect);
        sent += send && std::holds_alternative<model::Events>(send->message) ? 1U : 0U;
      }
    };
    apply(draft.take());
    apply(link.pump(*batch, now));
    EXPECT_TRUE(batch->commit());
    return sent;
  }

  // One more event, answered after `delay` or not at all; how often it was sent meanwhile.
  std::size_t event_answered_after(Milliseconds delay, bool answered = true) {
    std::size_t sent =
        turn([&](journal::Draft& draft) { append(draft, {.person = {}, .what = model::Incident{"an event"}}, now); });
    const UtcTime until = now + delay;
    while (now < until) {
      now += Milliseconds{50};
      sent += turn([](journal::Draft&) {});
    }
    if (answered) {
      sent += turn([&](journal::Draft& draft) {
        link.on_message(draft, model::Ack{.incarnation = 1, .upto = stream_head(draft).sequence, .notes = {}}, now);
      });
    }
    return sent;
  }

  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  crypto::KeyPair keys = crypto::make_key_pair();
  NodeLink link{{.signing_key = keys.secret_key, .build = "test", .boot = 1}};
  UtcTime now = from_unix_ms(1'370'000'000'000);
};

TEST_F(Resend, IsNotNeededWhereAnswersComeInTime) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(event_answered_after(Milliseconds{100}), 1U);
}

TEST_F(Resend, StopsWhereAnswersAreOnlySlow) {
  EXPECT_GT(event_answered_after(Milliseconds{1'500}), 1U) << "nobody knows yet";
  for (int i = 0; i < 20; ++i) event_answered_after(Milliseconds{1'500});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(event_answered_after(Milliseconds{1'500}), 1U);
}

TEST_F(Resend, ComesWithinSecondsHoweverSlowTheAnswersWere) {
  for (int i = 0; i < 50; ++i) event_answered_after(Milliseconds{10'000});
  EXPECT_GT(event_answered_after(resend_patient + Milliseconds{100}, false), 1U);
}

TEST_F(Resend, ReturnsToItsFirstPaceWhenAnswersDo) {
  for (int i = 0; i < 20; ++i) event_answered_after(Milliseconds{3'000});
  for (int i = 0; i < 60; ++i) event_answered_after(Milliseconds{50});
  EXPECT_GT(event_answered_after(resend_first + Milliseconds{50}, false), 1U);
}

}  // namespace
}  // namespace lab::session
