// Replays and the registry of devices over the documented HTTP interface of the real program.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node::app {
namespace {

using nlohmann::json;

class InstrumentRoutes : public testing::Test {
 protected:
  InstrumentRoutes() {
    crypto::start();
    for (const auto& [person, role] :
         {std::pair{"chen", "technician"}, {"li", "reviewer"}, {"wu", "lab_administrator"}}) {
      program.add_person(person, role);
    }
    auto store = journal::open_lmdb(program.data() / "store");
    EXPECT_TRUE(store.has_value());
    World world{std::move(*store)};
    here = world.received(1);
    late = world.grant(2);
    EXPECT_TRUE(world.fill_in(late).has_value());
  }

  static std::string export_of(const std::vector<std::string>& numbers) {
    sim::Batch batch{.analytes = {"毒死蜱"}, .unit = "mg/kg"};
    for (const std::string& number : numbers) {
      batch.rows.push_back({.name = number, .data_file = number + ".d", .values = {"ND"}});
    }
    return sim::masshunter_csv(batch);
  }
  Answer upload(const std::string& file) const {
    return program.post_bytes("chen", "/api/v1/captures?instrument=GCMS-01&new=1&name=batch.csv", file, "text/csv");
  }
  Answer replay(const std::string& person, std::uint64_t capture, const json& body = json::object()) const {
    return program.post(person, fmt::format("/api/v1/captures/{}/replay", capture), body);
  }
  json instruments() const { return program.get("chen", "/api/v1/instruments").body.at("instruments"); }
  json device(const std::string& name) const {
    for (const json& line : instruments()) {
      if (line.at("device") == name) return line;
    }
    return nullptr;
  }
  static bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return true;
  }
  std::int64_t waiting() const { return program.get("", "/api/v1/status").body.at("devices_waiting"); }
  void send(const std::string& analyser, const std::string& analyte) const {
    const auto sent = sim::send_astm({.port = program.port(1), .name = analyser},
                                     {{.sample = here, .results = {{analyte, "0.05", "mg/kg"}}}});
    ASSERT_TRUE(sent.has_value()) << to_text(sent.error());
  }

  Program program{"instruments"};
  std::string here;
  std::string late;
};

TEST_F(InstrumentRoutes, AReplayTakesWhatWaitedForReception) {
  program.start();
  const Answer capture = upload(export_of({here, late}));
  ASSERT_EQ(capture.status, 200) << capture.text;
  EXPECT_EQ(capture.body.at("taken"), 1);
  ASSERT_EQ(capture.body.at("quarantined").size(), 1u);
  EXPECT_EQ(capture.body.at("quarantined").at(0).at("reason"), "not_received");
  const auto id = capture.body.at("capture").get<std::uint64_t>();
  ASSERT_EQ(
      program
          .post("chen", "/api/v1/receptions/typed", {{"number", late}, {"condition", "完好"}, {"reason", "标签破损"}})
          .status,
      200);

  EXPECT_EQ(replay("li", id).body.at("code"), "not_allowed");
  EXPECT_EQ(replay("wu", id + 1).status, 404);
  EXPECT_EQ(program.post("wu", "/api/v1/captures/nonsense/replay", json::object()).status, 400);
  EXPECT_EQ(program.post("wu", fmt::format("/api/v1/captures/{}/replay", id), json::array()).status, 400);
  EXPECT_EQ(replay("wu", id, {{"profile", "no-such-profile"}}).body.at("code"), "capture_refused");
  const Answer replayed = replay("wu", id);
  ASSERT_EQ(replayed.status, 200) << replayed.text;
  EXPECT_EQ(replayed.body.at("taken"), 1);
  EXPECT_EQ(replayed.body.at("open"), 0);
  EXPECT_EQ(program.state_of(late), "measuring");
  EXPECT_EQ(replay("wu", id, {{"profile", "masshunter-quant/1"}}).body.at("changed"), false);
  EXPECT_TRUE(program.get("chen", "/api/v1/quarantine?open=1").body.at("entries").empty());
  const json closed = program.get("chen", "/api/v1/quarantine?open=0").body.at("entries").at(0);
  EXPECT_EQ(closed.at("decided_by"), "wu");
  EXPECT_EQ(closed.at("decision"), "重新读取后采用为 " + late + " 的 毒死蜱");
  EXPECT_EQ(program.get("chen", "/api/v1/captures").body.at("captures").at(0).at("taken"), 2);
}

