// Grants, receptions, captures, replays and confirmations in any order come to the same determinations.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/lab-node/replay_world.hpp"

namespace lab::node {
namespace {

constexpr std::uint32_t samples = 5;
constexpr std::size_t captures = 8;

// What a bench measures in a day. Each item has one true value, so that it does not matter which capture gave it, but
// for sample 5, whose chlorpyrifos one capture says twice and differently.
std::vector<std::vector<model::Observation>> days_work(std::mt19937_64& random, ReplayWorld& world) {
  std::vector<std::vector<model::Observation>> all;
  for (std::size_t i = 0; i < captures; ++i) {
    const std::string device = random() % 3 == 0 ? "B" : "A";
    std::vector<model::Observation> rows;
    for (std::uint32_t task = 1; task <= samples; ++task) {
      const std::string number = world.make_grant(task, "VEG", 1).number.text();
      if (random() % 2 == 0) rows.push_back(from(device, observation(number, "铅", fmt::format("0.{}", task))));
      if (task < samples && random() % 2 == 0) rows.push_back(from(device, observation(number, "毒死蜱", "ND")));
    }
    if (i == 0) {
      const std::string last = world.make_grant(samples, "VEG", 1).number.text();
      rows.push_back(from(device, observation(last, "毒死蜱", "0.01")));
      rows.push_back(from(device, observation(last, "毒死蜱", "0.02")));
    }
    rows.push_back(from(device, observation("BLANK", "铅", "ND")));
    for (std::size_t at = 0; at < rows.size(); ++at) rows[at].offset = at;
    all.push_back(std::move(rows));
  }
  return all;
}

class Day {
 public:
  explicit Day(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    for (auto& rows : days_work(random, world)) captures_.push_back(world.make_capture(std::move(rows)));
    unreadable_ = random() % captures;
  }

  /// One thing that may happen at any time and more than once.
  void step(std::mt19937_64& random) {
    const auto which = static_cast<std::uint32_t>(random() % samples) + 1;
    switch (random() % 4) {
      case 0:
        arrive(which);
        break;
      case 1:
        take(random() % captures);
        break;
      case 2:
        replay(random() % captures);
        break;
      case 3:
        confirm();
        break;
    }
    expect_every_observation_counted_everywhere();
  }

  /// Whatever has not happened yet.
  void finish() {
    for (std::uint32_t task = 1; task <= samples; ++task) arrive(task);
    for (std::size_t i = 0; i < captures; ++i) take(i);
    replay_all();
    confirm();
    replay_all();
  }

  void replay_all() {
    for (std::size_t i = 0; i < captures; ++i) replay(i);
  }

  /// Sample and item -> the values that were taken for it.
  std::map<std::string, std::set<std::string>> determinations() const {
    std::map<std::string, std::set<std::string>> all;
    tables::scan_samples(*world.store->read(), {}, std::nullopt, [&](const model::Sample& sample) {
      for (const auto& measured : sample.measured) {
        for (const auto& one : measured.determinations) {
          all[fmt::format("{} {}", sample.grant.number.text(), one.item)].insert(one.value.text);
        }
      }
      return true;
    });
    return all;
  }

  ReplayWorld world;

 private:
  void arrive(std::uint32_t task) {
    const std::string number = world.grant(task);
    if (world.sample(number).state != model::SampleState::assigned) return;
    EXPECT_TRUE(world.fill_in(number) && world.receive(number));
  }

  // One of them comes before there is a profile for it.
  void take(std::size_t which) {
    bench::Capture capture = captures_[which];
    if (which == unreadable_) capture.decoding = {.refused = "没有适用的方案"};
    world.capture_again(capture);
  }

  void replay(std::size_t which) {
    const auto replayed = world.replay(captures_[which]);
    EXPECT_TRUE(replayed || replayed.error().code == "unknown_capture");
  }

  void confirm() {
    for (const char* device : {"A", "B"}) {
      const auto known = world.device(device);
      if (!known || !tables::is_waiting(*known)) continue;
      EXPECT_TRUE(world.decide_device(device, true).has_value());
    }
  }

  void expect_every_observation_counted_everywhere() const {
    tables::scan_captures(*world.store->read(), 0, [](const tables::StoredCapture& capture) {
      expect_every_observation_counted(capture.entry);
      return true;
    });
  }

  std::vector<bench::Capture> captures_;
  std::size_t unreadable_ = 0;
};

class AnyOrder : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AnyOrder, ComesToTheSameDeterminationsAndReplayingAgainAddsNothing) {
  Day straight{GetParam()};
  straight.finish();
  const auto expected = straight.determinations();
  ASSERT_GE(expected.size(), samples) << "a day without results shows nothing";
  const std::string contradicted = straight.world.make_grant(samples, "VEG", 1).number.text() + " 1";
  EXPECT_FALSE(expected.contains(contradicted));
  for (std::uint64_t order = 1; order <= 6; ++order) {
    Day day{GetParam()};
    std::mt19937_64 random{GetParam() * 100 + order};
    for (int i = 0; i < 40; ++i) day.step(random);
    day.finish();
    EXPECT_EQ(day.determinations(), expected) << "order " << order;
    const auto before = day.world.everything();
    day.replay_all();
    EXPECT_EQ(day.world.everything(), before) << "order " << order;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyOrder, testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace lab::node
