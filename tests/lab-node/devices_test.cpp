// Which device stands behind an instrument: the first is taken at its word, another one waits for a person.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/journal/fields.hpp"
#include "tests/lab-node/replay_world.hpp"

namespace lab::node {
namespace {

using tables::DeviceState;
using testing::HasSubstr;

std::uint64_t waiting(const ReplayWorld& world) { return tables::devices_waiting(*world.store->read()); }

TEST(Devices, TheFirstBehindAnInstrumentIsTakenAtItsWord) {
  ReplayWorld world;
  const std::string number = world.received(1);
  const auto outcome = world.capture({from("ICPMS-7700^1", observation(number, "铅", "0.1"))});
  EXPECT_EQ(outcome.entry.taken, 1u);
  const auto device = world.device("ICPMS-7700^1");
  ASSERT_TRUE(device.has_value());
  EXPECT_EQ(device->state, DeviceState::seen);
  EXPECT_TRUE(device->is_first);
  EXPECT_EQ(device->first_seen, world.now);
  EXPECT_EQ(device->last_contact, world.now);
  EXPECT_EQ(device->last_port, "test");
  EXPECT_EQ(device->counts, (tables::DeviceCounts{.captures = 1, .observations = 1, .taken = 1}));
  EXPECT_EQ(waiting(world), 0u);
}

TEST(Devices, TheFirstIsToldOnceInTheStream) {
  ReplayWorld world;
  world.capture({from("ICPMS-7700^1", observation("X", "铅", "0.1"))});
  EXPECT_EQ(world.last_incident(),
            "仪器 ICP-01 首次给出结果，设备：ICPMS-7700^1（test），作为首台设备采用，请核对铭牌");
  EXPECT_EQ(world.events().back().person, model::PersonId{"chen"});
  const auto events = world.events().size();
  world.capture({from("ICPMS-7700^1", observation("X", "铅", "0.2"))});
  EXPECT_EQ(world.events().size(), events);
}

TEST(Devices, AnotherOneWaitsUntilItIsConfirmedAndItsCaptureReplayed) {
  ReplayWorld world;
  const std::string number = world.received(1);
  world.capture({from("A", observation(number, "铅", "0.1"))});
  const auto other = world.make_capture(
      {from("B", observation(number, "毒死蜱", "ND")), from("B", RunWorld::check("BLK", "Blank", "铅", "ND"))});
  world.capture_again(other);
  EXPECT_EQ(world.quarantined(1).reason, "unconfirmed_device");
  EXPECT_EQ(world.quarantined(1).device, "B");
  EXPECT_EQ(world.quarantined(2).reason, "unconfirmed_device") << "its checks wait as well";
  EXPECT_EQ(world.last_incident(), "仪器 ICP-01 的数据来自另一台设备：B（test），结果隔离，等待确认");
  EXPECT_EQ(waiting(world), 1u);
  EXPECT_EQ(world.device("B")->counts, (tables::DeviceCounts{.captures = 1, .observations = 2, .quarantined = 2}));
  EXPECT_FALSE(world.replay(other)->changed);
  EXPECT_EQ(code_of(world.resolve(1)), "unconfirmed_device") << "not by the technician whose result it is";

  const auto confirmed = world.decide_device("B", true);
  ASSERT_EQ(code_of(confirmed), "accepted");
  EXPECT_EQ(confirmed->waiting, (std::map<std::uint64_t, std::uint64_t>{{2, 2}}));
  EXPECT_EQ(world.last_incident(), "设备 B 确认为仪器 ICP-01：铭牌编号一致");
  EXPECT_EQ(world.events().back().person, model::PersonId{"li"});
  EXPECT_EQ(waiting(world), 0u);
  EXPECT_EQ(world.sample(number).state, model::SampleState::measuring) << "only a replay takes what waits";
  EXPECT_EQ(world.replay(other)->taken, 1u);
  EXPECT_EQ(world.sample(number).state, model::SampleState::judged);
  EXPECT_EQ(world.quarantined(2).reason, "not_a_sample");
  EXPECT_EQ(world.device("B")->counts.taken, 1u);
  EXPECT_EQ(world.device("B")->counts.quarantined, 1u);
  expect_every_observation_counted(world.entry_of(other));
  world.capture({from("B", observation("X", "铅", "0.1"))});
  EXPECT_EQ(world.quarantine().back().reason, "unknown_sample") << "later captures are not held up";
}

TEST(Devices, AFileThatIsReadAgainAtAStartIsNoContact) {
  ReplayWorld world;
  auto good = world.make_capture({from("A", observation("X", "铅", "0.1"))});
  auto bad = world.make_capture({});
  bad.decoding.refused = "不完整";
  good.is_from_folder = bad.is_from_folder = true;
  for (const auto& capture : {good, bad}) world.capture_again(capture);
  const auto before = world.everything();
  world.now += std::chrono::hours{12};
  for (const auto& capture : {good, bad}) EXPECT_TRUE(world.capture_again(capture).repeated);
  EXPECT_EQ(world.everything(), before);
  bad.decoding = {.profile = "test/2", .observations = {from("A", observation("Y", "铅", "0.2"))}};
  EXPECT_FALSE(world.capture_again(bad).repeated) << "a profile that has come since reads it";
  good.is_from_folder = false;
  world.capture_again(good);
  EXPECT_EQ(world.device("A")->last_contact, world.now) << "an instrument that sends again is there";
}

TEST(Devices, AResultThatAPersonAssignsIsCountedLikeOneThatFoundItsPlace) {
  ReplayWorld world;
  const std::string number = world.received(1);
  const auto capture =
      world.make_capture({from("A", observation(number, "铅", "0.1")), from("A", observation(number, "铅", "0.2")),
                          from("A", observation("X", "铅", "0.3"))});
  world.capture_again(capture);
  EXPECT_EQ(world.device("A")->counts, (tables::DeviceCounts{.captures = 1, .observations = 3, .quarantined = 3}));
  ASSERT_EQ(code_of(world.resolve(1)), "accepted");
  ASSERT_TRUE(world.reject(2).has_value());
  EXPECT_EQ(world.device("A")->counts,
            (tables::DeviceCounts{.captures = 1, .observations = 3, .taken = 1, .quarantined = 2}))
      << "what was rejected has found no place";
  EXPECT_EQ(world.entry_of(capture).taken, 1u);
  EXPECT_EQ(world.entry_of(capture).quarantined, 2u);
  expect_every_observation_counted(world.entry_of(capture));
}

TEST(Devices, AnotherOneIsReportedOnce) {
  ReplayWorld world;
  world.capture({from("A", observation("X", "铅", "0.1"))});
  world.capture({from("B", observation("X", "铅", "0.1"))});
  const auto events = world.events().size();
  world.capture({from("B", observation("X", "铅", "0.2"))});
  EXPECT_EQ(world.events().size(), events);
  EXPECT_EQ(world.device("B")->counts.captures, 2u);
}

TEST(Devices, ARefusedOneGivesNothing) {
  ReplayWorld world;
  const std::string number = world.received(1);
  world.capture({from("A", observation("X", "铅", "0.1"))});
  const auto capture = world.make_capture({from("B", observation(number, "铅", "0.1"))});
  world.capture_again(capture);
  ASSERT_EQ(code_of(world.decide_device("B", false, "li", "接错网线")), "accepted");
  EXPECT_EQ(world.last_incident(), "设备 B 不予确认为仪器 ICP-01：接错网线");
  EXPECT_EQ(waiting(world), 0u);
  EXPECT_TRUE(world.replay(capture)->changed);
  EXPECT_EQ(world.quarantined(2).reason, "refused_device");
  EXPECT_EQ(code_of(world.resolve(2)), "refused_device");
  world.capture({from("B", observation(number, "铅", "0.2"))});
  EXPECT_EQ(world.quarantine().back().reason, "refused_device");
  EXPECT_EQ(world.sample(number).state, model::SampleState::received);
  EXPECT_EQ(code_of(world.reject(2)), "accepted");
  const auto mended = world.decide_device("B", true, "li", "换回原线，核对铭牌");
  ASSERT_EQ(code_of(mended), "accepted") << "a decision can be corrected";
  EXPECT_EQ(mended->waiting, (std::map<std::uint64_t, std::uint64_t>{{3, 1}}));
}

TEST(Devices, TheFirstCanBeRefusedAndTheNextStillWaits) {
  ReplayWorld world;
  world.capture({from("A", observation("X", "铅", "0.1"))});
  ASSERT_EQ(code_of(world.decide_device("A", false)), "accepted");
  world.capture({from("A", observation("X", "铅", "0.2"))});
  EXPECT_EQ(world.quarantine().back().reason, "refused_device");
  world.capture({from("B", observation("X", "铅", "0.3"))});
  EXPECT_EQ(world.quarantine().back().reason, "unconfirmed_device");
}

TEST(Devices, ADecisionThatCannotBeIsRefusedWithItsCode) {
  ReplayWorld world;
  world.capture({from("A", observation("X", "铅", "0.1"))});
  world.capture({from("B", observation("X", "铅", "0.1"))});
  const auto before = world.everything();
  EXPECT_EQ(code_of(world.decide_device("C", true)), "unknown_device");
  EXPECT_EQ(code_of(world.decide_device("B", true, "li", "")), "missing_field");
  EXPECT_EQ(code_of(world.decide_device("B", true, "li", "铭\n牌")), "bad_text");
  EXPECT_EQ(code_of(world.decide_device("B", true, "chen")), "four_eyes") << "chen ran what waits";
  EXPECT_EQ(world.everything(), before);
  EXPECT_EQ(code_of(world.decide_device("B", false, "chen")), "accepted") << "against oneself one may";
  EXPECT_EQ(code_of(world.decide_device("B", false)), "already_decided");
  EXPECT_EQ(code_of(world.decide_device("A", true)), "accepted") << "the first one too";
}

TEST(Devices, BytesThatNameNoneAreOneOfTheirOwn) {
  ReplayWorld world;
  world.capture({observation("X", "铅", "0.1")});
  EXPECT_TRUE(world.device("")->is_first);
  world.capture({from("A", observation("X", "铅", "0.1"))});
  EXPECT_EQ(world.quarantine().back().reason, "unconfirmed_device") << "until now this instrument named nobody";
  // A row without a name in a file with one name is of that one.
  const auto devices =
      bench::devices_of(std::vector{from(" A ", observation("X", "铅", "1")), observation("X", "铅", "1")});
  EXPECT_EQ(devices, (std::vector<std::string>{"A", "A"}));
  const auto several = bench::devices_of(std::vector{
      from("A", observation("X", "铅", "1")), from("B", observation("X", "铅", "1")), observation("X", "铅", "1")});
  EXPECT_EQ(several, (std::vector<std::string>{"A", "B", ""}));
}

TEST(Devices, OfAFileThatNamesTwoOnlyTheFirstIsTaken) {
  ReplayWorld world;
  const std::string number = world.received(1);
  const auto outcome =
      world.capture({from("A", observation(number, "铅", "0.1")), from("B", observation(number, "毒死蜱", "ND"))});
  EXPECT_EQ(outcome.entry.taken, 1u);
  EXPECT_EQ(outcome.entry.quarantined, 1u);
  EXPECT_TRUE(world.device("A")->is_first);
  EXPECT_FALSE(world.device("B")->is_first);
}

TEST(Devices, RefusedAndRepeatedCapturesAreCountedAndMakeNobodyTheFirst) {
  ReplayWorld world;
  auto bad = world.make_capture({});
  bad.decoding.refused = "no profile fits";
  world.capture_again(bad);
  world.now += Milliseconds{60'000};
  world.capture_again(bad);
  EXPECT_EQ(world.device("")->counts, (tables::DeviceCounts{.captures = 1, .refused = 1, .repeated = 1}));
  EXPECT_EQ(world.device("")->last_contact, world.now);
  EXPECT_FALSE(world.device("")->is_first);
  EXPECT_EQ(waiting(world), 0u) << "nothing of it waits";
  const auto good = world.make_capture({from("A", observation("X", "铅", "0.1"))});
  world.capture_again(good);
  world.capture_again(good);
  EXPECT_TRUE(world.device("A")->is_first);
  EXPECT_EQ(world.device("A")->counts.repeated, 1u);
  EXPECT_EQ(world.device("A")->counts.captures, 1u);
  world.capture({observation("X", "铅", "0.1")});
  EXPECT_EQ(world.quarantine().back().reason, "unconfirmed_device");
  EXPECT_EQ(waiting(world), 1u);
}

TEST(Devices, ACaptureWithoutResultsMakesNobodyTheFirst) {
  ReplayWorld world;
  world.capture({});
  EXPECT_EQ(world.device("")->counts.captures, 1u);
  world.capture({from("A", observation("X", "铅", "0.1"))});
  EXPECT_TRUE(world.device("A")->is_first);
}

TEST(Devices, ARefusedCaptureThatIsReadLaterMeetsItsDevice) {
  ReplayWorld world;
  world.capture({from("A", observation("X", "铅", "0.1"))});
  auto capture = world.make_capture({});
  capture.decoding.refused = "no profile fits";
  world.capture_again(capture);
  capture.decoding = {.profile = "new/1", .observations = {from("B", observation(world.received(1), "铅", "0.1"))}};
  EXPECT_EQ(world.replay(capture)->taken, 0u);
  EXPECT_EQ(world.quarantined(2).reason, "unconfirmed_device");
  EXPECT_EQ(waiting(world), 1u);
}

TEST(Devices, ANameThatOnlyAnotherProfileFindsHoldsTheRowsBack) {
  ReplayWorld world;
  const std::string number = world.grant(1);
  auto capture = world.make_capture({observation(number, "铅", "0.1")});
  world.capture_again(capture);
  ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  capture.decoding.observations = {from("B", observation(number, "铅", "0.1"))};
  EXPECT_EQ(world.replay(capture)->taken, 0u);
  EXPECT_EQ(world.quarantined(1).reason, "unconfirmed_device");
  EXPECT_EQ(waiting(world), 1u);
  const auto before = world.everything();
  EXPECT_FALSE(world.replay(capture)->changed);
  EXPECT_EQ(world.everything(), before);
  ASSERT_EQ(world.decide_device("B", true)->waiting.size(), 1u);
  EXPECT_EQ(world.replay(capture)->taken, 1u);
}

TEST(Devices, TooManyInOneFileAreAColumnReadWrongly) {
  ReplayWorld world;
  std::vector<model::Observation> rows;
  for (std::size_t i = 0; i <= bench::devices_per_capture_max; ++i) {
    rows.push_back(from(fmt::format("D{}", i), observation("X", "铅", "0.1")));
  }
  const auto capture = world.make_capture(std::move(rows));
  EXPECT_THAT(world.capture_again(capture).entry.refused, HasSubstr("超过 8 台"));
  EXPECT_TRUE(world.quarantine().empty());
  EXPECT_FALSE(world.device("D0").has_value());
}

TEST(Devices, ABalanceIsSeenWithItsWeighings) {
  ReplayWorld world;
  const bench::Weighing weighing{.raw = Hash{{5}},
                                 .instrument = "XPE",
                                 .port = "balance",
                                 .person = model::PersonId{"chen"},
                                 .decoding = {.observations = {observation("", "mass", "2.5013", "g")}}};
  for (int i = 0; i < 2; ++i) {
    world.decide([&](auto& draft) { return world.node.on_weighing(draft, weighing, world.now); });
  }
  const auto balance = tables::device(*world.store->read(), "XPE", "");
  ASSERT_TRUE(balance.has_value());
  EXPECT_TRUE(balance->is_first);
  EXPECT_EQ(balance->counts, (tables::DeviceCounts{.captures = 2, .observations = 2}));
  EXPECT_EQ(waiting(world), 0u);
}

TEST(Devices, ANameFromOutsideCannotSpoilARecord) {
  ReplayWorld world;
  world.capture({from("\xff\x01" + std::string(500, 'x'), observation("X", "铅", "0.1"))});
  std::vector<tables::Device> all;
  tables::scan_devices(*world.store->read(), [&](const tables::Device& device) {
    all.push_back(device);
    return true;
  });
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(is_tidy(all[0].device));
  EXPECT_EQ(world.device(all[0].device), all[0]);
}

TEST(Devices, ADamagedEntryIsDamageAndNoGuess) {
  ReplayWorld world;
  world.capture({from("A", observation("X", "铅", "0.1"))});
  Bytes key;
  Bytes record;
  world.store->read()->scan("d", journal::after_prefix("d"), [&](BytesView at, BytesView bytes) {
    key = at;
    record = bytes;
    return true;
  });
  record.front() = '\x7F';
  world.decide([&](journal::Draft& draft) {
    draft.put(key, record);
    return 0;
  });
  EXPECT_THROW(world.device("A"), journal::Damage);
  EXPECT_THROW(waiting(world), journal::Damage);
}

}  // namespace
}  // namespace lab::node
