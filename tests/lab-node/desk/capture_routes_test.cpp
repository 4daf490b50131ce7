// Files that people bring, how stored ones read, and weights that came without their sample.

#include <gmock/gmock.h>

#include "instruments/profiles/decode.hpp"
#include "lab-node/tables/instruments.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Both know the form of the file; they differ in the column that holds the sample.
std::string profile(const std::string& name, const std::string& id_column) {
  return json{{"name", name},
              {"version", 1},
              {"title", "方案 " + name},
              {"text", {{"delimiters", {","}}}},
              {"recognise", {{{"titles", {"Id", "Label", "Analyte", "Value"}}}}},
              {"rows",
               {{{"when", {{"titles", {"Id", "Label", "Analyte", "Value"}}}},
                 {"do", "header"},
                 {"table",
                  {{"columns",
                    {{{"title", id_column}, {"field", "sample_id"}, {"required", true}},
                     {{"title", id_column == "Id" ? "Label" : "Id"}, {"field", "none"}},
                     {{"title", "Analyte"}, {"field", "analyte"}},
                     {{"title", "Value"}, {"field", "value"}, {"unit", "mg/kg"}}}}}}}}}}
      .dump();
}

class CaptureRoutes : public testing::Test {
 protected:
  void know(const std::string& name, const std::string& id_column) {
    const auto added = desk.profiles.add(profile(name, id_column));
    ASSERT_TRUE(added.has_value()) << to_text(added.error());
  }
  Answer upload(const std::string& file, const std::string& more = "&new=1") {
    return desk.send("technician", "POST", "/api/v1/captures?instrument=ICP-01&name=batch.csv" + more, file);
  }
  static std::string file_of(const std::string& label) {
    return "Id,Label,Analyte,Value\nV01," + label + ",铅,0.12\nV02,BLK," + "铅,0.001";
  }

  Desk desk;
  std::string number = desk.world.received(1);
};

TEST_F(CaptureRoutes, EveryFormatThatCanBeNamedIsListed) {
  know("by-label", "Label");
  const json listed = desk.get("/api/v1/profiles").body.at("profiles");
  EXPECT_THAT(listed,
              Contains(json{{"name", "by-label"}, {"version", "1"}, {"title", "方案 by-label"}, {"kind", "table"}}));
  for (const json& line : listed) {
    if (line.at("name") != "mt-sics/1") continue;
    EXPECT_EQ(line.at("kind"), "meter");
    EXPECT_EQ(line.at("version"), "1");
    EXPECT_NE(line.at("title"), line.at("name")) << "people read words";
    return;
  }
  FAIL() << "the drivers are not among them";
}

TEST_F(CaptureRoutes, AFileThatComesAgainSaysHowManyOfItsRowsStillWait) {
  know("by-label", "Label");
  const std::string file = file_of("X1");
  const Answer first = upload(file, "&new=1&profile=by-label");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.body.at("waiting"), 2);
  const auto again = [&] { return upload(file, "&profile=by-label").body; };
  EXPECT_EQ(again().at("repeated"), true);
  EXPECT_EQ(again().at("quarantined"), json::array());
  EXPECT_EQ(again().at("waiting"), 2);
  const json& entry = first.body.at("quarantined").at(0).at("entry");
  desk.ask("technician", "POST", fmt::format("/api/v1/quarantine/{}/reject", entry.get<int>()), {{"reason", "试机"}});
  EXPECT_EQ(again().at("waiting"), 1);
}

TEST_F(CaptureRoutes, AnUploadSaysWhyItsFormatWasChosenAndHowMuchOfItWasRead) {
  know("by-label", "Label");
  const Answer taken = upload(file_of(number));
  ASSERT_EQ(taken.status, 200) << taken.body;
  EXPECT_THAT(taken.body.at("reason").get<std::string>(), HasSubstr("by-label"));
  EXPECT_EQ(taken.body.at("covered_octets"), taken.body.at("octets"));
  EXPECT_EQ(taken.body.at("taken"), 1);
}

