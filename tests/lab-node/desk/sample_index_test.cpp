#include "lab-node/desk/sample_index.hpp"

#include <gmock/gmock.h>

#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

class SampleList : public testing::Test {
 protected:
  std::vector<std::string> numbers(const std::string& query) {
    const Answer answer = desk.get("/api/v1/samples?" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> found;
    for (const json& line : answer.body.at("samples")) found.push_back(line.at("number"));
    count = answer.body.at("count");
    next = answer.body.at("next");
    return found;
  }
  json count;
  json next;
  Desk desk;
};

TEST_F(SampleList, ComesInPagesThatTogetherAreEverything) {
  std::vector<std::string> all;
  for (std::uint32_t task = 1; task <= 7; ++task) all.push_back(desk.world.grant(task));
  for (const char* filter : {"", "&q=ncp", "&waits=to_sample", "&state=assigned", "&state=assigned,sampled"}) {
    std::vector<std::string> seen;
    std::string after;
    do {
      const auto page = numbers("limit=3" + after + filter);
      EXPECT_EQ(count, 7) << filter;
      seen.insert(seen.end(), page.begin(), page.end());
      after = next.is_null() ? "" : "&after=" + next.get<std::string>();
    } while (!after.empty());
    EXPECT_EQ(seen, all) << filter;
  }
}

TEST_F(SampleList, IsFilteredByWhatStandsOnASample) {
  const std::string a = desk.world.received(1);
  const std::string b = desk.world.grant(2, "NOB");
  EXPECT_EQ(numbers("q=" + a.substr(a.size() - 4)), std::vector{a});
  EXPECT_EQ(numbers("q=blind002"), std::vector{b});
  EXPECT_EQ(numbers("q=菠菜 nob"), std::vector{b}) << "every word has to stand there";
  EXPECT_THAT(numbers("q=菠菜 nob blind001"), testing::IsEmpty());
  EXPECT_EQ(numbers("panel=VEG"), std::vector{a});
  EXPECT_EQ(numbers("waits=to_measure"), std::vector{a});
  EXPECT_EQ(numbers("state=received,judged"), std::vector{a});
  for (const char* bad : {"state=lost", "waits=for_rain", "state=received,", "state=,received", "after=x", "limit=x"}) {
    const int status = desk.get(std::string{"/api/v1/samples?"} + bad).status;
    EXPECT_EQ(status, std::string_view{bad} == "state=received," ? 200 : 400) << bad;
  }
}

TEST_F(SampleList, FollowsEveryChange) {
  const std::string a = desk.world.received(1);
  EXPECT_EQ(numbers("waits=to_measure"), std::vector{a});
  desk.ask("technician", "POST", "/api/v1/results",
           {{"results",
             {{{"number", a}, {"analyte", "铅"}, {"value", "0.1"}},
              {{"number", a}, {"analyte", "毒死蜱"}, {"value", "0.1"}}}}});
  EXPECT_THAT(numbers("waits=to_measure"), testing::IsEmpty());
  EXPECT_EQ(numbers("waits=to_review"), std::vector{a});
  const auto waiting = desk.get("/api/v1/waiting").body.at("waiting");
  EXPECT_THAT(waiting, testing::Contains(json{{"role", "reviewer"}, {"what", "to_review"}, {"count", 1}}));
  EXPECT_THAT(waiting, testing::Contains(json{{"role", "technician"}, {"what", "to_measure"}, {"count", 0}}));
  EXPECT_THAT(waiting, testing::Not(testing::Contains(testing::Contains(json("auditor")))));
}

TEST_F(SampleList, IsReadAnewAfterMoreChangesThanAreNoted) {
  const std::string a = desk.world.grant(1);
  EXPECT_EQ(numbers("q=blind"), std::vector{a});
  for (std::uint32_t i = 0; i < 20'000; ++i) desk.index.changed("S" + std::to_string(i));
  const std::string b = desk.world.grant(2);  // behind the index's back: it has to read everything
  EXPECT_EQ(numbers("q=blind"), (std::vector{a, b}));
}

}  // namespace
}  // namespace lab::desk
