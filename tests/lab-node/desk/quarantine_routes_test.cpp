// A batch that found no place: seen by capture and reason, and set aside row by row, by selection, or whole.

#include <gmock/gmock.h>

#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;
using node::observation;
using testing::ElementsAre;

class QuarantineRoutes : public testing::Test {
 protected:
  QuarantineRoutes() {
    // Capture 1: two strangers and a blank; capture 2: one stranger.
    auto blank = observation("BLK", "铅", "0.001");
    blank.sample_type = "Blank";
    desk.world.capture({observation("X", "铅", "1"), observation("Y", "铅", "2"), blank});
    auto other = observation("Z", "铅", "3");
    other.instrument = "ICPMS-7700";
    desk.world.capture({other});
  }
  std::vector<int> entries(const std::string& query) {
    std::vector<int> ids;
    const auto answer = desk.get("/api/v1/quarantine" + query);
    for (const json& line : answer.body.at("entries")) ids.push_back(line["entry"]);
    return ids;
  }
  Answer post(const std::string& target, const json& body) { return desk.ask("technician", "POST", target, body); }

  Desk desk;
};

TEST_F(QuarantineRoutes, ARowSaysWhichInstrumentCaptureAndDeviceItIsOf) {
  const json line = desk.get("/api/v1/quarantine?capture=2").body.at("entries").at(0);
  EXPECT_EQ(line.at("capture_number"), 2);
  EXPECT_EQ(line.at("instrument"), "ICP-01");
  EXPECT_EQ(line.at("device"), "ICPMS-7700");
}