TEST_F(CaptureRoutes, AFileThatSeveralFormatsReadIsAnsweredWithThemAndTakenByTheOneThatIsNamed) {
  know("by-id", "Id");
  know("by-label", "Label");
  const Answer asked = upload(file_of(number));
  EXPECT_EQ(asked.code(), "capture_refused");
  ASSERT_EQ(asked.body.at("candidates").size(), 2U);
  EXPECT_EQ(asked.body.at("candidates").at(0).at("name"), "by-id");
  EXPECT_NE(asked.body.at("candidates").at(1).at("reason"), "");
  const auto capture = asked.body.at("capture").get<int>();

  const std::string reading = fmt::format("/api/v1/captures/{}/reading", capture);
  EXPECT_EQ(desk.get(reading).body.at("candidates"), asked.body.at("candidates"))
      << "whoever comes later sees them too";
  const json tried = desk.get(reading + "?profile=by-label").body;
  EXPECT_EQ(tried.at("observations").at(0).at("sample"), number) << "a look, before anything is taken";
  EXPECT_EQ(desk.world.sample(number).measured.size(), 0U);

  const Answer replayed =
      desk.ask("technician", "POST", fmt::format("/api/v1/captures/{}/replay", capture), {{"profile", "by-label"}});
  ASSERT_EQ(replayed.status, 200) << replayed.body;
  EXPECT_EQ(replayed.body.at("taken"), 1);
  EXPECT_EQ(replayed.body.at("whole"), true);
}

// Decision 0004: the mark of a last line without its end stays where a reviewer sees it.
TEST_F(CaptureRoutes, AReadingShowsWhatTheFirstOneSaw) {
  know("by-label", "Label");
  const auto capture = upload(file_of(number)).body.at("capture").get<int>();
  const auto version = desk.world.store->read()->version();
  const std::string target = fmt::format("/api/v1/captures/{}/reading", capture);
  const json reading = desk.ask("reviewer", "GET", target).body;
  EXPECT_EQ(reading.at("capture").at("capture"), capture);
  EXPECT_EQ(reading.at("capture").at("instrument"), "ICP-01");
  EXPECT_EQ(reading.at("profile"), reading.at("taken_as"));
  EXPECT_THAT(reading.at("reason").get<std::string>(), HasSubstr("by-label"));
  EXPECT_EQ(reading.at("covered_octets"), reading.at("octets"));
  EXPECT_EQ(reading.at("observations_count"), 2);
  EXPECT_THAT(reading.at("observations").at(1).at("flags"), Contains("unterminated"));
  ASSERT_GE(reading.at("diagnostics_count"), 1);
  EXPECT_NE(reading.at("diagnostics").at(0).at("message"), "");
  const json source = desk.get("/api/v1/samples/" + number).body.at("captures").at(0);
  EXPECT_EQ(source.at("capture"), capture) << "the way from a determination to the file";
  EXPECT_EQ(source.at("analytes"), json::array({"铅"}));
  const json of_sample = desk.get(target + "?sample=" + number).body;
  EXPECT_EQ(of_sample.at("observations").size(), 1U);
  EXPECT_EQ(of_sample.at("observations_count"), 2);
  EXPECT_EQ(desk.world.store->read()->version(), version) << "nothing is kept";
  EXPECT_EQ(desk.get("/api/v1/captures/99/reading").code(), "unknown_capture");
}

TEST_F(CaptureRoutes, AReadingKeepsToTheFormatThatWasNamedWhenItWasTaken) {
  know("by-id", "Id");
  know("by-label", "Label");
  const Answer taken = upload(file_of(number), "&new=1&profile=by-label");
  ASSERT_EQ(taken.status, 200) << taken.body;
  const json reading = desk.get(fmt::format("/api/v1/captures/{}/reading", taken.body.at("capture").get<int>())).body;
  EXPECT_EQ(reading.at("refused"), "");
  EXPECT_EQ(reading.at("profile"), reading.at("taken_as"));
  EXPECT_EQ(reading.at("observations").at(0).at("sample"), number);
}

