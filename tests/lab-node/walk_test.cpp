// A random walk over everything people, instruments and the coordinator can do. Whatever they do, the stream stays
// gap-free and chained, the counters equal a recount, and no signature rule is broken.

#include <gtest/gtest.h>

#include <algorithm>

#include <map>
#include <random>
#include <set>

#include "protocol/crypto/crypto.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

class Walk {
 public:
  explicit Walk(std::uint64_t seed) : random_(seed) {}

  void step() {
    switch (pick(10)) {
      case 0:
        if (pick(4)) break;
        if (pick(4) == 0) {
          grant_a_lot();
          break;
        }
        numbers_.push_back(world.grant(static_cast<std::uint32_t>(pick(60)), pick(5) ? "VEG" : "NOB", 1 + pick(3)));
        break;
      case 1:
        world.fill_in(number(), pick(4) ? "2013-06-20" : "2013-08-01");
        break;
      case 2:
        world.receive(number());
        break;
      case 3:
      case 4:
      case 5:
        measure();
        break;
      case 6:
        world.review(number(), person(), pick(4) != 0, pick(2) ? "请核对" : "");
        break;
      case 7:
        world.approve(number(), person());
        break;
      case 8:
        pick(3) ? decide_quarantine() : replay();
        break;
      case 9:
        rare();
        break;
    }
  }

  World world;

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  std::string person() { return std::string(1, static_cast<char>('a' + pick(4))); }
  std::string number() {
    if (numbers_.empty()) numbers_.push_back(world.grant(0));
    // Mostly one of the last few, so that some samples come all the way.
    const std::size_t recent = std::min<std::size_t>(numbers_.size(), 4);
    return pick(4) ? numbers_[numbers_.size() - 1 - pick(recent)] : numbers_[pick(numbers_.size())];
  }

  void grant_a_lot() {
    const model::Grant grant =
        world.make_lot_grant(static_cast<std::uint32_t>(60 + pick(20)), 1 + pick(3), pick(2) == 0);
    world.order(grant);
    numbers_.push_back(grant.number.text());
  }

  void measure() {
    if (pick(4) == 0) {
      world.inspect(number(), pick(8) ? 80 : 79, pick(6), person());
      return;
    }
    static const std::vector<std::string> analytes{"铅", "毒死蜱", "百菌清", "汞"};
    static const std::vector<std::string> values{"0.1", "0.100", "0.4", "ND", "<0.01", "", "x"};
    std::vector<model::Observation> observations;
    for (std::uint64_t i = pick(6); i > 0; --i) {
      observations.push_back(observation(pick(9) ? number() : "BLANK", analytes[pick(4)], values[pick(7)]));
    }
    captures_.push_back(world.make_capture(std::move(observations), person()));
    world.capture_again(captures_.back());
  }

  void replay() {
    if (captures_.empty()) return;
    const bench::Capture& capture = captures_[captures_.size() - 1 - pick(std::min<std::size_t>(captures_.size(), 20))];
    const auto id = tables::capture_of(*world.store->read(), capture.raw);
    const bench::Replay wanted{.capture = id.value_or(0), .decoding = capture.decoding};
    world.decide([&](auto& draft) {
      return world.node.on_replay(draft, wanted, model::PersonId{person()}, world.now).has_value();
    });
  }

  void decide_quarantine() {
    const std::uint64_t entry = 1 + pick(20);
    const bench::Assignment assignment{.entry = entry, .number = number(), .analyte = "铅", .reason = "核对"};
    world.decide([&](auto& draft) {
      return pick(2) ? world.node.on_resolved(draft, assignment, model::PersonId{person()}, world.now).has_value()
                     : world.node.on_rejected(draft, entry, "空白", model::PersonId{person()}, world.now).has_value();
    });
  }

