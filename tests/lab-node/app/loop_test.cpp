#include "lab-node/app/loop.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <map>

#include "protocol/base/failpoint.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::app {
namespace {

class LoopTest : public ::testing::Test {
 protected:
  /// An input that puts one record and runs `meanwhile` during its decision, and `after` when its turn is over.
  desk::Input put(const std::string& key, std::function<void()> meanwhile, desk::After after) {
    return [key, meanwhile = std::move(meanwhile), after = std::move(after)](Node&, journal::Draft& draft, UtcTime) {
      draft.put(key, "record");
      if (meanwhile) meanwhile();
      return after;
    };
  }
  [[nodiscard]] std::uint64_t commits() const { return store->figures().commits; }

  boost::asio::io_context io{1};
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  Loop loop{io, *store, {}};
};

TEST_F(LoopTest, AnswersAfterTheCommit) {
  std::uint64_t commits_when_answered = 0;
  ASSERT_TRUE(loop.post(put("Z1", {}, [&](bool stored) {
    EXPECT_TRUE(stored);
    commits_when_answered = commits();
    loop.stop();
  })));
  EXPECT_TRUE(loop.run());
  EXPECT_EQ(commits_when_answered, 1U);
}

TEST_F(LoopTest, WhatComesInWhileATurnDecidesSharesItsCommit) {
  const auto second = [&] { loop.post(put("Z2", {}, [&](bool) { loop.stop(); })); };
  ASSERT_TRUE(loop.post(put("Z1", second, {})));
  EXPECT_TRUE(loop.run());
  EXPECT_EQ(commits(), 1U);
  EXPECT_TRUE(store->read()->get("Z1").has_value());
  EXPECT_TRUE(store->read()->get("Z2").has_value());
}

TEST_F(LoopTest, WhatComesInWithAnAnswerGetsATurnOfItsOwn) {
  ASSERT_TRUE(loop.post(put("Z1", {}, [&](bool) { loop.post(put("Z2", {}, [&](bool) { loop.stop(); })); })));
  EXPECT_TRUE(loop.run());
  EXPECT_EQ(commits(), 2U);
}

TEST_F(LoopTest, ATurnTakesItsShareAndTheNextOneTheRest) {
  std::size_t answered = 0;
  for (std::size_t i = 0; i <= inputs_per_turn; ++i) {
    ASSERT_TRUE(loop.post(put(fmt::format("Z{}", i), {}, [&](bool) {
      if (++answered == inputs_per_turn + 1) loop.stop();
    })));
  }
  EXPECT_TRUE(loop.run());
  EXPECT_EQ(answered, inputs_per_turn + 1);
  EXPECT_EQ(commits(), 2U);
}

TEST_F(LoopTest, ATurnEndsAtItsOctets) {
  constexpr std::size_t records = 9;  // of an eighth of the limit each
  std::size_t answered = 0;
  for (std::size_t i = 0; i < records; ++i) {
    ASSERT_TRUE(loop.post([&, i](Node&, journal::Draft& draft, UtcTime) -> desk::After {
      draft.put(fmt::format("Z{}", i), Bytes(octets_per_turn / (records - 1), 'r'));
      return [&](bool stored) {
        EXPECT_TRUE(stored);
        if (++answered == records) loop.stop();
      };
    }));
  }
  EXPECT_TRUE(loop.run());
  EXPECT_EQ(answered, records);
  EXPECT_EQ(commits(), 2U);
}

TEST_F(LoopTest, FramesOverTheirTotalAreLeftToBeSentAgain) {
  const Bytes frame(std::size_t{1} << 20, 'x');
  constexpr std::size_t fit = frame_octets_max >> 20;
  EXPECT_EQ(loop.on_frames(std::vector<Bytes>(fit + 2, frame)), fit);
  std::size_t taken_later = 0;
  const auto when_they_are_gone = [&] { taken_later = loop.on_frames({frame}); };
  ASSERT_TRUE(loop.post(put("Z1", when_they_are_gone, [&](bool) { loop.stop(); })));
  EXPECT_TRUE(loop.run());
  EXPECT_EQ(taken_later, 1U);
}

TEST(LinkedLoop, SaysNothingThatItHasNotStored) {
  boost::asio::io_context io{1};
  const auto store = journal::make_memory_store();
  auto batch = store->write();
  journal::Draft draft{*batch};
  session::set_identity(draft, {.node = model::NodeId{5}, .laboratory = model::LaboratoryId{1}});
  ASSERT_TRUE(journal::apply(draft.take(), *batch) && batch->commit());
  batch.reset();
  const std::uint64_t before = store->figures().commits;

  std::vector<std::uint64_t> commits_when_said;
  Loop* running = nullptr;
  Loop loop{io,
            *store,
            {.link = {.signing_key = {}, .build = "test", .boot = 7},
             .has_coordinator = true,
             .send = [&](const std::vector<Bytes>&) {
               commits_when_said.push_back(store->figures().commits);
               running->stop();
             }}};
  running = &loop;
  ASSERT_TRUE(failpoint::arm("node.commit=error"));
  loop.on_link(true);
  EXPECT_TRUE(loop.run());
  ASSERT_TRUE(failpoint::arm(""));
  ASSERT_FALSE(commits_when_said.empty());
  EXPECT_EQ(commits_when_said[0], before + 1) << "HELLO names a process that the store must know of";
}

// A store in memory whose disk has as much left as the test says.
class StoreOnADisk : public journal::Store {
 public:
  std::unique_ptr<journal::Batch> write() override { return inner_->write(); }
  std::unique_ptr<journal::Snapshot> read() const override { return inner_->read(); }
  [[nodiscard]] journal::StoreFigures figures() const override {
    journal::StoreFigures figures = inner_->figures();
    figures.bytes_used = 90;
    figures.disk_free_bytes = free;
    return figures;
  }
  [[nodiscard]] journal::ChangeLog& changes() const override { return inner_->changes(); }

