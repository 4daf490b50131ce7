// A poison event: deciding it ends the process. Each process here is a coordinator over the store and the note that the
// one before it left; the end of a process is an exception that nobody in the product knows.

#include "coordinator/app/attempts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "coordinator/tables/diary.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::coordinator::app {
namespace {

using namespace coordinator::testing;
namespace fs = std::filesystem;
using tables::EventPlace;

struct ProcessEnds {};

class AttemptsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    file_ = fs::temp_directory_path() / ("attempts_test_" + std::to_string(::getpid()));
    fs::remove(file_);
  }
  void TearDown() override { fs::remove(file_); }
  Attempts open() { return std::move(Attempts::open(file_).value()); }

  fs::path file_;
};

EventPlace place(std::uint32_t node, std::uint64_t sequence) { return {model::NodeId{node}, 1, sequence}; }

TEST_F(AttemptsTest, CountsWhatEachProcessEndedAt) {
  for (std::uint32_t process = 0; process < tries_max; ++process) {
    Attempts attempts = open();
    EXPECT_EQ(attempts.suspects().size(), process == 0 ? 0U : 1U);
    EXPECT_TRUE(attempts.begin(place(5, 7)));  // one before it
    EXPECT_TRUE(attempts.begin(place(5, 8)));
  }
  Attempts attempts = open();
  ASSERT_EQ(attempts.suspects(), (std::vector<Attempts::Suspect>{{place(5, 8), tries_max}}));
  EXPECT_TRUE(attempts.begin(place(5, 7)));
  EXPECT_FALSE(attempts.begin(place(5, 8)));
  EXPECT_TRUE(attempts.begin(place(6, 8)));
  attempts.done();
  EXPECT_TRUE(open().suspects().empty());
}

TEST_F(AttemptsTest, ForgetsWhatWentWellAfterAll) {
  open().begin(place(5, 8));  // power was switched off, say
  Attempts attempts = open();
  EXPECT_TRUE(attempts.begin(place(5, 8)));
  attempts.done();
  attempts.done();
  EXPECT_TRUE(open().suspects().empty());
}

TEST_F(AttemptsTest, KeepsTheNewestOfManySuspects) {
  for (std::uint64_t i = 1; i <= suspects_max + 4; ++i) open().begin(place(5, i));
  const Attempts attempts = open();
  EXPECT_EQ(attempts.suspects().size(), suspects_max);
  EXPECT_EQ(attempts.suspects().back().place, place(5, suspects_max + 4));
}

TEST_F(AttemptsTest, BeginsAnewWithAShortOrForeignNote) {
  std::ofstream(file_) << "x";
  EXPECT_TRUE(open().begin(place(1, 1)));
  fs::remove(file_);
  EXPECT_FALSE(Attempts::open(file_ / "no" / "such" / "folder").has_value());
}

TEST_F(AttemptsTest, APoisonEventIsQuarantinedTheStreamGoesOnAndAReplayCountsIt) {
  World world;
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({cell(2)});
  const auto grants = world.grants_of(bench);
  bench.conclude(grants[0], model::SampleOutcome::pass);
  bench.conclude(grants[1], model::SampleOutcome::fail);
  const EventPlace poison = place(bench.id().value(), 1);

  int ended = 0;
  for (int process = 0; process < 10; ++process) {
    Attempts attempts = open();
    world.coordinator = Coordinator{world.keys, {}, [&](const EventPlace& at) {
                                      const bool may = attempts.begin(at);
                                      if (may && at == poison) throw ProcessEnds{};
                                      return may;
                                    }};
    try {
      world.deliver(bench, bench.all_events());
      attempts.done();
      break;
    } catch (const ProcessEnds&) {
      ++ended;
      EXPECT_EQ(session::cursor(*world.view(), bench.id(), 1).sequence, 0U);  // nothing of that turn is stored
    }
  }
  EXPECT_EQ(ended, 3);
  const auto view = world.view();
  EXPECT_EQ(session::cursor(*view, bench.id(), 1).sequence, 6U);
  EXPECT_TRUE(session::held_event(*view, bench.id(), 1, 1).has_value());
  const auto exception = tables::exception_at(*view, poison);
  ASSERT_TRUE(exception.has_value());
  EXPECT_EQ(exception->disposition, model::Disposition::quarantined);
  EXPECT_EQ(exception->task, grants[0].task);
  // The second verdict counts; the first waits, because its record was not looked at.
  EXPECT_EQ(tables::exception_count(*view, model::Disposition::quarantined), 3U);
  EXPECT_EQ(tables::task(*view, grants[0].task)->state, model::TaskState::granted);
  EXPECT_EQ(tables::task(*view, grants[1].task)->state, model::TaskState::judged);
  EXPECT_TRUE(open().suspects().empty());

  // The program is mended.
  world.coordinator = Coordinator{world.keys};
  const auto replay = [&](std::uint64_t sequence) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_replay(draft, place(bench.id().value(), sequence), "已修正", world.now);
    });
  };
  EXPECT_EQ(replay(4).error().code, ErrorCode::not_found);  // it was taken
  EXPECT_EQ(replay(1)->disposition, model::Disposition::stored);
  EXPECT_EQ(replay(2)->disposition, model::Disposition::stored);
  EXPECT_EQ(replay(3)->disposition, model::Disposition::counted);
  EXPECT_EQ(world.said.size(), 1U);  // its node hears of it
  EXPECT_EQ(replay(3).error().code, ErrorCode::not_found);
  EXPECT_EQ(tables::exception_count(*world.view(), model::Disposition::quarantined), 0U);
  EXPECT_EQ(tables::task(*world.view(), grants[0].task)->state, model::TaskState::judged);
  EXPECT_EQ(tables::first_break(*world.view()), std::nullopt);
}

TEST_F(AttemptsTest, AReplayNeedsAReasonAndMendsNothingElse) {
  World world;
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({cell(1)});
  const model::Grant grant = world.grants_of(bench).front();
  const Hash record = bench.happen(grant, "analyst", judged(grant, model::SampleOutcome::pass));
  bench.happen(grant, "analyst", reviewed(grant, record));  // by the same person
  world.deliver(bench, bench.all_events());
  const auto replay = [&](const char* reason, std::uint64_t sequence) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_replay(draft, place(bench.id().value(), sequence), reason, world.now);
    });
  };
  EXPECT_EQ(replay("", 2).error().code, ErrorCode::malformed);
  EXPECT_EQ(replay("再试", 2).error().code, ErrorCode::conflict);
  world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_replay(draft, place(99, 1), "再试", world.now); });
  EXPECT_EQ(tables::exception_count(*world.view(), model::Disposition::quarantined), 1U);
}

}  // namespace
}  // namespace lab::coordinator::app
