// Results typed by hand.

#include <gmock/gmock.h>

#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

class TypedResults : public testing::Test {
 protected:
  static json cell(const std::string& number, const char* analyte, const char* value, const char* reason = nullptr) {
    json one{{"number", number}, {"analyte", analyte}, {"value", value}};
    if (reason != nullptr) one["reason"] = reason;
    return one;
  }
  Answer save(const json& cells, const std::string& key = {}) {
    http::Headers headers;
    if (!key.empty()) headers["idempotency-key"] = key;
    const json list = cells.is_array() ? cells : json::array({cells});  // {one} is that one, as JSON reads it here
    return desk.ask("technician", "POST", "/api/v1/results", {{"results", list}}, headers);
  }
  std::size_t events() { return desk.world.events().size(); }

  Desk desk;
  std::string a = desk.world.received(1);
  std::string b = desk.world.received(2);
};

TEST_F(TypedResults, EachCellIsAnsweredWithItsVerdictAndReason) {
  const Answer answer = save({cell(a, "铅", "0.35"), cell(b, "毒死蜱", "0.050")});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json& lead = answer.body.at("results").at(0);
  EXPECT_EQ(lead.at("ok"), true);
  EXPECT_EQ(lead.at("verdict"), "fail");
  EXPECT_EQ(lead.at("value"), "0.35");
  EXPECT_EQ(lead.at("unit"), "mg/kg") << "the panel's, when none is given";
  EXPECT_EQ(lead.at("limit").at("upper"), "0.3");
  EXPECT_THAT(lead.at("explanation").get<std::string>(), testing::HasSubstr("0.3"));
  EXPECT_EQ(answer.body.at("results").at(1).at("verdict"), "pass");
  EXPECT_EQ(answer.body.at("results").at(1).at("value"), "0.050") << "trailing zeros are data";
  EXPECT_EQ(desk.world.sample(a).state, model::SampleState::measuring) << "its panel is not complete";
  EXPECT_EQ(answer.body.at("judged"), json::array());
}

TEST_F(TypedResults, ACompletePanelIsJudgedInTheNameOfWhoTyped) {
  const Answer answer = save({cell(a, "铅", "0.1"), cell(a, "毒死蜱", "未检出")});
  EXPECT_EQ(answer.body.at("judged"), json({a}));
  EXPECT_EQ(answer.body.at("results").at(0).at("outcome"), "pass") << answer.body;
  EXPECT_EQ(desk.world.sample(a).analyst, model::PersonId{"p-technician"});
  const auto capture = node::tables::capture(*desk.world.store->read(), answer.body.at("capture"));
  ASSERT_TRUE(capture.has_value());
  EXPECT_EQ(capture->entry.profile, "typed/1");
  EXPECT_EQ(capture->entry.taken, 2U);
  const auto raw = node::tables::raw(*desk.world.store->read(), capture->raw);
  EXPECT_THAT(raw.value_or(""), testing::HasSubstr(a + "\t毒死蜱\t未检出")) << "what was typed is kept as it was";
}

TEST_F(TypedResults, ACellThatCannotBeTakenIsRefusedAndTheOthersAreNot) {
  const Answer answer =
      save({cell(a, "铅", "0.1"), cell(a, "汞", "0.1"), cell("NCP9", "铅", "0.1"), cell(b, "铅", "about 1"),
            cell(b, "铅", ""), cell(b, "毒死蜱", "0.01"), cell(b, "毒死蜱", "0.02"), cell(b, "铅", "1\n2")});
  std::vector<std::string> codes;
  for (const json& line : answer.body.at("results")) codes.push_back(line.value("code", ""));
  EXPECT_THAT(codes, testing::ElementsAre("", "unknown_analyte", "unknown_sample", "not_a_value", "not_a_value",
                                          "contradicts", "contradicts", "bad_text"));
  EXPECT_TRUE(desk.world.quarantine().empty()) << "whoever typed it is still there";
  EXPECT_EQ(desk.world.sample(b).state, model::SampleState::received);
}