// A port may name a format that recognises nothing by itself, while another one recognises the file.
TEST_F(CaptureRoutes, AReplayKeepsToTheFormatOfTheCaptureAndReadsByItsVersionOfToday) {
  know("by-id", "Id");
  const auto know_ours = [&](int version, const std::string& id_column) {
    json ours = json::parse(profile("ours", id_column));
    ours["version"] = version;
    ours["recognise"][0]["titles"] = json::array({"No such title"});
    ASSERT_TRUE(desk.profiles.add(ours.dump()).has_value());
  };
  know_ours(1, "Id");
  const Answer taken = upload(file_of(number), "&new=1&profile=ours");
  ASSERT_EQ(taken.status, 200) << taken.body;
  ASSERT_EQ(taken.body.at("taken"), 0) << "the wrong column";
  const std::string capture = fmt::format("/api/v1/captures/{}", taken.body.at("capture").get<int>());
  know_ours(2, "Label");
  const json reading = desk.get(capture + "/reading").body;
  EXPECT_EQ(reading.at("taken_as"), taken.body.at("profile"));
  EXPECT_THAT(reading.at("profile").get<std::string>(), testing::StartsWith("ours/2"));
  EXPECT_EQ(reading.at("observations").at(0).at("sample"), number);
  const Answer replayed = desk.ask("technician", "POST", capture + "/replay", json::object());
  ASSERT_EQ(replayed.status, 200) << replayed.body;
  EXPECT_EQ(replayed.body.at("taken"), 1);
  EXPECT_EQ(replayed.body.at("profile"), reading.at("profile")) << "a look shows what a replay takes";
}

TEST_F(CaptureRoutes, TypedResultsHaveNoFileToRead) {
  const Answer typed = desk.ask("technician", "POST", "/api/v1/results",
                                {{"results", {{{"number", number}, {"analyte", "铅"}, {"value", "0.1"}}}}});
  const Answer reading = desk.get(fmt::format("/api/v1/captures/{}/reading", typed.body.at("capture").get<int>()));
  EXPECT_EQ(reading.code(), "is_typed");
}

// ---- the name of an instrument

TEST_F(CaptureRoutes, ANewInstrumentIsAskedForAndASpellingVariantOffersTheKnownOne) {
  know("by-label", "Label");
  const Answer asked = upload(file_of(number), "");
  EXPECT_EQ(asked.status, 409);
  EXPECT_EQ(asked.code(), "new_instrument");
  EXPECT_TRUE(asked.body.at("known").empty());
  EXPECT_EQ(node::tables::counters(*desk.world.store->read()).captures, 0U) << "nothing is kept under a wrong name";
  ASSERT_EQ(upload(file_of(number)).status, 200);
  EXPECT_EQ(upload("Id,Label,Analyte,Value\nV01,X,铅,1\n", "").status, 200) << "it is known now";

  const Answer variant = desk.send("technician", "POST", "/api/v1/captures?instrument=icp 01&name=b.csv", "x");
  EXPECT_EQ(variant.code(), "new_instrument");
  EXPECT_EQ(variant.body.at("similar"), json::array({"ICP-01"}));
  EXPECT_THAT(variant.body.at("detail").get<std::string>(), HasSubstr("是否为 ICP-01？"));
}

TEST_F(CaptureRoutes, AnInstrumentOfAPortIsKnownBeforeItHasSentAnything) {
  desk.office.ports = [] { return std::vector<PortStatus>{{.name = "a", .kind = "astm", .instrument = "ICP-01"}}; };
  know("by-label", "Label");
  EXPECT_EQ(upload(file_of(number), "").status, 200);
}

// ---- weights

std::uint64_t print_weight(Desk& desk) {
  const bench::Weighing weighing{.raw = Hash{{5}},
                                 .octets = 18,
                                 .instrument = "XPE",
                                 .person = model::PersonId{"chen"},
                                 .decoding = {.observations = {node::observation("", "mass", "2.5013", "g")}}};
  return desk.world.decide([&](auto& draft) { return desk.world.node.on_weighing(draft, weighing, desk.world.now); })
      .capture;
}

