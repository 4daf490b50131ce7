// Exports of real instruments whose values other projects have stated in their tests: each value must be there.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <map>
#include <set>

#include "instruments/profiles/decode.hpp"
#include "tests/instruments/drivers/corpus.hpp"

namespace lab::profiles {
namespace {

using drivers::corpus;
using drivers::expectation_of;
using drivers::files_of;
namespace fs = std::filesystem;
using nlohmann::json;

// "Ag 107" and "Ag107", "Ca396.847-A" and "Ca396847-A" are one name: other projects make keywords of them.
std::string keyword(const std::string& name) {
  std::string word;
  for (const char c : name) {
    if (c != ' ' && c != '.') word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

std::string flag(const model::Observation& observation, std::string_view prefix) {
  for (const std::string& text : observation.flags) {
    if (text.starts_with(prefix)) return text.substr(prefix.size());
  }
  return {};
}

// Some of the other projects multiply by the factor that stands in the same row; we keep both.
std::optional<Decimal> with_dilution(const model::Observation& observation) {
  const auto factor = Decimal::parse(flag(observation, "dilution="));
  if (!observation.value.number || !factor) return observation.value.number;
  return observation.value.number->times(*factor);
}

bool names(const model::Observation& observation, const std::string& wanted) {
  const std::string analyte = keyword(observation.analyte);
  if (analyte == keyword(wanted) || keyword(observation.analyte + observation.unit) == keyword(wanted)) return true;
  // An element without the mass number behind it.
  return analyte.starts_with(keyword(wanted)) &&
         std::ranges::all_of(analyte.substr(keyword(wanted).size()), [](char c) { return c >= '0' && c <= '9'; });
}

// "999999.0" is what one project writes for OVER, and "0.0" what another one writes for "not detected".
bool agrees(const model::Observation& observation, const std::string& wanted) {
  const auto number = Decimal::parse(wanted);
  if (wanted == "999999.0") return observation.value.state == model::ValueState::over_range;
  if (number == Decimal{} && !observation.value.number) return true;
  return observation.value.number == number || with_dilution(observation) == number;
}

bool is_there(const model::Decoding& decoding, const std::string& sample, const std::string& analyte,
              const std::string& value) {
  return std::ranges::any_of(decoding.observations, [&](const model::Observation& observation) {
    return observation.sample_id == sample && names(observation, analyte) && agrees(observation, value);
  });
}

std::string sample_named(const model::Decoding& decoding, const std::string& wanted) {
  std::vector<std::string> samples;
  for (const auto& observation : decoding.observations) {
    if (std::ranges::find(samples, observation.sample_id) == samples.end()) samples.push_back(observation.sample_id);
  }
  if (wanted == "first_sample") return samples.at(0);
  if (wanted == "second_sample") return samples.at(1);
  return wanted;
}

// Lists of samples in the order of the columns of a report, by symbols; "-1.0" is what that project writes for a value
// below its limit, an empty text that there is none.
std::size_t check_in_order(const json& samples, const model::Decoding& decoding, const fs::path& file) {
  const std::map<std::string, std::string> symbols{{"Br", "Bromide"}, {"Cl", "Chloride"}, {"SiO", "Silica"},
                                                   {"SO", "Sulfate"}, {"Ca", "Calcium"},  {"Mg", "Magnesium"}};
  std::set<std::string> names;
  for (const auto& observation : decoding.observations) names.insert(observation.sample_id);
  EXPECT_EQ(names.size(), samples.size()) << file;
  std::size_t compared = 0;
  auto name = names.begin();
  for (const json& sample : samples) {
    for (const auto& [symbol, value] : sample.items()) {
      const std::string& analyte = symbols.at(symbol);
      const auto found = std::ranges::find_if(decoding.observations, [&](const model::Observation& observation) {
        return observation.sample_id == *name && observation.analyte == analyte;
      });
      ++compared;
      EXPECT_EQ(found == decoding.observations.end(), value == "") << file << *name << symbol;
      if (found == decoding.observations.end()) continue;
      const bool below = value == "-1.0" && found->value.state == model::ValueState::below_lod;
      EXPECT_TRUE(below || found->value.number == Decimal::parse(value.get<std::string>())) << file << *name << symbol;
    }
    ++name;
  }
  return compared;
}

// How many values were compared.
std::size_t check_values(const json& expected, const model::Decoding& decoding, const fs::path& file) {
  std::size_t compared = 0;
  const json by_sample = expected.value("values", json::object());
  const json upstream = expected.value("upstream_results", json::object());
  for (const auto& [sample, values] : by_sample.items()) {
    if (sample == "samples_in_order") {
      compared += check_in_order(values, decoding, file);
      continue;
    }
    if (sample == "turbidity_in_file_order") {
      for (std::size_t i = 0; i < values.size(); ++i, ++compared) {
        EXPECT_EQ(with_dilution(decoding.observations.at(i)), Decimal::parse(values[i].get<std::string>())) << file;
      }
      continue;
    }
    for (const auto& [analyte, value] : values.items()) {
      EXPECT_TRUE(is_there(decoding, sample_named(decoding, sample), analyte, value)) << file << sample << analyte;
      ++compared;
    }
  }
  for (const auto& [analyte, value] : upstream.items()) {
    EXPECT_TRUE(is_there(decoding, expected["sample_id"], analyte, value)) << file << analyte;
    ++compared;
  }
  return compared;
}

// Files that no profile reads, and why that is right.
const std::map<std::string, std::string> unread{
    {"Eltra_BOG.txt", "no titles: nothing says what its numbers are"},
    {"Report.TXT", "a printed page with areas of unnamed peaks: no result"},
    {"agilent.masshunter.aorc.xls", "a laboratory's own sheet for confirming ions: no result"},
    {"dad1.csv", "a chromatogram: no result"},
    {"example_with_blanks_and_stds.json", "a set of injections that nobody has processed: no result"},
};

class Family : public testing::TestWithParam<const char*> {};

TEST_P(Family, IsReadWithTheValuesOfItsReferencesOrRefusedAsExpected) {
  SKIP_WITHOUT_CORPUS(GetParam());
  for (const fs::path& file : files_of(GetParam())) {
    const std::string name = file.filename().string();
    const json expected = expectation_of(file);
    const auto decoding = decode(drivers::read(file), {.file_name = name});
    drivers::expect_sound(decoding, file);
    const bool must_refuse = expected.value("reject", false) || unread.contains(name);
    EXPECT_EQ(must_refuse, !decoding.refused.empty()) << file << decoding.refused;
    std::string verdict = must_refuse ? "refused:" : "read";
    if (!must_refuse && decoding.refused.empty() && !expected.empty()) {
      const std::size_t compared = check_values(expected, decoding, file);
      EXPECT_GT(compared, 0U) << file << ": its expectation has nothing to compare with";
      verdict = fmt::format("right ({} values)", compared);
    } else if (!must_refuse && decoding.refused.empty() && !fs::exists(file.string() + ".expected.asm.json")) {
      verdict = "read (not compared: nobody has said what is right)";
    }
    if (unread.contains(name)) verdict = "refused, " + unread.at(name) + ":";
    drivers::print_line(file, decoding, verdict.c_str());
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Family,
                         testing::Values("elemental", "chromatography", "wetchem", "nir", "spectro", "platereader",
                                         "qpcr"),
                         [](const auto& test) { return std::string{test.param}; });

}  // namespace
}  // namespace lab::profiles