TEST_F(TypedResults, AValueThatIsNoneIsToldHowToBeWritten) {
  const auto typed = [&](const char* value) -> json { return save(cell(a, "铅", value)).body.at("results").at(0); };
  const auto detail = [&](const char* value) { return typed(value).at("detail").get<std::string>(); };
  EXPECT_EQ(typed("0,012").at("code"), "decimal_comma");
  EXPECT_EQ(detail("0，012"), "“0，012”：小数点请用“.”，千位不加逗号");
  for (const char* with_unit : {"0.01 ug/kg", "51ug/kg", "<0.01 mg/kg", "2 g/100g"}) {
    EXPECT_EQ(typed(with_unit).at("code"), "unit_given") << with_unit;
  }
  EXPECT_EQ(detail("51ug/kg"), "“51ug/kg”：单位已定为 mg/kg，只填数值");
  EXPECT_EQ(typed("51ug/kg").at("params"), (json{{"value", "51ug/kg"}, {"unit", "mg/kg"}}));
  for (const char* word : {"abc", "", "—", "1.2.3", "about 1"})
    EXPECT_EQ(typed(word).at("code"), "not_a_value") << word;
  EXPECT_THAT(detail("abc"), testing::HasSubstr("请填数值"));
  EXPECT_EQ(typed("-0.5").at("code"), "negative_value");
  EXPECT_THAT(detail("-0.5"), testing::HasSubstr("以 mg/kg 计的结果不能为负数"));
  EXPECT_EQ(desk.world.sample(a).state, model::SampleState::received) << "none of them was taken";
  for (const char* value : {"0.012", "0", "<0.01", "未检出", "<LOQ"}) {
    EXPECT_EQ(save(cell(a, "铅", value, "typed again")).code(), "") << value;
  }
}

TEST_F(TypedResults, WhenNothingCanBeTakenNothingIsStored) {
  const auto before = events();
  const Answer answer = save({cell(a, "汞", "0.1")}, "k");
  EXPECT_EQ(answer.body.at("capture"), 0);
  EXPECT_EQ(events(), before);
  EXPECT_EQ(save({cell(a, "铅", "0.1")}, "k").body.at("results").at(0).at("ok"), true) << "and the key is free";
}

TEST_F(TypedResults, ARequestSentAgainIsTakenOnceAndAnsweredAlike) {
  const json cells{cell(a, "铅", "0.1"), cell(a, "毒死蜱", "0.05")};
  const Answer first = save(cells, "key-1");
  EXPECT_EQ(first.body.at("repeated"), false);
  const auto before = events();
  const Answer again = save(cells, "key-1");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.body.at("repeated"), true);
  EXPECT_EQ(again.body.at("capture"), first.body.at("capture"));
  for (const json& line : again.body.at("results")) {
    EXPECT_EQ(line.at("ok"), true) << line;
    EXPECT_EQ(line.at("verdict"), "pass");
  }
  EXPECT_EQ(events(), before);
  const Answer other = save({cell(b, "铅", "0.2")}, "key-1");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(other.code(), "key_reused");
  EXPECT_EQ(save({cell(b, "铅", "0.2")}, "key-2").body.at("repeated"), false);
}

TEST_F(TypedResults, AnotherValueNeedsAReasonWhichBecomesAnEvent) {
  save({cell(a, "铅", "0.1")});
  const auto before = events();
  EXPECT_EQ(save({cell(a, "铅", "0.10")}).body.at("results").at(0).at("same"), true);
  EXPECT_EQ(save({cell(a, "铅", "0.2")}).code(), "differs");
  EXPECT_EQ(events(), before);
  const Answer corrected = save({cell(a, "铅", "0.2", "read the wrong line")});
  EXPECT_EQ(corrected.body.at("results").at(0).at("value"), "0.2") << corrected.body;
  const auto all = desk.world.events();
  ASSERT_EQ(all.size(), before + 2);
  const auto* incident = std::get_if<model::Incident>(&all.back().what);
  ASSERT_NE(incident, nullptr);
  EXPECT_THAT(incident->what, testing::AllOf(testing::HasSubstr("0.1"), testing::HasSubstr("read the wrong line")));
  EXPECT_EQ(desk.world.sample(a).measured.size(), 2U) << "the earlier value stays in the history";
}

