// What is left to be drawn here, as the desk shows it, and how a part of it goes back to the province.

#include "lab-node/inbox/shares.hpp"
#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

class DeskShares : public testing::Test {
 protected:
  [[nodiscard]] json shares() { return desk.get("/api/v1/shares").body.at("shares"); }
  Answer hand_back(json what) { return desk.ask("sampler", "POST", "/api/v1/shares/hand-back", what); }
  // The cell of a line, as a page sends it back.
  static json kind_of(const json& line, int count) {
    json what{{"count", count}, {"reason", "市场停业"}};
    for (const char* field : {"programme", "county", "category", "commodity", "stage", "round"}) {
      what[field] = line.at(field);
    }
    return what;
  }

  Desk desk;
};

TEST_F(DeskShares, AreShownByCellAndGoBackByCount) {
  EXPECT_EQ(shares(), json::array());
  desk.world.received(1);
  const std::string next = desk.world.grant(2);
  desk.world.grant(3);
  const json before = shares();
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0]["left"], 2);
  EXPECT_EQ(before[0]["drawn"], 1);
  EXPECT_EQ(before[0]["next"], next);
  const Answer done = hand_back(kind_of(before[0], 1));
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.body.at("handed_back"), 1);
  EXPECT_EQ(shares()[0]["left"], 1);
  EXPECT_EQ(shares()[0]["none"], 1);
  EXPECT_EQ(shares()[0]["next"], next) << "the highest goes back first";
}

TEST_F(DeskShares, AreNotHandedBackWithoutSayingWhichAndWhyAndHowMany) {
  desk.world.grant(1);
  const json line = shares().at(0);
  json what = kind_of(line, 2);
  EXPECT_EQ(hand_back(what).code(), "share_used_up");
  what = kind_of(line, 0);
  EXPECT_EQ(hand_back(what).code(), "missing_field");
  what = kind_of(line, 1);
  what["reason"] = "";
  EXPECT_EQ(hand_back(what).code(), "missing_field");
  what = kind_of(line, 1);
  what["commodity"] = "";
  EXPECT_EQ(hand_back(what).code(), "bad_request");
  what = kind_of(line, 1);
  what["category"] = "X9";
  EXPECT_EQ(hand_back(what).code(), "no_share");
  EXPECT_EQ(shares().at(0), line);
}

TEST_F(DeskShares, OfAStoreThatWasPutBackSaysWhatHasToBeLookedUp) {
  desk.world.grant(1);
  desk.world.decide([&](journal::Draft& draft) {
    inbox::doubt_what_was_granted(draft, desk.world.now);
    return 0;
  });
  const json line = shares().at(0);
  EXPECT_EQ(line["left"], 1);
  EXPECT_EQ(line["doubted"], 1);
  EXPECT_EQ(hand_back(kind_of(line, 1)).code(), "share_used_up");
}

}  // namespace
}  // namespace lab::desk