TEST_F(CaptureRoutes, AWeightPrintedAtTheBalanceIsSeenAndGivenToItsSample) {
  const std::uint64_t capture = print_weight(desk);
  EXPECT_EQ(desk.get("/api/v1/captures?show=unplaced").body.at("captures").size(), 1U);
  const auto place = [&](const json& body) { return desk.ask("technician", "POST", "/api/v1/weighings", body); };
  EXPECT_EQ(place({{"number", "nobody's"}, {"capture", capture}}).code(), "unknown_sample");
  const Answer placed = place({{"number", number}, {"capture", capture}});
  ASSERT_EQ(placed.status, 200) << placed.body;
  EXPECT_EQ(placed.body, (json{{"capture", capture}, {"number", number}, {"reading", "2.5013 g"}}));
  EXPECT_EQ(desk.get("/api/v1/samples/" + number).body.at("weighings").at(0).at("reading"), "2.5013 g");
  EXPECT_EQ(desk.world.events().back().person, model::PersonId{"p-technician"});
  EXPECT_TRUE(desk.get("/api/v1/captures?show=unplaced").body.at("captures").empty());
  EXPECT_EQ(place({{"number", number}, {"capture", capture}}).code(), "already_decided");
  EXPECT_EQ(place({{"number", number}, {"capture", 99}}).code(), "unknown_capture");
  EXPECT_EQ(place({{"number", number}, {"capture", "1"}}).status, 400);
  desk.world.capture({node::observation("X", "铅", "1")});
  EXPECT_EQ(place({{"number", number}, {"capture", 2}}).code(), "not_a_weighing");
}

TEST_F(CaptureRoutes, AWeightIsNotGivenToASampleThatMayNotBeWeighed) {
  const std::uint64_t capture = print_weight(desk);
  const std::string judged = desk.world.judged(2);
  const Answer answer = desk.ask("technician", "POST", "/api/v1/weighings", {{"number", judged}, {"capture", capture}});
  EXPECT_EQ(answer.code(), "already_judged");
  EXPECT_TRUE(desk.world.sample(judged).measured.back().reading.empty());
}

// A meter that printed of its own accord, with its octets.
std::uint64_t print_reading(Desk& desk, const std::string& line) {
  const bench::Weighing weighing{.raw = crypto::sha256(line),
                                 .octets = line.size(),
                                 .instrument = "MOIST-01",
                                 .person = model::PersonId{"chen"},
                                 .decoding = profiles::decode(line)};
  return desk.world
      .decide([&](auto& draft) {
        node::tables::keep_raw(draft, weighing.raw, line);
        return desk.world.node.on_weighing(draft, weighing, desk.world.now);
      })
      .capture;
}

TEST_F(CaptureRoutes, AReadingOfAMeterBecomesADeterminationOfTheItemThatAPersonNames) {
  const std::uint64_t capture = print_reading(desk, "0.0182mg/kg\r\n");
  const auto take = [&](const json& body) { return desk.ask("technician", "POST", "/api/v1/weighings", body); };
  EXPECT_EQ(take({{"number", number}, {"capture", capture}, {"analyte", "没有的项目"}}).code(), "unknown_analyte");
  const Answer taken = take({{"number", number}, {"capture", capture}, {"analyte", "铅"}});
  ASSERT_EQ(taken.status, 200) << taken.body;
  const json page = desk.get("/api/v1/samples/" + number).body;
  EXPECT_EQ(page.at("items").at(0).at("value"), "0.0182");
  EXPECT_EQ(page.at("items").at(0).at("unit"), "mg/kg");
  EXPECT_EQ(page.at("captures").at(0).at("capture"), capture) << "with the octets it came from";
  EXPECT_TRUE(page.at("weighings").empty());
  EXPECT_EQ(take({{"number", number}, {"capture", capture}, {"analyte", "铅"}}).code(), "already_decided");
  const std::uint64_t second = print_reading(desk, "0.0200mg/kg\r\n");
  EXPECT_EQ(take({{"number", number}, {"capture", second}, {"analyte", "铅"}}).code(), "differs");
  const std::uint64_t mass = print_reading(desk, "S S     2.5013 g\r\n");
  EXPECT_EQ(take({{"number", number}, {"capture", mass}, {"analyte", "毒死蜱"}}).code(), "is_weighing");
  EXPECT_EQ(take({{"number", number}, {"capture", 99}, {"analyte", "毒死蜱"}}).code(), "unknown_capture");
}

