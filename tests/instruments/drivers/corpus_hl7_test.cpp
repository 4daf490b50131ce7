// The HL7 files of the shared corpus: every OBX with its value and unit, the control id, or refused with a reason.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/hl7.hpp"
#include "tests/instruments/drivers/corpus.hpp"

namespace lab::drivers {
namespace {

std::vector<std::string> components_of(const std::string& field) {
  std::vector<std::string> components(1);
  for (const char c : field) {
    if (c == '^') {
      components.emplace_back();
    } else {
      components.back() += c;
    }
  }
  return components;
}

bool names_one_of(const std::string& field, const std::string& text) {
  const auto components = components_of(field);
  return std::ranges::find(components, text) != components.end();
}

// The expectation is the raw field; of a coded value or a unit one of its components is reported.
void check_results(const json& expected, const model::Decoding& decoding, const fs::path& file) {
  ASSERT_EQ(decoding.observations.size(), expected.size()) << file << decoding.refused;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& observation = decoding.observations[i];
    EXPECT_TRUE(names_one_of(expected[i][0], observation.analyte)) << file << observation.analyte;
    EXPECT_TRUE(names_one_of(expected[i][1], observation.value.text)) << file << observation.value.text;
    EXPECT_TRUE(names_one_of(expected[i][2], observation.unit)) << file << observation.unit;
    const auto number = Decimal::parse(expected[i][1].get<std::string>());
    EXPECT_EQ(number, observation.value.number) << file << observation.analyte;
  }
}

TEST(Corpus, Hl7FilesGiveEveryResultOrAreRefused) {
  SKIP_WITHOUT_CORPUS("hl7");
  for (const fs::path& file : files_of("hl7")) {
    const json expected = expectation_of(file);
    const auto decoding = decode(read(file), "");
    expect_sound(decoding, file);
    const std::size_t count = expected.contains("obx") ? expected["obx"].size() : expected.value("obx_count", 0U);
    if (!expected.empty()) {
      EXPECT_EQ(decoding.observations.size(), count) << file << decoding.refused;
      EXPECT_EQ(decoding.profile, hl7_profile) << file;
      for (const auto& observation : decoding.observations) EXPECT_EQ(observation.run, expected["control_id"]) << file;
    }
    if (expected.contains("obx")) check_results(expected["obx"], decoding, file);
    print_line(file, decoding,
               !decoding.refused.empty() ? "refused:"
               : expected.empty()        ? "read (no expectation)"
                                         : "right");
  }
}

}  // namespace
}  // namespace lab::drivers