TEST_F(InstrumentRoutes, TheListComesInPages) {
  program.start({"--astm", fmt::format("127.0.0.1:{}=ICP-01:chen", program.port(1))});
  for (const char* analyser : {"SIM-1", "SIM-2", "SIM-3"}) send(analyser, "铅");
  const std::string target = "/api/v1/instruments?limit=2";
  const json first = program.get("chen", target).body;
  ASSERT_EQ(first.at("instruments").size(), 2u);
  EXPECT_EQ(first.at("count"), 3);
  EXPECT_EQ(first.at("instruments").at(0).at("device"), "SIM-2") << "those that wait come first";
  const json second = program.get("chen", target + "&after=" + first.at("next").get<std::string>()).body;
  ASSERT_EQ(second.at("instruments").size(), 1u);
  EXPECT_EQ(second.at("instruments").at(0).at("device"), "SIM-1");
  EXPECT_TRUE(second.at("next").is_null());
  EXPECT_EQ(program.get("chen", "/api/v1/instruments?after=nonsense").status, 400);
  EXPECT_EQ(program.get("chen", "/api/v1/instruments?limit=some").status, 400);
}

TEST_F(InstrumentRoutes, ALargeCaptureIsReplayedFromItsBlob) {
  program.start();
  std::vector<std::string> rows{late};
  for (int i = 0; i < 2'000; ++i) rows.push_back(fmt::format("NOBODY-{:05}", i));
  const std::string file = export_of(rows);
  ASSERT_GT(file.size(), tables::raw_record_max);
  const Answer capture = upload(file);
  ASSERT_EQ(capture.status, 200) << capture.text;
  ASSERT_EQ(
      program
          .post("chen", "/api/v1/receptions/typed", {{"number", late}, {"condition", "完好"}, {"reason", "标签破损"}})
          .status,
      200);
  const Answer replayed = replay("chen", capture.body.at("capture").get<std::uint64_t>());
  ASSERT_EQ(replayed.status, 200) << replayed.text;
  EXPECT_EQ(replayed.body.at("taken"), 1);
  EXPECT_EQ(replayed.body.at("open"), 2'000);
  EXPECT_EQ(replayed.body.at("quarantined").size(), 500u) << "one page of them";
}

TEST_F(InstrumentRoutes, ARefusedFileSaysHowItCanBeReadLater) {
  program.start();
  const std::string file = "neither a table nor a message\n";
  ASSERT_EQ(upload(file).body.at("code"), "capture_refused");
  const Answer again = upload(file);
  EXPECT_EQ(again.body.at("code"), "capture_refused");
  EXPECT_NE(again.body.at("detail").get<std::string>().find("重新读取"), std::string::npos);
  EXPECT_EQ(replay("chen", 1).body.at("code"), "capture_refused");
  ASSERT_EQ(instruments().size(), 1u);
  EXPECT_EQ(instruments().at(0).at("refused_captures"), 1);
  EXPECT_EQ(instruments().at(0).at("repeated_captures"), 1);
  EXPECT_EQ(waiting(), 0);
}

// A start reads every file of the folder anew; the instrument has said nothing meanwhile.
TEST_F(InstrumentRoutes, AStartWithAFullFolderChangesNothing) {
  const std::filesystem::path folder = program.data() / "export";
  std::filesystem::create_directory(folder);
  std::ofstream{folder / "good.csv"} << export_of({here});
  std::ofstream{folder / "bad.csv"} << "neither a table nor a message\n";
  const std::vector<std::string> arguments{"--drop-folder", fmt::format("{},stable=1=GCMS-01:chen", folder.string())};
  const auto captures = [&] { return program.get("chen", "/api/v1/captures").body.at("captures"); };
  const auto trouble = [&] {
    return program.get("chen", "/api/v1/status").body.at("ports").at(0).at("trouble").get<std::string>();
  };
  program.start(arguments);
  ASSERT_TRUE(eventually([&] { return captures().size() == 2 && !trouble().empty(); }));
  EXPECT_NE(trouble().find("bad.csv"), std::string::npos);
  const json known = instruments();
  const json before = captures();
  ASSERT_EQ(program.stop(), 0);
  program.start(arguments);
  std::ofstream{folder / "later.csv"} << export_of({late});  // when this one is read, the others have been looked at
  ASSERT_TRUE(eventually([&] { return captures().size() == 3; }));
  EXPECT_EQ(trouble(), "") << "the old refusal was told when it was new";
  EXPECT_EQ(captures().at(1), before.at(0));
  EXPECT_EQ(captures().at(2), before.at(1));
  for (const json& line : known) {
    const json now = device(line.at("device"));
    EXPECT_EQ(now.at("repeated_captures"), line.at("repeated_captures"));
    EXPECT_EQ(now.at("first_seen"), line.at("first_seen"));
    if (line.at("device") == "") continue;
    EXPECT_EQ(now.at("refused_captures"), line.at("refused_captures"));
  }
}

TEST_F(InstrumentRoutes, AFolderWhoseFormatIsNamedReadsOnlyThat) {
  const std::filesystem::path folder = program.data() / "export";
  std::filesystem::create_directory(folder);
  const auto wrong = program.run(
      {"--http", "127.0.0.1:0", "--drop-folder", fmt::format("{},profile=nobody-knows=GCMS-01:chen", folder.string())});
  EXPECT_NE(wrong.first, 0);
  EXPECT_NE(wrong.second.find("nobody-knows"), std::string::npos) << wrong.second;
  std::ofstream{folder / "good.csv"} << export_of({here});
  program.start({"--drop-folder", fmt::format("{},stable=1,profile=seal-aq2=GCMS-01:chen", folder.string())});
  ASSERT_TRUE(eventually([&] { return !program.get("chen", "/api/v1/captures").body.at("captures").empty(); }));
  const json capture = program.get("chen", "/api/v1/captures").body.at("captures").at(0);
  EXPECT_NE(capture.at("refused"), "") << "MassHunter's is another";
  EXPECT_EQ(capture.at("profile").get<std::string>().substr(0, 9), "seal-aq2/");
}

TEST_F(InstrumentRoutes, AnotherDeviceWaitsForAConfirmationThatIsNotTheTechnicians) {
  program.start({"--astm", fmt::format("127.0.0.1:{}=ICP-01:chen", program.port(1))});
  send("SIM-1", "铅");
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(device("SIM-1").at("taken"), 1);
  EXPECT_EQ(device("SIM-1").at("first"), true);
  send("SIM-2", "毒死蜱");
  EXPECT_EQ(waiting(), 1);
  EXPECT_EQ(instruments().at(0).at("device"), "SIM-2") << "what waits comes first";
  EXPECT_EQ(program.state_of(here), "measuring");
  const json entry = program.get("chen", "/api/v1/quarantine?open=1").body.at("entries").at(0);
  EXPECT_EQ(entry.at("reason"), "unconfirmed_device");
  EXPECT_EQ(entry.at("device"), "SIM-2");

  const std::string target = "/api/v1/instruments/decision";
  json decision{{"instrument", "ICP-01"}, {"device", "SIM-2"}, {"confirm", true}, {"reason", "备用机，铭牌已核对"}};
  EXPECT_EQ(program.post("chen", target, decision).status, 403);
  EXPECT_EQ(program.post("li", target, {{"instrument", "ICP-01"}, {"device", "SIM-2"}}).status, 400);
  json nobody = decision;
  nobody["device"] = "SIM-3";
  EXPECT_EQ(program.post("li", target, nobody).body.at("code"), "unknown_device");
  const Answer confirmed = program.post("wu", target, decision);
  ASSERT_EQ(confirmed.status, 200) << confirmed.text;
  EXPECT_EQ(confirmed.body.at("state"), "confirmed");
  EXPECT_EQ(confirmed.body.at("waiting_entries"), 1);
  const auto capture = confirmed.body.at("waiting_captures").at(0).at("capture").get<std::uint64_t>();
  EXPECT_EQ(program.post("li", target, decision).body.at("code"), "already_decided");
  EXPECT_EQ(waiting(), 0);

  program.kill();
  program.start();
  EXPECT_EQ(device("SIM-2").at("decided_by"), "wu") << "what was answered is durable";
  const Answer replayed = replay("chen", capture);
  ASSERT_EQ(replayed.status, 200) << replayed.text;
  EXPECT_EQ(replayed.body.at("judged"), json::array({here}));
  EXPECT_EQ(device("SIM-2").at("quarantined"), 0);
}

}  // namespace
}  // namespace lab::node::app