TEST_F(CaptureRoutes, EqualReadingsOfAMeterLeadEachToTheCaptureOfItsOwnSample) {
  const std::string other = desk.world.received(2);
  const auto captures_after = [&](const std::string& sample, std::uint64_t capture) {
    const json body{{"number", sample}, {"capture", capture}, {"analyte", "铅"}};
    EXPECT_EQ(desk.ask("technician", "POST", "/api/v1/weighings", body).status, 200);
    return desk.get("/api/v1/samples/" + sample).body.at("captures");
  };
  const std::uint64_t first = print_reading(desk, "0.0182mg/kg\r\n");
  const std::uint64_t second = print_reading(desk, "0.0182mg/kg\r\n");
  print_reading(desk, "0.0182mg/kg\r\n");
  ASSERT_NE(first, second);
  EXPECT_EQ(captures_after(number, first).at(0).at("capture"), first);
  EXPECT_EQ(captures_after(other, second).at(0).at("capture"), second);
  desk.world.decide([&](journal::Draft& draft) {
    auto gone = node::tables::capture(draft, second).value();
    gone.entry.sample = number;
    node::tables::put_capture(draft, gone);
    return 0;
  });
  EXPECT_TRUE(desk.get("/api/v1/samples/" + other).body.at("captures").empty()) << "none rather than another's";
}

TEST_F(CaptureRoutes, TheListShowsWhatSomebodyLooksFor) {
  desk.world.capture({node::observation(number, "铅", "0.1")});
  desk.world.capture({node::observation(number, "铅", "0.10"), node::observation("X", "铅", "1")});
  const auto shown = [&](const std::string& what) {
    std::vector<int> ids;
    const auto answer = desk.get("/api/v1/captures?show=" + what);
    for (const json& line : answer.body.at("captures")) ids.push_back(line["capture"]);
    return ids;
  };
  EXPECT_THAT(shown("same"), ElementsAre(2)) << "it said again what counts";
  EXPECT_THAT(shown("quarantined"), ElementsAre(2));
  EXPECT_THAT(shown("refused"), ElementsAre());
  EXPECT_EQ(desk.get("/api/v1/captures?show=everything").status, 400);
  print_weight(desk);
  print_reading(desk, "0.0182mg/kg\r\n");
  EXPECT_THAT(shown("unplaced"), ElementsAre(4, 3));
  EXPECT_THAT(shown("readings"), ElementsAre(4)) << "a mass is no item of a panel";
}

TEST_F(CaptureRoutes, APageOfSomethingRareEndsAndGoesOnFromTheLastOneLookedAt) {
  desk.world.decide([](journal::Draft& draft) {
    for (int i = 0; i < 5'000; ++i) {
      model::CaptureEntry entry{.instrument = "ICP-01"};
      if (i == 0) entry.refused = "坏文件";
      node::tables::add_capture(draft, crypto::sha256(fmt::format("{}", i)), entry);
    }
    return 0;
  });
  const json first = desk.get("/api/v1/captures?show=refused").body;
  EXPECT_TRUE(first.at("captures").empty());
  json next = first.at("next");
  EXPECT_EQ(next, 3'001);
  int pages = 1;
  json page = first;
  for (; !next.is_null() && pages < 10; ++pages) {
    page = desk.get(fmt::format("/api/v1/captures?show=refused&before={}", next.get<int>())).body;
    next = page.at("next");
  }
  EXPECT_EQ(pages, 3);
  ASSERT_EQ(page.at("captures").size(), 1U);
  EXPECT_EQ(page.at("captures").at(0).at("capture"), 1);
  const json full = desk.get("/api/v1/captures?limit=2").body;
  EXPECT_EQ(full.at("captures").at(1).at("capture"), full.at("next"));
}

}  // namespace
}  // namespace lab::desk
