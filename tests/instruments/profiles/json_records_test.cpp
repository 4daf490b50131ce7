#include "instruments/profiles/json_records.hpp"

#include <gtest/gtest.h>

#include "instruments/profiles/library.hpp"
#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

constexpr std::string_view two_runs = R"({
  "operator": "li", "note": null,
  "runs": [
    {"sample": "W-1", "tray": {"place": 3}, "trace": [1, 2, 3],
     "peaks": [{"name": "Pb", "amount": 0.050}, {"name": "Cd", "amount": 1e-3, "late": true}]},
    {"sample": "W-2", "peaks": null},
    {"sample": "W-3", "peaks": [{"name": "Pb", "amount": 0.30000000000000004}]}]
})";

std::string table_of(std::string_view json, const std::string& path) {
  const auto document = JsonDocument::parse(json);
  if (!document) return to_text(document.error());
  const auto sheet = document->records(path);
  if (!sheet) return to_text(sheet.error());
  std::string text;
  for (const sheet::Row& row : sheet->rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) text += (i == 0 ? "" : "|") + row.cells[i];
    text += "\n";
  }
  return text;
}

TEST(JsonRecords, MakesARowOfEachRecordWithWhatStandsAroundIt) {
  EXPECT_EQ(table_of(two_runs, "runs[].peaks[]"),
            "operator|note|runs.sample|runs.tray.place|runs.peaks.name|runs.peaks.amount|runs.peaks.late\n"
            "li||W-1|3|Pb|0.050\n"
            "li||W-1|3|Cd|0.001|TRUE\n"
            "li||W-3||Pb|0.3|\n");
}

TEST(JsonRecords, KeepsTheTitlesOfADocumentWithoutRecords) {
  EXPECT_EQ(table_of(R"({"operator": "li", "runs": []})", "runs[].peaks[]"), "operator\n");
  EXPECT_EQ(table_of(R"({"operator": "li"})", "runs[]"), "operator\n");
}

TEST(JsonRecords, GiveTheirBeginningToWhoWantsNoMore) {
  const auto document = JsonDocument::parse(two_runs);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->records("runs[].peaks[]", 2)->rows.size(), 2U);
}

TEST(JsonRecords, GoesThroughObjectsThatAreNoLists) {
  EXPECT_EQ(table_of(R"({"values": {"set": 7, "results": [{"fields": {"area": 2}}]}})", "values.results[]"),
            "values.set|values.results.fields.area\n7|2\n");
}

TEST(JsonRecords, RefusesWhatIsNotTheListThatWasPromised) {
  const auto refused = [](std::string_view json, const std::string& path) {
    const auto document = JsonDocument::parse(json);
    return !document || !document->records(path);
  };
  EXPECT_TRUE(refused(R"({"runs": {"a": 1}})", "runs[]"));
  EXPECT_TRUE(refused(R"({"runs": [[{"a": 1}]]})", "runs[]"));
  EXPECT_TRUE(refused(R"({"runs": [{"a": 1, "a": 2}]})", "runs[]"));
  EXPECT_TRUE(refused(R"({"runs": [{"a": 1}], "runs": []})", "runs[]"));
  EXPECT_TRUE(refused(R"([{"a": 1}])", "runs[]"));
  EXPECT_TRUE(refused(R"({"runs": [{"a": 1})", "runs[]"));
  EXPECT_TRUE(refused(R"({"runs": [{"a": NaN}]})", "runs[]"));
}

TEST(JsonRecords, RefusesADocumentThatIsNestedTooDeep) {
  const auto document = JsonDocument::parse("{\"a\":" + std::string(70, '[') + std::string(70, ']') + "}");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, ErrorCode::too_large);
}

constexpr std::string_view profile = R"({
  "name": "test", "version": 1, "title": "test", "records": "runs[].peaks[]",
  "recognise": [{"titles": ["operator"]}],
  "must_have": [{"when": {"titles": ["runs.peaks.name"]}, "text": "no peak"}],
  "rows": [{"when": {"titles": ["runs.sample", "runs.peaks.name"]}, "do": "header", "table": {"columns": [
    {"title": "runs.sample", "field": "sample_id", "required": true},
    {"title": "runs.peaks.name", "field": "analyte", "required": true},
    {"title": "runs.peaks.amount", "field": "value", "required": true}]}}]})";

TEST(JsonRecords, AreReadByAnOrdinaryProfile) {
  EXPECT_EQ(results_of(decode_with(std::string{profile}, two_runs)), "W-1 Pb=0.050; W-1 Cd=0.001; W-3 Pb=0.3");
  EXPECT_NE(decode_with(std::string{profile}, R"({"operator": "li", "runs": []})").refused.find("no peak"),
            std::string::npos);
}

TEST(JsonRecords, AreRecognisedByTheTitlesAndOnlyInJson) {
  Library library;
  ASSERT_TRUE(library.add(profile));
  EXPECT_EQ(decode(two_runs, {}, library).observations.size(), 3U);
  EXPECT_NE(decode("operator,runs.sample\nli,W-1\n", {}, library).refused, "");
  EXPECT_NE(decode(two_runs.substr(0, two_runs.size() - 4), {}, library).refused.find("JSON"), std::string::npos);
}

TEST(JsonRecords, SayWhatIsWrongWithAProfileForThem) {
  Library library;
  std::string wrong{profile};
  wrong.replace(wrong.find("peaks[]"), 7, "peaks");
  const auto added = library.add(wrong);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().where, "records");
}

}  // namespace
}  // namespace lab::profiles