  void rare() {
    const std::string which = number();
    if (pick(3) == 0) {
      world.order(model::Revocation{.task = world.sample(which).grant.task, .token = {1, 1 + pick(3)}, .reason = "r"});
    } else if (pick(2) == 0) {
      world.decide([&](auto& draft) {
        return world.node.on_declined(
            draft,
            {.number = which, .what = {.reason = "停业", .cause = "closed_down", .second_sampler = "nobody else"}},
            model::PersonId{person()}, world.now);
      });
    } else {
      world.decide([&](auto& draft) {
        return world.node.on_judge_again(draft, which, "复测", model::PersonId{person()}, world.now);
      });
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> numbers_;
  std::vector<bench::Capture> captures_;
};

void expect_unbroken_chain(const journal::View& store) {
  const model::StreamHead head = session::stream_head(store);
  Hash previous;
  for (std::uint64_t sequence = 1; sequence <= head.sequence; ++sequence) {
    const auto bytes = session::event_bytes(store, 1, sequence);
    ASSERT_TRUE(bytes.has_value());
    const auto event = wire::decode_event(*bytes);
    ASSERT_TRUE(event.has_value());
    ASSERT_EQ(event->sequence, sequence);
    ASSERT_EQ(event->previous, previous);
    previous = crypto::sha256(*bytes);
  }
  EXPECT_EQ(previous, head.hash);
}

void expect_counters_equal_a_recount(const journal::View& store) {
  tables::Counters recount;
  tables::scan_samples(store, {}, std::nullopt, [&](const model::Sample& sample) {
    ++recount.samples[static_cast<std::size_t>(sample.state)];
    return true;
  });
  tables::scan_captures(store, 0, [&](const tables::StoredCapture& capture) {
    const model::CaptureEntry& entry = capture.entry;
    EXPECT_EQ(entry.taken + entry.same + entry.supporting + entry.checks + entry.quarantined, entry.observations);
    return ++recount.captures > 0;
  });
  for (const bool open : {true, false}) {
    tables::scan_quarantine(store, open, 0, [&](std::uint64_t, const model::QuarantineEntry&) {
      ++recount.quarantined;
      if (open) ++recount.quarantine_open;
      return true;
    });
  }
  EXPECT_EQ(tables::counters(store), recount);
}

// Every approval in the stream names a record that another person reviewed and a third one judged.
void expect_four_eyes(const std::vector<model::Event>& events) {
  std::map<Hash, model::PersonId> judged_by;
  std::map<Hash, std::set<model::PersonId>> reviewed_by;
  for (const model::Event& event : events) {
    if (std::holds_alternative<model::Judged>(event.what)) {
      judged_by[crypto::sha256(wire::encode(event))] = event.person;
    } else if (const auto* reviewed = std::get_if<model::Reviewed>(&event.what)) {
      if (reviewed->agreed) reviewed_by[reviewed->record].insert(event.person);
    } else if (const auto* approved = std::get_if<model::Approved>(&event.what)) {
      ASSERT_TRUE(judged_by.contains(approved->record));
      EXPECT_TRUE(reviewed_by[approved->record].contains(approved->reviewer));
      const std::set<model::PersonId> people{judged_by[approved->record], approved->reviewer, event.person};
      EXPECT_EQ(people.size(), 3u);
    }
  }
}

// What a sample holds is what its events say.
void expect_samples_follow_their_events(const World& world) {
  const auto view = world.store->read();
  tables::scan_samples(*view, {}, std::nullopt, [&](const model::Sample& sample) {
    std::vector<model::Measured> measured;
    Hash record;
    model::Judged judged;
    for (const model::EventPlace& place : sample.history) {
      const Bytes bytes = session::event_bytes(*view, place.incarnation, place.sequence).value();
      const model::Event event = wire::decode_event(bytes).value();
      EXPECT_EQ(event.task, sample.grant.task);
      if (const auto* one = std::get_if<model::Measured>(&event.what)) measured.push_back(*one);
      if (const auto* one = std::get_if<model::Judged>(&event.what)) {
        judged = *one;
        record = crypto::sha256(bytes);
      }
    }
    EXPECT_EQ(sample.measured, measured);
    EXPECT_EQ(sample.record, record);
    EXPECT_EQ(sample.judged, judged);
    EXPECT_EQ(judged.lot.has_value(), sample.grant.lot.has_value() && !record.is_zero());
    return true;
  });
}

class RandomWalk : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomWalk, LeavesAnUnbrokenChainTrueCountersAndFourEyes) {
  Walk walk{GetParam()};
  for (int i = 0; i < 3'000; ++i) walk.step();
  const auto view = walk.world.store->read();
  expect_unbroken_chain(*view);
  expect_counters_equal_a_recount(*view);
  const auto events = walk.world.events();
  expect_four_eyes(events);
  expect_samples_follow_their_events(walk.world);
  EXPECT_TRUE(std::ranges::any_of(events, [](const model::Event& event) {
    return std::holds_alternative<model::Approved>(event.what);
  })) << "the walk of this seed is too short to mean anything";
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomWalk, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace lab::node
