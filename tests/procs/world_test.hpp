#pragma once
// A test with a world of its own, and what must hold of it at last.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "protocol/crypto/crypto.hpp"
#include "tests/procs/armed.hpp"
#include "tests/procs/checker.hpp"
#include "tests/procs/world.hpp"

namespace lab::procs {

class WorldTest : public ::testing::Test {
 protected:
  void make_world(WorldOptions options) {
    crypto::start();
    world_ = std::make_unique<World>(std::move(options));
  }
  World& world() { return *world_; }
  [[nodiscard]] const World& world() const { return *world_; }

  /// Every acknowledged event is at the coordinator, and every task is counted, once.
  void expect_all_counted() {
    come_to_rest(world());
    const Judgement judgement = judge(world());
    for (const auto& complaint : judgement.complaints) ADD_FAILURE() << complaint;
    EXPECT_EQ(judgement.lost.size(), 0U);
    EXPECT_EQ(judgement.counted_twice, 0U);
    EXPECT_EQ(judgement.counted, static_cast<std::uint64_t>(world().options().tasks));
    fmt::print("{} events of {} verdicts acknowledged, {} counted, {} lost, {} counted twice\n", judgement.events,
               judgement.acknowledged, judgement.counted, judgement.lost.size(), judgement.counted_twice);
  }
  static void expect_all_acted(const Tally& tally) {
    for (const auto& silent : tally.silent) ADD_FAILURE() << silent << " was not reached";
    fmt::print("{} failpoints acted\n", tally.acted.size());
  }

  void TearDown() override {
    if (!world_) return;
    const std::filesystem::path folder = world_->options().folder;
    world_.reset();
    if (!HasFailure()) std::filesystem::remove_all(folder);
  }

 private:
  std::unique_ptr<World> world_;
};

}  // namespace lab::procs
