// Captures and exports of real instruments, from the shared corpus beside the tree. Each family prints its table.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/sics.hpp"
#include "protocol/workbook/workbook.hpp"
#include "tests/instruments/drivers/corpus.hpp"

namespace lab::drivers {
namespace {

std::string flag_value(const model::Observation& observation, std::string_view prefix) {
  for (const std::string& flag : observation.flags) {
    if (flag.starts_with(prefix)) return flag.substr(prefix.size());
  }
  return {};
}

bool has_flag(const model::Observation& observation, std::string_view flag) {
  return std::ranges::find(observation.flags, flag) != observation.flags.end();
}

// An expectation of numbers was printed by another program: 0.5 and 0.50 are the same.
void expect_number(const json& expected, const std::string& text, const fs::path& file) {
  EXPECT_EQ(Decimal::parse(expected.dump()), Decimal::parse(text)) << file << ' ' << text;
}

void check_counts(const json& expected, const model::Decoding& decoding, const fs::path& file) {
  std::set<std::string> samples;
  std::set<std::string> quantifiers;
  std::size_t of_first = 0;
  std::size_t qualifiers_of_first = 0;
  for (const auto& observation : decoding.observations) {
    samples.insert(observation.run);
    if (observation.run != decoding.observations.front().run) continue;
    ++of_first;
    qualifiers_of_first += has_flag(observation, flag_qualifier) ? 1U : 0U;
  }
  if (expected.contains("long_rows")) {
    EXPECT_EQ(decoding.observations.size(), expected["long_rows"]) << file;
  }
  if (expected.contains("analyses")) {
    EXPECT_EQ(samples.size(), expected["analyses"]) << file;
  }
  if (expected.contains("features")) {
    EXPECT_EQ(of_first, expected["features"]) << file;
  }
  if (expected.contains("qualifiers")) {
    EXPECT_EQ(qualifiers_of_first, expected["qualifiers"]) << file;
  }
}

void check_mean(const json& expected, const model::Decoding& decoding, const fs::path& file) {
  if (!expected.contains("mean_area")) return;
  double sum = 0;
  std::size_t count = 0;
  for (const auto& observation : decoding.observations) {
    if (!observation.value.number) continue;
    sum += std::stod(observation.value.number->to_text());
    ++count;
  }
  EXPECT_NEAR(sum / static_cast<double>(count), expected["mean_area"].get<double>(), 0.001) << file;
}

void check_names(const json& expected, const model::Decoding& decoding, const fs::path& file) {
  const auto& all = decoding.observations;
  if (expected.contains("feature_ids")) {
    for (const auto& [position, name] : expected["feature_ids"].items()) {
      EXPECT_EQ(all.at(std::stoul(position) - 1).analyte, name) << file;
    }
  }
  if (expected.contains("raw_data_filename")) {
    for (const auto& [position, name] : expected["raw_data_filename"].items()) {
      EXPECT_TRUE(all.at(std::stoul(position) - 1).run.starts_with(name.get<std::string>())) << file << name;
    }
  }
}

void check_first_row(const json& expected, const model::Decoding& decoding, const fs::path& file) {
  if (!expected.contains("first_row")) return;
  const json& row = expected["first_row"];
  const auto& first = decoding.observations.front();
  if (row.contains("feature_area")) expect_number(row["feature_area"], first.value.number->to_text(), file);
  if (row.contains("feature_rt")) {
    std::string time = flag_value(first, flag_retention_time);
    std::ranges::replace(time, ',', '.');
    expect_number(row["feature_rt"], time, file);
  }
}

TEST(Corpus, MassHunterFilesAreRightOrRefusedAsExpected) {
  SKIP_WITHOUT_CORPUS("masshunter");
  for (const fs::path& file : files_of("masshunter")) {
    const json expected = expectation_of(file);
    const auto decoding = decode(read(file), "");
    expect_sound(decoding, file);
    const bool must_refuse = expected.value("reject", false);
    EXPECT_EQ(must_refuse, !decoding.refused.empty()) << file << decoding.refused;
    print_line(file, decoding,
               must_refuse        ? "refused as expected:"
               : expected.empty() ? "read (no expectation)"
                                  : "right");
    if (must_refuse || !decoding.refused.empty() || expected.empty()) continue;
    check_counts(expected, decoding, file);
    check_mean(expected, decoding, file);
    check_names(expected, decoding, file);
    check_first_row(expected, decoding, file);
  }
}

// The result file of the upstream project for this export, first rows of its Area sheet.
TEST(Corpus, ACompoundTableWithQualifiersGivesTheAreasOfItsReference) {
  SKIP_WITHOUT_CORPUS("masshunter");
  const auto decoding = decode(read(corpus / "masshunter/CompoundTableForm_Qualifier.csv"), "");
  ASSERT_EQ(decoding.refused, "");
  std::map<std::pair<std::string, std::string>, std::string> areas;
  for (const auto& observation : decoding.observations)
    areas[{observation.run, observation.analyte}] = observation.value.text;
  EXPECT_EQ((areas[{"Conditioning1.d", "Sph d16:1"}]), "237");
  EXPECT_EQ((areas[{"Conditioning1.d", "Qualifier (272.2 -> 236.1)"}]), "94");
  EXPECT_EQ((areas[{"Conditioning1.d", "Qualifier (272.2 -> 224.1)"}]), "47");
  EXPECT_EQ((areas[{"Conditioning1.d", "Sph d17:0 [ISTD]"}]), "278780");
  EXPECT_EQ((areas[{"Conditioning2.d", "Sph d17:1 [ISTD]"}]), "139929");
  EXPECT_EQ(decoding.observations.size(), 42U * 15U);
}

// Every area of the reference's workbook, by the name of the data file and the title.
void check_areas(const workbook::Sheet& areas, const model::Decoding& decoding, const fs::path& file,
                 std::size_t& compared) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> ours;
  for (const auto& observation : decoding.observations) {
    std::string sample = observation.run.substr(0, observation.run.rfind(".d"));
    while (sample.ends_with(' ')) sample.pop_back();  // "Sample_BLANK-01 .d": the reference names it without
    ours[{sample, observation.analyte}].insert(observation.value.text);
  }
  for (std::size_t row = 1; row < areas.rows.size(); ++row) {
    const std::string sample{areas.rows[row].cell(0)};
    for (std::size_t column = 1; column < areas.rows[0].cells.size(); ++column) {
      const std::string_view expected = areas.rows[row].cell(column);
      if (expected.empty()) continue;
      const auto found = ours.find({sample, areas.rows[0].cells[column]});
      ++compared;
      ASSERT_NE(found, ours.end()) << file << sample << ' ' << areas.rows[0].cells[column];
      const bool is_there = std::ranges::any_of(
          found->second, [&](const std::string& text) { return Decimal::parse(text) == Decimal::parse(expected); });
      EXPECT_TRUE(is_there) << file << sample << ' ' << areas.rows[0].cells[column] << ' ' << expected;
    }
  }
}

TEST(Corpus, MassHunterAreasAreThoseOfTheWorkbooksOfTheirReference) {
  SKIP_WITHOUT_CORPUS("masshunter");
  std::size_t workbooks = 0;
  for (const fs::path& file : files_of("masshunter")) {
    const fs::path reference = file.string() + ".expected.xlsx";
    if (!fs::exists(reference)) continue;
    ++workbooks;
    const auto sheets = workbook::read_workbook(read(reference));
    ASSERT_TRUE(sheets) << reference << to_text(sheets.error());
    const auto areas = std::ranges::find(*sheets, "Area", &workbook::Sheet::name);
    ASSERT_NE(areas, sheets->end()) << reference;
    const auto decoding = decode(read(file), "");
    std::size_t compared = 0;
    check_areas(*areas, decoding, file, compared);
    EXPECT_GT(compared, 100U) << file;
    print_line(file, decoding, fmt::format("right ({} areas)", compared).c_str());
  }
  EXPECT_EQ(workbooks, 3U);
}

std::string text_of(const json& value) {
  if (value.is_string()) return value;
  if (!value.is_object()) return {};
  for (const auto& part : value) {
    if (part.is_string() && !part.get<std::string>().empty()) return part;
  }
  return {};
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The reference keeps objects in field order only in the file's text, so the test id is compared as one of its parts.
bool names_test(const json& test, const std::string& analyte) {
  if (test.is_string()) return trimmed(test) == analyte;
  return std::ranges::any_of(test, [&](const json& part) { return part.is_string() && trimmed(part) == analyte; });
}

TEST(Corpus, AstmFilesGiveTheValuesOfTheReferenceOrAreRefused) {
  SKIP_WITHOUT_CORPUS("astm");
  for (const fs::path& file : files_of("astm")) {
    const json expected = expectation_of(file);
    const auto decoding = decode(read(file), "");
    expect_sound(decoding, file);
    if (expected.value("reject", false)) {
      EXPECT_NE(decoding.refused, "") << file;
    }
    if (expected.contains("records")) {
      const json& results = expected["records"]["R"];
      ASSERT_EQ(decoding.observations.size(), results.size()) << file << decoding.refused;
      for (std::size_t i = 0; i < results.size(); ++i) {
        EXPECT_EQ(decoding.observations[i].value.text, trimmed(results[i]["value"])) << file;
        EXPECT_EQ(decoding.observations[i].unit, text_of(results[i]["units"])) << file;
        EXPECT_TRUE(names_test(results[i]["test"], decoding.observations[i].analyte))
            << decoding.observations[i].analyte;
      }
    }
    print_line(file, decoding,
               !decoding.refused.empty() ? "refused:"
               : expected.empty()        ? "read (no expectation)"
                                         : "right");
  }
}

// One exchange: what was sent, the reply in its chunks, and what the source's test asserted of it.
void check_exchange(const json& exchange) {
  constexpr UtcTime now{};
  SicsHost host;
  const std::string command = exchange["send"];
  ASSERT_TRUE(host.ask(command, now));
  EXPECT_EQ(host.take_output(), command + "\r\n");
  for (const std::string chunk : exchange["recv_chunks"]) host.push(chunk, now);
  const auto answers = host.take_answers();
  ASSERT_EQ(answers.size(), 1U) << exchange;
  const SicsAnswer& answer = answers[0];
  EXPECT_EQ(answer.asked, command) << exchange;
  EXPECT_FALSE(host.wake_at()) << exchange;
  const std::string words = exchange.value("expected_error", "");
  EXPECT_EQ(answer.error.empty(), words.empty()) << exchange;
  EXPECT_NE(answer.error.find(words), std::string::npos) << exchange << answer.error;
  if (!exchange.contains("expected")) return;
  const json& expected = exchange["expected"];
  ASSERT_FALSE(answer.replies.empty());
  const SicsReply& reply = answer.replies.back();
  if (expected.is_string()) {
    EXPECT_EQ(reply.parameters, std::vector<std::string>{expected}) << exchange;
  }
  if (expected.is_boolean()) {
    EXPECT_EQ(reply.status == SicsStatus::done, expected.get<bool>()) << exchange;
  }
  if (expected.is_array() && expected[0].is_string()) {
    EXPECT_EQ(json(reply.parameters), expected);
  }
  if (expected.is_array() && expected[0].is_array()) {
    json rows = json::array();
    for (const SicsReply& row : answer.replies) {
      if (!row.parameters.empty()) rows.push_back(row.parameters);
    }
    EXPECT_EQ(rows, expected);
  }
  if (!expected.is_object()) return;
  const bool stable = reply.status == SicsStatus::weight_stable || reply.status == SicsStatus::done;
  EXPECT_EQ(stable, expected["stable"].get<bool>()) << exchange;
  EXPECT_EQ(answer.stable_weight() != nullptr, expected["stable"].get<bool>() && expected.contains("weight"))
      << exchange;
  if (expected.contains("weight")) {
    EXPECT_EQ(reply.weight.text, expected["weight"]);
  }
  if (expected.contains("unit")) {
    EXPECT_EQ(reply.unit, expected["unit"]);
  }
}

TEST(Corpus, BalanceExchangesAreReproduced) {
  SKIP_WITHOUT_CORPUS("balance");
  const json transcript = json::parse(read(corpus / "balance/sics_level0_atlantis.json"));
  for (const json& exchange : transcript["exchanges"]) check_exchange(exchange);
  fmt::print("{:72} {:>6} exchanges  right\n", "sics_level0_atlantis.json", transcript["exchanges"].size());
}

// Nothing of another family may be taken for one of ours.
TEST(Corpus, FilesOfOtherFamiliesAreRefusedWithAReason) {
  SKIP_WITHOUT_CORPUS("hl7");
  for (const char* family : {"elemental", "nir", "platereader", "qpcr", "spectro", "wetchem"}) {
    std::size_t files = 0;
    std::size_t refused = 0;
    for (const fs::path& file : files_of(family)) {
      const auto decoding = decode(read(file), "");
      expect_sound(decoding, file);
      ++files;
      refused += decoding.refused.empty() ? 0U : 1U;
      if (decoding.refused.empty()) print_line(file, decoding, "READ");
    }
    fmt::print("{:12} {:>3} files, {:>3} refused\n", family, files, refused);
    EXPECT_EQ(refused, files) << family;
  }
}

}  // namespace
}  // namespace lab::drivers
