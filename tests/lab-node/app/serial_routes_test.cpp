// Another number for a spoilt label over the documented HTTP interface, and what becomes of the leased numbers when the
// store is put back from a backup.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "instruments/label/reader/read.hpp"
#include "lab-node/app/serial_mark.hpp"
#include "lab-node/tables/serials.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

std::string text(std::uint32_t serial) {
  return model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, serial).text();
}

class SerialRoutes : public testing::Test {
 protected:
  SerialRoutes() {
    crypto::start();
    program.add_person("zhao", "sampler");
    program.add_person("chen", "technician");
    program.add_person("li", "reviewer");
    auto store = journal::open_lmdb(program.data() / "store");
    EXPECT_TRUE(store.has_value());
    World world{std::move(*store)};
    for (std::uint32_t task = 1; task <= 4; ++task) {
      const model::Order order{.sequence = task, .at = world.now, .what = world.make_grant(task, "VEG", 1)};
      world.decide([&](auto& draft) {
        world.node.on_orders(draft, {&order, 1}, world.now);
        world.node.want_serials(draft, {&order, 1}, world.now);
        return 0;
      });
      EXPECT_TRUE(world.fill_in(text(task)).has_value());
    }
    const model::SerialKind kind{.year = 13, .programme = model::ProgrammeCode{"NCP"}};
    world.order(model::SerialBlock{
        .kind = kind, .first = 501, .count = 50, .request = tables::held_serials(*world.store->read(), kind).request});
  }

  Answer renumber(const std::string& number, const std::string& person = "zhao") const {
    return program.post(person, "/api/v1/renumberings", {{"number", number}, {"reason", "标签浸湿"}});
  }
  json left() const { return program.get("", "/api/v1/status").body.at("serials_left"); }
  /// As a program that has run here all the time has left it.
  SerialMark mark() const { return SerialMark{program.data()}; }

  Program program{"serials"};
};

TEST_F(SerialRoutes, GiveASampleAnotherNumberAndALabelThatSaysIt) {
  ASSERT_TRUE(mark().write(0).has_value());
  program.start();
  EXPECT_EQ(left(), json({{"13NCP", 50}}));
  EXPECT_EQ(renumber(text(1), "li").status, 403);
  const Answer answer = renumber(text(1));
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(answer.body.at("number"), text(501));
  EXPECT_EQ(program.get("zhao", "/api/v1/samples/" + text(1)).status, 404);
  const json page = program.get("zhao", "/api/v1/samples/" + text(501)).body;
  EXPECT_EQ(page.at("former_numbers"), json::array({text(1)}));
  EXPECT_THAT(page.at("events").back().at("what").get<std::string>(), HasSubstr(text(1) + " 换为 " + text(501)));
  const Answer label = program.get("zhao", "/api/v1/samples/" + text(501) + "/label.png");
  EXPECT_EQ(label::read(label.text).number, model::SampleNumber::parse(text(501)));
  const Answer old = program.post("chen", "/api/v1/receptions/scanned", {{"text", text(1)}});
  EXPECT_EQ(old.body.at("code"), "number_replaced");
  EXPECT_EQ(program.post("chen", "/api/v1/receptions/scanned", {{"text", text(501)}}).status, 200);
  EXPECT_EQ(renumber(text(501)).body.at("code"), "wrong_state");
  EXPECT_EQ(left(), json({{"13NCP", 49}}));
}

TEST_F(SerialRoutes, GoOnAfterARestart) {
  ASSERT_TRUE(mark().write(0).has_value());
  for (std::uint32_t task = 1; task <= 3; ++task) {
    program.start();
    EXPECT_EQ(renumber(text(task)).body.at("number"), text(500 + task));
    program.stop();
  }
}

TEST_F(SerialRoutes, GiveUpWhatIsLeftWhenTheStoreComesFromABackup) {
  ASSERT_TRUE(mark().write(0).has_value());
  const fs::path store = program.data() / "store";
  const fs::path backup = program.data() / "backup";
  fs::create_directories(backup);
  fs::copy_file(store / "data.mdb", backup / "data.mdb");
  program.start();
  ASSERT_EQ(renumber(text(1)).status, 200);
  program.stop();
  // Over the file, which keeps its place on the disk; only the note remembers.
  for (int times = 0; times < 2; ++times) {
    fs::copy_file(backup / "data.mdb", store / "data.mdb", fs::copy_options::overwrite_existing);
    program.start();
    // The very first request already finds nothing to give.
    EXPECT_EQ(renumber(text(2)).body.at("code"), "no_serials") << times;
    EXPECT_EQ(left(), json({{"13NCP", 0}})) << times;
    program.stop();
  }
}

TEST_F(SerialRoutes, GiveUpWhatIsLeftWhenTheWholeFolderWasPutBack) {
  ASSERT_TRUE(mark().write(0).has_value());
  const fs::path store = program.data() / "store";
  fs::rename(store / "data.mdb", store / "away");
  fs::copy_file(store / "away", store / "data.mdb");  // the same octets in another place
  program.start();
  EXPECT_EQ(renumber(text(2)).body.at("code"), "no_serials");
  EXPECT_EQ(left(), json({{"13NCP", 0}}));
}

}  // namespace
}  // namespace lab::node::app