  std::uint64_t free = 10;

 private:
  std::unique_ptr<journal::Store> inner_ = journal::make_memory_store();
};

TEST(LinkedLoop, TakesNoNewTaskIntoItsReserveButWhatWasBegunIsStored) {
  boost::asio::io_context io{1};
  StoreOnADisk store;
  const crypto::KeyPair keys = crypto::make_key_pair();
  auto batch = store.write();
  journal::Draft draft{*batch};
  session::set_identity(
      draft, {.node = model::NodeId{5}, .laboratory = model::LaboratoryId{1}, .coordinator_key = keys.public_key});
  ASSERT_TRUE(journal::apply(draft.take(), *batch) && batch->commit());
  batch.reset();
  Loop loop{io, store, {.link = {.signing_key = {}, .build = "test", .boot = 7}, .has_coordinator = true}};

  model::Orders orders{.generation = 1,
                       .orders = {wire::encode(model::Order{.sequence = 1, .what = model::Revocation{.reason = "r"}})}};
  const auto signature = crypto::sign(wire::orders_to_sign(model::NodeId{5}, orders), keys.secret_key);
  orders.signature.assign(signature.begin(), signature.end());
  const std::vector<Bytes> frames{wire::encode(model::Welcome{.generation = 1, .cursors = {{1, 0, {}}}}),
                                  wire::encode(orders)};
  const auto orders_taken = [&] { return session::orders_state(*store.read()).upto; };

  loop.on_link(true);
  loop.on_frames(frames);
  std::uint64_t taken_without_room = 1;
  bool was_stored = false;
  loop.post([&](Node&, journal::Draft& result, UtcTime) -> desk::After {
    result.put("Z1", "a result");
    return [&](bool stored) {
      was_stored = stored;
      taken_without_room = orders_taken();
      store.free = 1'000;
      loop.on_frames(frames);  // sent again
      loop.post([&](Node&, journal::Draft&, UtcTime) -> desk::After { return [&](bool) { loop.stop(); }; });
    };
  });
  EXPECT_TRUE(loop.run());
  EXPECT_TRUE(was_stored);
  EXPECT_EQ(taken_without_room, 0U);
  EXPECT_EQ(orders_taken(), 1U);
  EXPECT_EQ(loop.link_status().room, journal::Room::enough);
}

// A page that notes how many commits there were when it heard of something.
struct ListeningPage : http::Channel {
  explicit ListeningPage(const journal::Store& of) : store(of) {}
  const journal::Store& store;
  std::map<std::string, std::uint64_t> heard;  // by kind
  bool push(std::string octets) override {
    const auto at = octets.find("event: ");
    if (at != std::string::npos) heard[octets.substr(at + 7, octets.find('\n', at) - at - 7)] = store.figures().commits;
    return true;
  }
  [[nodiscard]] bool is_open() const override { return true; }
  void close() override {}
};

TEST(LiveLoop, PagesHearOfAChangeAfterItsCommitAndOfNoneThatWasNotMade) {
  boost::asio::io_context io{1};
  const auto store = journal::make_memory_store();
  service::Live live{0};
  Loop loop{io, *store, {.live = &live}};
  const auto page = std::make_shared<ListeningPage>(*store);
  live.listen(
          {}, model::PersonId{"anna"}, [] { return true; }, UtcTime{})
      .opened(page);
  loop.post([](Node&, journal::Draft& draft, UtcTime) -> desk::After {
    draft.put("k1", "record");
    draft.put("u1", "record");
    draft.erase("u2");
    return {};
  });
  loop.post([&](Node&, journal::Draft&, UtcTime) -> desk::After {
    return [&](bool) {
      EXPECT_FALSE(page->heard.contains("captures")) << "answers go first, pages after";
      boost::asio::post(io, [&] { loop.stop(); });
    };
  });
  EXPECT_TRUE(loop.run());
  EXPECT_EQ(page->heard["captures"], 1U);
  EXPECT_EQ(page->heard["quarantine"], 1U);
  EXPECT_EQ(page->heard["link"], 1U) << "the state of the link is told once at the beginning";
  EXPECT_FALSE(page->heard.contains("runs"));
  EXPECT_FALSE(page->heard.contains("samples"));
}

}  // namespace
}  // namespace lab::node::app
