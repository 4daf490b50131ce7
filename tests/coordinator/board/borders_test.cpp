// The borders that the map is drawn from.

#include <gmock/gmock.h>

#include "coordinator/board/borders.hpp"
#include "coordinator/board/defaults.hpp"
#include "coordinator/board/province.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

json one_city() {
  return json::parse(R"({"type":"FeatureCollection","source":"测绘院","licence":"内部使用","date":"2023-06-30",
    "features":[{"type":"Feature","properties":{"adcode":"510100"},"geometry":{"type":"Polygon",
    "coordinates":[[[103,30],[104,30],[104,31],[103,30]]]}}]})");
}

class Borders : public Board {
 protected:
  Borders() { set_up(); }
  http::Response give(const json& file) {
    return call(administrator_token, "POST", "/api/v1/map/borders", file.dump());
  }
  void expect_refused(const json& file, const char* why) {
    const auto answer = give(file);
    EXPECT_EQ(answer.status, 422) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(why));
  }
};

TEST_F(Borders, ThoseInsideTheProgramAreOfEveryCity) {
  const auto divisions =
      planning::read_table(std::string{default_divisions}, divisions_file).and_then([](const planning::Table& table) {
        return planning::Divisions::load(table);
      });
  ASSERT_TRUE(divisions);
  const auto good = check_borders(default_borders, *divisions);
  EXPECT_TRUE(good) << to_text(good.error());
  const json file = json::parse(default_borders);
  EXPECT_EQ(file["features"].size(), divisions->cities().size());
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/map/borders").body, default_borders);
}

TEST_F(Borders, AreReplacedByAFileThatIsShownAsItCame) {
  const auto taken = give(one_city());
  ASSERT_EQ(taken.status, 201) << taken.body;
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/map/borders").body, one_city().dump());
  EXPECT_EQ(get("/api/v1/diary?order=newest&limit=2")["rows"][0]["kind"], "borders_taken");
  EXPECT_EQ(call(viewer_token, "POST", "/api/v1/map/borders", one_city().dump()).status, 403);
}

TEST_F(Borders, AFileThatCannotBeDrawnIsRefusedWithThePlaceAndChangesNothing) {
  expect_refused(json::array(), "FeatureCollection");
  EXPECT_EQ(call(administrator_token, "POST", "/api/v1/map/borders", "{").status, 422);
  json file = one_city();
  file.erase("licence");
  expect_refused(file, "licence");
  file = one_city();
  file["features"][0]["properties"]["adcode"] = 999999;
  expect_refused(file, "features[0]");
  file = one_city();
  file["features"].push_back(file["features"][0]);
  expect_refused(file, "成都市");
  file = one_city();
  file["features"][0]["geometry"]["type"] = "Point";
  expect_refused(file, "Polygon");
  file = one_city();
  file["features"][0]["geometry"]["coordinates"][0].back() = {103, 30.5};
  expect_refused(file, "首尾相同");
  file = one_city();
  file["features"][0]["geometry"]["coordinates"][0][1] = {11447064, 3540000};  // metres
  expect_refused(file, "单位为度");
  file = one_city();
  file["features"][0]["geometry"]["coordinates"][0][1] = {"104", 30};
  expect_refused(file, "单位为度");
  file = one_city();
  file["features"] = json::array();
  expect_refused(file, "没有任何市州");
  file["padding"] = std::string(borders_octets_max, ' ');
  expect_refused(file, "MB");
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/map/borders").body, default_borders);
}

}  // namespace
}  // namespace lab::board
