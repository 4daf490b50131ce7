// What is refused changes nothing, and what is kept all the same says so.

#include <gmock/gmock.h>

#include "lab-node/tables/tables.hpp"
#include "protocol/session/rehydration.hpp"
#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using ::testing::HasSubstr;

const nlohmann::json file = "no instrument writes this";
const Hash hash = crypto::sha256(file.dump());
constexpr const char* target = "/api/v1/captures?instrument=ICP-01&name=a.csv&new=1";

TEST(Refusals, ACaptureThatIsNotTakenLeavesNoBytesBehind) {
  Desk desk;
  desk.world.decide([](journal::Draft& draft) {
    session::begin_rehydration(draft);
    return 0;
  });
  const Answer answer = desk.ask("technician", "POST", target, file);
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.code(), "rehydrating");
  EXPECT_FALSE(node::tables::raw(*desk.world.store->read(), hash)) << "nothing names these bytes";
}

TEST(Refusals, ACaptureThatNoProfileReadsIsKeptAndSaysSo) {
  Desk desk;
  const Answer answer = desk.ask("technician", "POST", target, file);
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.code(), "capture_refused");
  EXPECT_THAT(answer.body["detail"].get<std::string>(), HasSubstr("已原样保存"));
  const auto view = desk.world.store->read();
  EXPECT_EQ(node::tables::raw(*view, hash), file.dump());
  EXPECT_TRUE(node::tables::capture_of(*view, hash));
}

}  // namespace
}  // namespace lab::desk
