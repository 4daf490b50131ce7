// Lots over the documented interface of the real program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/crypto/crypto.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class LotProgram : public testing::Test {
 protected:
  void SetUp() override {
    crypto::start();
    program.add_person("zhao", "sampler");
    program.add_person("chen", "technician");
    auto store = journal::open_lmdb(program.data() / "store");
    ASSERT_TRUE(store.has_value()) << to_text(store.error());
    World world{std::move(*store)};
    number = world.received_lot(1);
    ordinary = world.received(2);
  }

  Answer inspect(const json& body, const std::string& person = "chen") {
    return program.post(person, "/api/v1/lot-inspections", body);
  }

  Program program{"lots"};
  std::string number;
  std::string ordinary;
};

TEST_F(LotProgram, SaysHowManyItemsToInspectAndJudgesByTheCount) {
  program.start();
  const json waiting = program.get("chen", "/api/v1/worklist").body.at("samples").at(0);
  EXPECT_EQ(waiting.at("lot").at("n_to_inspect"), 80);
  EXPECT_EQ(waiting.at("lot").at("inspection"), "normal");
  EXPECT_TRUE(waiting.at("missing").empty());
  const Answer judged = inspect({{"number", number}, {"inspected", 80}, {"nonconforming", 3}});
  ASSERT_EQ(judged.status, 200) << judged.text;
  EXPECT_EQ(judged.body.at("outcome"), "fail");
  const json page = program.get("chen", "/api/v1/samples/" + number).body;
  EXPECT_EQ(page.at("lot").at("nonconforming"), 3);
  EXPECT_THAT(page.at("lot").at("explanation").get<std::string>(), HasSubstr("3 ≥ Re，批不接收：不合格"));
  EXPECT_EQ(page.at("events").at(2).at("kind"), "lot_inspected");
  EXPECT_EQ(page.at("events").at(2).at("what"), "实检 80 件，不合格数 3");
  EXPECT_TRUE(program.get("chen", "/api/v1/samples/" + ordinary).body.at("lot").is_null());
}

TEST_F(LotProgram, RefusesEveryCountThatIsNone) {
  program.start();
  const json before = program.get("chen", "/api/v1/samples/" + number).body;
  for (const json& body :
       {json{{"number", number}, {"inspected", 80}}, json{{"number", number}, {"inspected", 80}, {"nonconforming", -1}},
        json{{"number", number}, {"inspected", "80"}, {"nonconforming", 0}},
        json{{"number", number}, {"inspected", 80.0}, {"nonconforming", 0.5}}, json::array()}) {
    EXPECT_EQ(inspect(body).status, 400) << body;
  }
  const Answer few = inspect({{"number", number}, {"inspected", 79}, {"nonconforming", 0}});
  EXPECT_EQ(few.status, 422);
  EXPECT_EQ(few.body.at("code"), "bad_count");
  EXPECT_EQ(few.body.at("detail"), "抽样方案要求检验 80 件，填写的是 79 件；请检满后再登记");
  EXPECT_EQ(inspect({{"number", ordinary}, {"inspected", 80}, {"nonconforming", 0}}).body.at("code"), "not_a_lot");
  EXPECT_EQ(inspect({{"number", number}, {"inspected", 80}, {"nonconforming", 0}}, "zhao").status, 403);
  EXPECT_EQ(program.get("chen", "/api/v1/samples/" + number).body, before);
}

}  // namespace
}  // namespace lab::node::app