TEST_F(TypedResults, ACellThatDiffersSaysWhatCountsAndWhoGaveIt) {
  save({cell(a, "铅", "0.10")});
  const json refused = save({cell(a, "铅", "0.2")}).body.at("results").at(0);
  EXPECT_EQ(refused.at("code"), "differs");
  const json& counts = refused.at("counts");
  EXPECT_EQ(counts.at("value"), "0.10");
  EXPECT_EQ(counts.at("unit"), "mg/kg");
  EXPECT_EQ(counts.at("person"), "p-technician");
  EXPECT_EQ(counts.at("person_name"), "P");
  EXPECT_EQ(counts.at("at"), to_text(desk.world.now));
  save({cell(a, "铅", "0.2", "read the wrong line")});
  EXPECT_EQ(save({cell(a, "铅", "0.3")}).body.at("results").at(0).at("counts").at("value"), "0.2") << "the last one";
  EXPECT_FALSE(save({cell(a, "汞", "0.2")}).body.at("results").at(0).contains("counts"));
}

TEST_F(TypedResults, TheVerdictIsShownBeforeAnythingIsKept) {
  const auto before = events();
  const auto commits = desk.world.store->figures().commits;
  const json cells{{"cells", {cell(a, "铅", "0.35"), cell(a, "汞", "1")}}};
  const Answer answer = desk.ask("auditor", "POST", "/api/v1/verdicts", cells);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body.at("cells").at(0).at("verdict"), "fail");
  EXPECT_EQ(answer.body.at("cells").at(1).at("code"), "unknown_analyte");
  EXPECT_EQ(events(), before);
  EXPECT_EQ(desk.world.store->figures().commits, commits);
  json saved = save({cell(a, "铅", "0.35")}).body.at("results").at(0);
  EXPECT_EQ(saved, answer.body.at("cells").at(0)) << "saving says what the preview said";
}

TEST_F(TypedResults, AVerdictIsTakenBackWithAReasonAndMadeAnew) {
  save({cell(a, "铅", "0.35"), cell(a, "毒死蜱", "0.05")});
  EXPECT_EQ(save({cell(a, "铅", "0.2", "diluted")}).code(), "already_judged");
  const auto retract = [&](const char* reason) {
    return desk.ask("technician", "POST", "/api/v1/retractions", {{"number", a}, {"reason", reason}});
  };
  EXPECT_EQ(retract("").code(), "missing_field");
  EXPECT_EQ(retract("wrong vial").status, 200);
  EXPECT_EQ(desk.world.sample(a).state, model::SampleState::measuring);
  EXPECT_EQ(retract("twice").code(), "wrong_state");
  EXPECT_EQ(save({cell(a, "铅", "0.2")}).code(), "");
  const Answer again = desk.ask("technician", "POST", "/api/v1/rejudgements", {{"number", a}, {"reason", "vial 7"}});
  EXPECT_EQ(again.body.at("outcome"), "pass") << again.body;
}

TEST_F(TypedResults, WhatCannotBeStoredIsNotAnsweredAsDone) {
  desk.stores = false;
  EXPECT_EQ(save({cell(a, "铅", "0.1")}).status, 503);
  EXPECT_EQ(desk.world.sample(a).state, model::SampleState::received);
}

TEST_F(TypedResults, MalformedRequestsAreRefusedWhole) {
  for (const json& body : {json::object(), json{{"results", 1}}, json{{"results", {1}}}, json{{"results", {{}, "x"}}},
                           json{{"results", std::vector<json>(bench::typed_cells_max + 1, json::object())}}}) {
    EXPECT_EQ(desk.ask("technician", "POST", "/api/v1/results", body).code(), "bad_request");
  }
  EXPECT_EQ(save({cell(a, "铅", "0.1")}, std::string(65, 'k')).code(), "bad_text");
  EXPECT_EQ(save(json::array()).status, 200);
}

TEST_F(TypedResults, TheWorksheetShowsOpenSamplesOfAPanelWithTheirValues) {
  save({cell(a, "铅", "0.35")});
  desk.world.received(3, "NOB");
  const Answer sheet = desk.get("/api/v1/worksheet?panel=VEG");
  ASSERT_EQ(sheet.status, 200) << sheet.body;
  EXPECT_EQ(sheet.body.at("samples").size(), 2U);
  EXPECT_EQ(sheet.body.at("analytes").at(0).at("analyte"), "铅");
  EXPECT_EQ(sheet.body.at("samples").at(0).at("values").at("铅").at("verdict"), "fail");
  EXPECT_EQ(sheet.body.at("samples").at(1).at("values"), json::object());
  EXPECT_EQ(desk.get("/api/v1/worksheet?panel=NO-SUCH").code(), "unknown_panel");
}

}  // namespace
}  // namespace lab::desk
