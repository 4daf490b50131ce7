// Pictures that came by themselves and could not be taken in.

#include "lab-node/reception/tray.hpp"

#include <gtest/gtest.h>

#include "lab-node/tables/tray.hpp"
#include "protocol/journal/store.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

struct Tray {
  Tray() { EXPECT_TRUE(world.fill_in(number).has_value()); }

  reception::PhotoOutcome photo(reception::Label label, unsigned char file) {
    label.photo = Hash{{file}};
    return world.decide([&](auto& draft) {
      return world.node.on_photo(draft, label, "photo_folder in/IMG_1.jpg", model::PersonId{"chen"}, world.now);
    });
  }
  std::string receive(std::uint64_t entry, reception::Label label) {
    const auto decided = world.decide([&](auto& draft) {
      return world.node.on_tray_received(draft, entry, label, model::PersonId{"sun"}, world.now);
    });
    return decided ? "accepted" : decided.error().code;
  }
  std::string dismiss(std::uint64_t entry, const std::string& reason) {
    const auto decided = world.decide([&](auto& draft) {
      return world.node.on_tray_dismissed(draft, entry, reason, model::PersonId{"sun"}, world.now);
    });
    return decided ? "accepted" : decided.error().code;
  }
  reception::Label label_of(std::uint64_t entry) const {
    return reception::label_in_tray(*world.store->read(), entry).value();
  }
  std::uint64_t waiting() const { return tables::tray_waiting(*world.store->read()); }
  model::TrayEntry entry(std::uint64_t id) const { return *tables::tray_entry(*world.store->read(), id); }

  World world;
  std::string number = world.grant(1);
  std::optional<model::SampleNumber> sample = model::SampleNumber::parse(number);
};

TEST(PhotoTray, AGoodPictureIsTakenInAndNeverWaits) {
  Tray tray;
  const auto outcome = tray.photo({.number = tray.sample, .reader = "reader 1"}, 1);
  ASSERT_TRUE(outcome.received.has_value());
  EXPECT_EQ(tray.world.sample(tray.number).state, SampleState::received);
  EXPECT_EQ(tray.world.sample(tray.number).receiver, model::PersonId{"chen"});
  EXPECT_EQ(tray.waiting(), 0u);
  EXPECT_TRUE(tray.photo({.number = tray.sample}, 1).repeated);
}

TEST(PhotoTray, OneThatNobodyCouldReadWaitsWithItsReasonUntilAPersonNamesTheSample) {
  Tray tray;
  const auto outcome = tray.photo({.unreadable = "照片太暗", .reader = "reader 1"}, 1);
  ASSERT_EQ(outcome.entry, 1u);
  EXPECT_EQ(tray.entry(1).code, "label_unreadable");
  EXPECT_EQ(tray.entry(1).detail, "照片太暗");
  EXPECT_EQ(tray.entry(1).port, "photo_folder in/IMG_1.jpg");
  EXPECT_EQ(tray.waiting(), 1u);
  EXPECT_TRUE(tray.photo({.unreadable = "照片太暗"}, 1).repeated);
  EXPECT_EQ(tray.waiting(), 1u);

  reception::Label label = tray.label_of(1);
  EXPECT_EQ(tray.receive(1, label), "label_unreadable");
  label.number = tray.sample;
  ASSERT_EQ(tray.receive(1, label), "accepted");
  const model::Sample sample = tray.world.sample(tray.number);
  EXPECT_EQ(sample.received.photo, (Hash{{1}}));
  EXPECT_EQ(sample.receiver, model::PersonId{"sun"});
  EXPECT_EQ(tray.waiting(), 0u);
  EXPECT_EQ(tray.entry(1).decided_by, model::PersonId{"sun"});
  EXPECT_EQ(tray.receive(1, label), "already_decided");
  EXPECT_EQ(tray.dismiss(1, "again"), "already_decided");
}

TEST(PhotoTray, ADoubtWaitsToo) {
  Tray tray;
  const auto outcome =
      tray.photo({.number = tray.sample, .printed_is = model::PrintedNumber::differs, .printed = "SC13NCP00002"}, 1);
  ASSERT_TRUE(outcome.entry.has_value());
  EXPECT_EQ(tray.entry(1).code, "number_differs");
  reception::Label label = tray.label_of(1);
  EXPECT_EQ(label.number, tray.sample);
  EXPECT_EQ(tray.receive(1, label), "number_differs");
  label.accepted = {.doubts = {"number_differs"}, .reason = "印错"};
  EXPECT_EQ(tray.receive(1, label), "accepted");
  EXPECT_EQ(tray.world.sample(tray.number).received.printed, "SC13NCP00002");
}

TEST(PhotoTray, NobodyMayNameAnotherSampleThanTheCodeProves) {
  Tray tray;
  const std::string other = tray.world.grant(2);
  ASSERT_TRUE(tray.world.fill_in(other).has_value());
  tray.photo({.number = tray.sample, .seal = model::Seal::broken}, 1);
  reception::Label label = tray.label_of(1);
  label.number = model::SampleNumber::parse(other);
  EXPECT_EQ(tray.receive(1, label), "number_contradicts");
  EXPECT_EQ(tray.world.sample(other).state, SampleState::sampled);
}

TEST(PhotoTray, APictureOfNoSampleIsDismissedWithAReasonInTheStream) {
  Tray tray;
  tray.photo({.has_foreign_code = true}, 1);
  tray.photo({.unreadable = "没有条码"}, 2);
  EXPECT_EQ(tray.dismiss(1, ""), "missing_field");
  EXPECT_EQ(tray.dismiss(1, "a\x01"), "bad_text");
  EXPECT_EQ(tray.dismiss(9, "x"), "unknown_entry");
  ASSERT_EQ(tray.dismiss(1, "拍的是快递单"), "accepted");
  const model::Event event = tray.world.events().back();
  EXPECT_EQ(event.person, model::PersonId{"sun"});
  EXPECT_NE(std::get<model::Incident>(event.what).what.find("拍的是快递单"), std::string::npos);
  std::vector<std::uint64_t> open;
  tables::scan_tray(*tray.world.store->read(), true, 0, [&](std::uint64_t id, const auto&) {
    open.push_back(id);
    return true;
  });
  EXPECT_EQ(open, std::vector<std::uint64_t>{2});
}

}  // namespace
}  // namespace lab::node
