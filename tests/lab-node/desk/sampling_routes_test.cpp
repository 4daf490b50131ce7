// Sampling forms and declines as a person sends them.

#include <gmock/gmock.h>

#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class SamplingRoutes : public testing::Test {
 protected:
  Answer fill_in(const std::string& second_sampler, const std::string& quantity = "2.5 kg") {
    const json form{{"number", number},         {"sampled_on", "2013-06-20"},
                    {"sample_name", "菠菜"},    {"quantity", quantity},
                    {"reserve", "1 kg"},        {"storage", "冷藏"},
                    {"fields", json::object()}, {"second_sampler", second_sampler}};
    return desk.ask("sampler", "POST", "/api/v1/sampling-forms", {{"forms", json::array({form})}});
  }

  Desk desk;
  std::string number = desk.world.grant(1);
};

// The account is "p-sampler", and "P" is the name that is shown with it.
TEST_F(SamplingRoutes, ThePersonWhoFillsItInIsNotTheSecondSampler) {
  EXPECT_EQ(fill_in("p-sampler").code(), "same_sampler");
  EXPECT_EQ(fill_in(" Ｐ").code(), "same_sampler");
  EXPECT_EQ(fill_in("P(p-sampler)").code(), "same_sampler");
  const Answer declined = desk.ask(
      "sampler", "POST", "/api/v1/declines",
      {{"number", number}, {"kind", "unable"}, {"cause", "other"}, {"reason", "停业"}, {"second_sampler", "p"}});
  EXPECT_EQ(declined.code(), "same_sampler");
  EXPECT_EQ(fill_in("吴抽样").code(), "");
}

TEST_F(SamplingRoutes, ADecimalCommaIsRefusedAndTheFieldIsNamed) {
  const Answer answer = fill_in("吴抽样", "2,5");
  EXPECT_EQ(answer.code(), "decimal_comma");
  const json& line = answer.body.at("results").at(0);
  EXPECT_THAT(line.at("detail").get<std::string>(), HasSubstr("小数点请用“.”"));
  EXPECT_EQ(line.at("params"), (json{{"field", "Quantity"}, {"value", "2,5"}}));
  EXPECT_EQ(desk.world.sample(number).state, model::SampleState::assigned);
}

TEST_F(SamplingRoutes, PeopleAreShownWithTheirNames) {
  ASSERT_EQ(fill_in("吴抽样").code(), "");
  const json page = desk.get("/api/v1/samples/" + number).body;
  EXPECT_EQ(page.at("sampling_form").at("sampler"), "p-sampler");
  EXPECT_EQ(page.at("sampling_form").at("sampler_name"), "P");
  EXPECT_EQ(page.at("events").at(0).at("person_name"), "P");
  EXPECT_EQ(page.at("analyst"), "");
  EXPECT_FALSE(page.contains("analyst_name")) << "nobody has measured it";
  const json listed = desk.get("/api/v1/samples/" + desk.world.judged(2)).body;
  EXPECT_EQ(listed.at("analyst"), "chen");
  EXPECT_FALSE(listed.contains("analyst_name")) << "this bench has no such account";
}

TEST_F(SamplingRoutes, NoLimitIsSaidToApplyOnlyWhenTheDayOfSamplingIsKnown) {
  const json before = desk.get("/api/v1/samples/" + number).body;
  EXPECT_EQ(before.at("sampled_on"), "") << "which limits apply depends on it";
  for (const json& item : before.at("items")) EXPECT_FALSE(item.contains("limit"));
  ASSERT_EQ(fill_in("吴抽样").code(), "");
  const json after = desk.get("/api/v1/samples/" + number).body;
  EXPECT_EQ(after.at("sampled_on"), "2013-06-20");
  for (const json& item : after.at("items")) EXPECT_TRUE(item.contains("limit")) << item;
}

TEST_F(SamplingRoutes, WhoReceivedACopyBeforeIsNamed) {
  ASSERT_EQ(fill_in("吴抽样").code(), "");
  const auto receive = [&] {
    return desk.ask("technician", "POST", "/api/v1/receptions/typed",
                    {{"number", number}, {"condition", "封条完好"}, {"reason", "没有相机"}});
  };
  ASSERT_EQ(receive().code(), "");
  const Answer again = receive();
  EXPECT_EQ(again.code(), "already_received");
  EXPECT_THAT(again.body.at("detail").get<std::string>(), HasSubstr("检样已由 P(p-technician) 于 "));
  EXPECT_EQ(again.body.at("params").at("person"), "p-technician");
  EXPECT_EQ(again.body.at("params").at("person_name"), "P");
}

}  // namespace
}  // namespace lab::desk
