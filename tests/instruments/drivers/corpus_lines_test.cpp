// What instruments said over a line, from the shared corpus: balances that print, and text that only looks like ASTM.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/weighing_line.hpp"
#include "tests/instruments/drivers/corpus.hpp"

namespace lab::drivers {
namespace {

WeighingState expected_state(const json& expected) {
  const std::string status = expected.value("status", "");
  if (status == "overload") return WeighingState::overload;
  if (status == "underload") return WeighingState::underload;
  if (!status.empty()) return WeighingState::other;
  return expected.at("stable").get<bool>() ? WeighingState::stable : WeighingState::unstable;
}

TEST(Corpus, SartoriusPrintLinesAreReproduced) {
  SKIP_WITHOUT_CORPUS("balance");
  const fs::path file = corpus / "balance/sbi_16_sartorius.json";
  const json lines = json::parse(read(file)).at("lines");
  for (const json& line : lines) {
    const std::string text = line.at("line");
    const json& expected = line.at("expected");
    const auto parsed = parse_sbi_line(text.substr(0, text.find('\r')));
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->state, expected_state(expected)) << text;
    const auto decoding = decode(text, "");
    expect_sound(decoding, file);
    EXPECT_EQ(decoding.profile, sbi_profile) << text;
    EXPECT_EQ(decoding.refused.empty(), expected.contains("value")) << text;
    if (!expected.contains("value")) continue;
    ASSERT_EQ(decoding.observations.size(), 1U) << text;
    EXPECT_EQ(decoding.observations[0].value.text, expected.at("value")) << text;
    EXPECT_EQ(decoding.observations[0].unit, expected.at("unit")) << text;
  }
  fmt::print("{:72} {:>6} lines      right\n", file.filename().string(), lines.size());
}

// Every file whose expectation is a list of name, value and unit instead of records.
TEST(Corpus, VendorTextsBetweenStxAndEtxGiveTheirResults) {
  SKIP_WITHOUT_CORPUS("astm");
  for (const fs::path& file : files_of("astm")) {
    const json expected = expectation_of(file);
    if (!expected.contains("results")) continue;
    const auto decoding = decode(read(file), "");
    expect_sound(decoding, file);
    ASSERT_EQ(decoding.observations.size(), expected.at("results").size()) << decoding.refused;
    for (std::size_t i = 0; i < decoding.observations.size(); ++i) {
      const auto& observation = decoding.observations[i];
      const json& result = expected.at("results").at(i);
      EXPECT_EQ(json({observation.analyte, observation.value.text, observation.unit}), result) << file;
      EXPECT_EQ(observation.sample_id, expected.at("sample_id")) << file;
    }
    print_line(file, decoding, "right");
  }
}

}  // namespace
}  // namespace lab::drivers