TEST_F(QuarantineRoutes, TheListIsOfOneCaptureOrOneReasonAndComesInPages) {
  EXPECT_THAT(entries(""), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(entries("?capture=1"), ElementsAre(1, 2, 3));
  EXPECT_THAT(entries("?capture=1&reason=not_a_sample"), ElementsAre(3));
  EXPECT_THAT(entries("?reason=unknown_sample"), ElementsAre(1, 2));
  const json page = desk.get("/api/v1/quarantine?capture=1&limit=2").body;
  EXPECT_EQ(page.at("next"), 2);
  EXPECT_THAT(entries("?capture=1&limit=2&after=2"), ElementsAre(3));
  EXPECT_EQ(desk.get("/api/v1/quarantine?capture=9").code(), "unknown_capture");
}

TEST_F(QuarantineRoutes, WhatWaitsIsCountedByCaptureAndReason) {
  const json waiting = desk.get("/api/v1/quarantine/captures").body;
  EXPECT_EQ(waiting.at("entries"), 4);
  ASSERT_EQ(waiting.at("count"), 2);
  EXPECT_EQ(waiting.at("captures").at(0).at("capture"), 2) << "the newest first";
  const json first = waiting.at("captures").at(1);
  EXPECT_EQ(first.at("open"), 3);
  EXPECT_EQ(first.at("reasons").at(0).at("reason"), "not_a_sample");
  EXPECT_EQ(first.at("reasons").at(0).at("count"), 1);
  EXPECT_EQ(first.at("reasons").at(1).at("count"), 2);
}

TEST_F(QuarantineRoutes, AllThatWaitsOfACaptureForOneReasonIsSetAsideInOneGo) {
  const std::string target = "/api/v1/captures/1/quarantine/reject";
  const auto events = desk.world.events().size();
  EXPECT_EQ(post(target, {{"reason_code", "unknown_sample"}, {"reason", ""}}).code(), "missing_field");
  EXPECT_EQ(post(target, {{"reason_code", "differs"}, {"reason", "方法调试"}}).code(), "already_decided");
  EXPECT_EQ(post("/api/v1/captures/9/quarantine/reject", {{"reason", "方法调试"}}).code(), "unknown_capture");
  EXPECT_EQ(desk.world.events().size(), events);
  const Answer done = post(target, {{"reason_code", "unknown_sample"}, {"reason", "方法调试"}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.body.at("rejected"), 2);
  EXPECT_THAT(entries(""), ElementsAre(3, 4));
  EXPECT_THAT(entries("?open=0"), ElementsAre(1, 2));
  ASSERT_EQ(desk.world.events().size(), events + 1) << "one sentence in the stream, not one for each row";
  EXPECT_EQ(std::get<model::Incident>(desk.world.events().back().what).what,
            "第 1 号仪器数据（ICP-01）的 2 条隔离记录（1 至 2）剔除：方法调试");
  EXPECT_EQ(desk.world.events().back().person, model::PersonId{"p-technician"});
  EXPECT_EQ(post(target, {{"reason", "方法调试"}}).body.at("rejected"), 1) << "without a code all that is left";
  EXPECT_THAT(entries(""), ElementsAre(4));
}

TEST_F(QuarantineRoutes, ASelectionIsSetAsideForOneReasonAndEachRowSaysWhatBecameOfIt) {
  ASSERT_EQ(post("/api/v1/quarantine/2/reject", {{"reason", "重复进样"}}).status, 200);
  const Answer done = post("/api/v1/quarantine/reject", {{"entries", {1, 2, 4, 99}}, {"reason", "方法调试"}});
  ASSERT_EQ(done.status, 200) << done.body;
  const json& results = done.body.at("results");
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[0].at("ok"), true);
  EXPECT_EQ(results[1].at("code"), "already_decided");
  EXPECT_EQ(results[2].at("ok"), true);
  EXPECT_EQ(results[3].at("code"), "unknown_entry");
  EXPECT_THAT(entries(""), ElementsAre(3));
  EXPECT_EQ(desk.world.quarantine().front().decision, "");
  for (const json& bad : {json{{"entries", json::array()}, {"reason", "x"}}, json{{"entries", {"1"}}, {"reason", "x"}},
                          json{{"entries", json(std::vector<int>(501, 1))}, {"reason", "x"}}, json{{"reason", "x"}}}) {
    EXPECT_EQ(post("/api/v1/quarantine/reject", bad).status, 400);
  }
}

TEST_F(QuarantineRoutes, RowsOfOneCaptureAreGivenToASampleAllOrNone) {
  const std::string number = desk.world.received(1);
  desk.world.capture({observation("SC13-TYPO", "铅", "0.1"), observation("SC13-TYPO", "毒死蜱", "0.01"),
                      observation("SC13-TYPO", "砷", "0.2")});
  const auto resolve = [&](const json& list, const std::string& sample, const char* reason) {
    return post("/api/v1/quarantine/resolve", {{"entries", list}, {"number", sample}, {"reason", reason}});
  };
  const auto events = desk.world.events().size();
  EXPECT_EQ(resolve({5, 6}, number, "").code(), "missing_field");
  EXPECT_EQ(resolve({5, 6}, "", "编号有误").code(), "missing_field");
  EXPECT_EQ(resolve({5, 6}, "SC13NCP99999X", "编号有误").code(), "unknown_sample");
  EXPECT_EQ(resolve({1, 5}, number, "编号有误").code(), "several_captures");
  EXPECT_EQ(resolve({1, 2}, number, "编号有误").code(), "contradicts") << "two values of lead";
  const Answer one_of_them = resolve({5, 6, 7}, number, "编号有误");
  EXPECT_EQ(one_of_them.code(), "unknown_analyte");
  EXPECT_EQ(one_of_them.body.at("params").at("entry"), "7");
  EXPECT_EQ(desk.world.events().size(), events);
  EXPECT_THAT(entries(""), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  const Answer done = resolve({6, 5}, number, "编号有误");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.body.at("resolved"), 2);
  EXPECT_EQ(done.body.at("sample").at("state"), "judged") << "its panel is complete";
  EXPECT_THAT(entries(""), ElementsAre(1, 2, 3, 4, 7));
  EXPECT_EQ(desk.world.events().size(), events + 2) << "one Measured and one Judged";
  EXPECT_EQ(resolve(json::array({5}), number, "编号有误").code(), "already_decided");
  EXPECT_EQ(resolve(json::array(), number, "编号有误").status, 400);
}

TEST(QuarantineAtBatchSize, TenThousandRowsAreSetAsideInOneCommit) {
  Desk desk;
  std::vector<model::Observation> rows;
  for (std::size_t i = 0; i < bench::observations_max; ++i)
    rows.push_back(observation(fmt::format("N{}", i), "铅", "1"));
  desk.world.capture(std::move(rows));
  const Answer done = desk.ask("technician", "POST", "/api/v1/captures/1/quarantine/reject", {{"reason", "方法调试"}});
  EXPECT_EQ(done.body.at("rejected"), bench::observations_max);
  EXPECT_EQ(node::tables::counters(*desk.world.store->read()).quarantine_open, 0U);
}

}  // namespace
}  // namespace lab::desk
