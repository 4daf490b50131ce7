#include "lab-node/desk/openapi.hpp"

#include <gmock/gmock.h>

#include <set>

#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  Desk desk;
  const auto routes = desk.router.routes();
  const std::set<std::pair<std::string, std::string>> all{routes.begin(), routes.end()};
  EXPECT_EQ(described().operations(), all);
}

TEST(OpenApi, IsServedToEverybody) {
  Desk desk;
  const Answer answer = desk.ask("", "GET", "/api/openapi.json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("openapi"), "3.1.0");
}

TEST(OpenApi, IsWholeInItself) { described().expect_whole(); }

TEST(OpenApi, TheYardstickFindsWhatIsNotDescribed) {
  const auto fault = [](const char* method, const char* path, int status, const char* body) {
    return described().fault_of_answer(method, path, {.status = status, .body = body});
  };
  EXPECT_EQ(fault("GET", "/api/v1/setup", 200, R"({"needed":true})"), "");
  EXPECT_THAT(fault("GET", "/api/v1/setup", 200, R"({"needed":"yes"})"), HasSubstr("answer.needed is string"));
  EXPECT_THAT(fault("GET", "/api/v1/setup", 200, "{}"), HasSubstr("has no \"needed\""));
  EXPECT_THAT(fault("GET", "/api/v1/setup", 200, R"({"needed":true,"more":1})"),
              HasSubstr("answer.more is not described"));
  EXPECT_THAT(fault("GET", "/api/v1/setup", 202, R"({"needed":true})"), HasSubstr("not to answer 202"));
  EXPECT_THAT(fault("PUT", "/api/v1/setup", 200, "{}"), HasSubstr("PUT"));
  EXPECT_THAT(fault("GET", "/api/v1/nothing", 200, "{}"), HasSubstr("not described"));
  EXPECT_THAT(fault("GET", "/api/v1/setup", 404, R"({"code":"x"})"), HasSubstr("not to answer application/json"));
  EXPECT_THAT(fault("GET", "/api/v1/samples", 200, R"({"samples":[{"number":1}],"next":null,"count":0})"),
              HasSubstr("answer.samples[0]"));
}

// A day at the bench: what is answered on the way has the form that the document promises (Desk::ask sees to it).
TEST(OpenApi, ADaysAnswersAreAsDescribed) {
  Desk desk;
  const std::string a = desk.world.received(1);
  const std::string b = desk.world.judged(2);
  const std::string lot = desk.world.received_lot(3);
  const std::string fresh = desk.world.grant(4);
  desk.world.capture({node::observation("nobody's", "铅", "0.1")});
  desk.ask("sampler", "POST", "/api/v1/declines",
           {{"number", fresh}, {"kind", "unable"}, {"cause", "other"}, {"reason", "closed"}, {"second_sampler", "x"}});
  const Answer typed = desk.ask(
      "technician", "POST", "/api/v1/results",
      {{"results", {{{"number", a}, {"analyte", "铅"}, {"value", "0.35"}}, {{"number", a}, {"analyte", "x"}}}}});
  desk.ask("technician", "POST", "/api/v1/lot-inspections", {{"number", lot}, {"inspected", 80}, {"nonconforming", 1}});
  desk.ask("lab_administrator", "POST", "/api/v1/quarantine/1/reject", {{"reason", "a test"}});
  const std::string record = desk.get("/api/v1/samples/" + b).body.at("record");
  desk.ask("reviewer", "POST", "/api/v1/reviews",
           {{"samples", {{{"number", b}, {"record", record}}, {{"number", "x"}, {"record", ""}}}}, {"agreed", true}});
  desk.ask("approver", "POST", "/api/v1/approvals", {{"samples", {{{"number", b}, {"record", record}}}}});
  desk.ask("technician", "POST", "/api/v1/disposals",
           {{"number", b}, {"copy", 1}, {"way", "used_up"}, {"reason", "all injected"}});
  desk.ask("approver", "POST", "/api/v1/amendments", {{"number", b}, {"record", record}, {"reason", "typing error"}});
  const std::string octets = fmt::format("/api/v1/captures/{}/raw", typed.body.at("capture").get<int>());
  for (const std::string& target : {std::string{"/api/v1/status"},
                                    std::string{"/api/v1/session"},
                                    std::string{"/api/v1/setup"},
                                    std::string{"/api/v1/people"},
                                    std::string{"/api/v1/people/changes"},
                                    std::string{"/api/v1/security-log"},
                                    std::string{"/api/v1/guards"},
                                    std::string{"/api/v1/waiting"},
                                    std::string{"/api/v1/samples"},
                                    std::string{"/api/v1/samples?q=菠菜&limit=2"},
                                    "/api/v1/samples/" + a,
                                    "/api/v1/samples/" + b,
                                    "/api/v1/samples/" + lot,
                                    std::string{"/api/v1/samples/none"},
                                    std::string{"/api/v1/shares"},
                                    "/api/v1/samples/" + fresh,
                                    "/api/v1/samples/" + a + "/sampling-form.pdf",
                                    "/api/v1/samples/" + b + "/report.pdf?version=1",
                                    std::string{"/api/v1/sampling-fields?programme=LTS"},
                                    std::string{"/api/v1/worklist"},
                                    std::string{"/api/v1/worksheet?panel=VEG"},
                                    std::string{"/api/v1/captures"},
                                    std::string{"/api/v1/captures?show=same"},
                                    std::string{"/api/v1/profiles"},
                                    octets,
                                    std::string{"/api/v1/weighings"},
                                    std::string{"/api/v1/quarantine?open=0"},
                                    std::string{"/api/v1/quarantine/captures"},
                                    std::string{"/api/v1/tray"},
                                    std::string{"/api/v1/instruments"},
                                    std::string{"/api/v1/runs"},
                                    std::string{"/api/v1/runs/00"},
                                    std::string{"/api/v1/control-charts"},
                                    std::string{"/api/v1/photos/00"},
                                    "/api/v1/samples/" + a + "/label?format=pdf",
                                    std::string{"/api/v1/cameras/none/picture"},
                                    std::string{"/api/v1/stream"}}) {
    const Answer answer = desk.get(target);
    // The world's captures have no octets behind them; typed ones have.
    EXPECT_LT(answer.status, 500) << target;
  }
}

}  // namespace
}  // namespace lab::desk
