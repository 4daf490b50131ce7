// Exports whose values another project has written as Allotrope simple models: every measured value of the model must
// be among ours for the same sample, and every number of ours among the model's.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "instruments/profiles/decode.hpp"
#include "tests/instruments/drivers/corpus.hpp"

namespace lab::profiles {
namespace {

using drivers::corpus;
namespace fs = std::filesystem;
using nlohmann::json;

using Numbers = std::map<std::string, std::vector<Decimal>>;  // by sample

// What the model derives or sets instead of measuring, or calculates behind our back: not in the file, or not a result.
constexpr std::array<std::string_view, 17> not_results{"setting",
                                                       "operating",
                                                       "standard",
                                                       "dilution factor",
                                                       "Cursor",
                                                       "ext",
                                                       "conc. factor",
                                                       "E1%",
                                                       "Mol. Wt",
                                                       "view",
                                                       "340 raw",
                                                       "factor",
                                                       "differential",
                                                       "particle size",
                                                       "cell density dilution",
                                                       "plate well count",
                                                       "well volume"};

bool is_result(const std::string& path) {
  return std::ranges::none_of(not_results, [&](std::string_view word) { return path.find(word) != std::string::npos; });
}

std::optional<Decimal> decimal_of(const json& number) {
  if (!number.is_number()) return std::nullopt;
  const auto exact = Decimal::parse(number.dump());
  return exact ? round_to_digits(*exact, 15) : std::nullopt;  // what binary arithmetic has left behind goes
}

void collect(const json& node, const std::string& path, std::vector<Decimal>& numbers) {
  if (node.is_object() && node.contains("value") && node.contains("unit")) {
    const auto number = decimal_of(node["value"]);
    if (number && is_result(path)) numbers.push_back(*number);
    return;
  }
  if (!node.is_structured()) return;
  for (const auto& [key, child] : node.items()) {
    collect(child, node.is_object() ? fmt::format("{}/{}", path, key) : path, numbers);
  }
}

std::string sample_in(const json& node) {
  if (node.is_object() && node.contains("sample identifier")) return node["sample identifier"];
  if (!node.is_structured()) return {};
  for (const auto& child : node) {
    if (auto name = sample_in(child); !name.empty()) return name;
  }
  return {};
}

// The ordinates of a spectrum or of the fluorescence over the cycles.
void collect_cube(const json& cube, std::vector<Decimal>& numbers) {
  for (const json& measure : cube["data"]["measures"]) {
    for (const json& ordinate : measure) {
      if (const auto number = decimal_of(ordinate)) numbers.push_back(*number);
    }
  }
}

void collect_cubes(const json& node, std::vector<Decimal>& numbers) {
  if (!node.is_structured()) return;
  for (const auto& [key, child] : node.items()) {
    const bool is_cube = key == "absorption spectrum data cube" || key.ends_with("reporter data cube");
    if (is_cube) {
      collect_cube(child, numbers);
    } else {
      collect_cubes(child, numbers);
    }
  }
}

// Measured values by sample, and calculated ones under the empty name: the model does not say whose they are.
void collect_documents(const json& node, Numbers& numbers) {
  if (!node.is_structured()) return;
  if (node.is_object() && node.contains("measurement document") && node["measurement document"].is_array()) {
    for (const json& measurement : node["measurement document"]) {
      collect(measurement, "", numbers[sample_in(measurement)]);
      collect_cubes(measurement, numbers[""]);
    }
    return;
  }
  if (node.is_object() && node.contains("calculated data document")) {
    collect(node["calculated data document"], "", numbers[""]);
  }
  for (const auto& child : node) collect_documents(child, numbers);
}

// The model converts mg/L to g/L, and U/L to mmol/(L s) with a rounded factor; of chromatograms, min to s in binary
// arithmetic, of which twelve digits are sure.
bool is_same(const Decimal& ours, const Decimal& theirs, bool minutes) {
  constexpr int sure_digits = 12;
  for (const Decimal& factor : {Decimal{1, 0}, Decimal{1, -3}, minutes ? Decimal{60, 0} : Decimal{167, -4}}) {
    const int digits = minutes ? sure_digits : 15;
    const auto scaled = ours.times(factor);
    const auto rounded = scaled ? round_to_digits(*scaled, digits) : std::nullopt;
    if (rounded && *rounded == round_to_digits(theirs, digits)) return true;
  }
  return false;
}

std::string sample_of(const model::Observation& observation, const Numbers& model) {
  if (observation.sample_id.empty() && model.contains("N/A")) return "N/A";
  if (!observation.sample_id.empty() && model.contains(observation.sample_id)) return observation.sample_id;
  for (const std::string& flag : observation.flags) {
    if (flag.starts_with("id=")) return flag.substr(3);  // an id that the instrument has made itself
  }
  return model.size() == 1 ? model.begin()->first : observation.sample_id;
}

struct Comparison {
  std::size_t theirs = 0;
  std::size_t missing = 0;
  std::size_t ours = 0;
  std::size_t unknown = 0;
};

bool contains(const std::vector<Decimal>& ours, const Decimal& wanted, bool minutes) {
  return std::ranges::any_of(ours, [&](const Decimal& number) { return is_same(number, wanted, minutes); });
}

Comparison compare(const json& expected, const model::Decoding& decoding, bool minutes) {
  Numbers model;
  collect_documents(expected, model);
  Numbers ours;
  std::map<std::string, bool> has_words;
  Comparison result;
  for (const auto& observation : decoding.observations) {
    const std::string sample = sample_of(observation, model);
    for (const std::string& flag : observation.flags) {  // the columns beside the result
      if (const auto number = Decimal::parse(flag.substr(flag.find('=') + 1))) ours[sample].push_back(*number);
    }
    if (!observation.value.number || observation.value.state != model::ValueState::numeric) {
      has_words[sample] = true;
      continue;
    }
    ours[sample].push_back(*observation.value.number);
    ++result.ours;
    const auto among = [&](const std::string& name) {
      return model.contains(name) && std::ranges::any_of(model.at(name), [&](const Decimal& theirs) {
               return is_same(*observation.value.number, theirs, minutes) ||
                      is_same(round_to_digits(*observation.value.number, 15).value_or(Decimal{}), theirs, minutes);
             });
    };
    if (among(sample) || among("")) continue;
    ++result.unknown;
  }
  for (const auto& [sample, numbers] : model) {
    if (sample.empty()) continue;
    for (const Decimal& wanted : numbers) {
      // The model writes -0.0 for a value that is a word or a bound.
      if (wanted.is_zero() && has_words[sample]) continue;
      ++result.theirs;
      if (!contains(ours[sample], wanted, minutes)) ++result.missing;
    }
  }
  return result;
}

struct LeftOut {
  std::size_t numbers;
  const char* why;
};

// How many numbers of ours the model leaves out.
const std::map<std::string, LeftOut> left_out{
    {"appbio_quantstudio_example05.txt", {10, "wells that the setup of the plate does not list"}},
};

// A set of injections that nobody has processed: refused, see corpus_values_test.cpp.
bool is_refused(const std::string& name) { return name == "example_with_blanks_and_stds.json"; }

// The model is not quite JSON: it has NaN in places.
json read_model(const fs::path& file) {
  std::string text = drivers::read(file);
  for (std::size_t at = 0; (at = text.find(": NaN", at)) != std::string::npos;) text.replace(at, 5, ": null");
  return json::parse(text);
}

class AllotropeFamily : public testing::TestWithParam<const char*> {};

TEST_P(AllotropeFamily, AgreesInBothDirections) {
  SKIP_WITHOUT_CORPUS(GetParam());
  for (const fs::path& file : drivers::files_of(GetParam())) {
    const fs::path reference = file.string() + ".expected.asm.json";
    const std::string name = file.filename().string();
    if (!fs::exists(reference) || is_refused(name)) continue;
    const auto decoding = decode(drivers::read(file), {.file_name = name});
    ASSERT_EQ(decoding.refused, "") << file;
    const Comparison result =
        compare(read_model(reference), decoding, GetParam() == std::string_view{"chromatography"});
    EXPECT_EQ(result.missing, 0U) << file;
    const auto known = left_out.find(name);
    EXPECT_EQ(result.unknown, known == left_out.end() ? 0U : known->second.numbers) << file;
    drivers::print_line(file, decoding,
                        fmt::format("{} of {} of the model; {} of {} of ours", result.theirs - result.missing,
                                    result.theirs, result.ours - result.unknown, result.ours)
                            .c_str());
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, AllotropeFamily, testing::Values("chromatography", "qpcr", "spectro", "wetchem"),
                         [](const auto& test) { return std::string{test.param}; });

// Plates: the model names the well of each value, so well is compared with well, and how often a number is there.
struct Well {
  std::vector<Decimal> numbers;
  std::size_t words = 0;  // values that are none
  std::set<std::string> samples;
};
using Wells = std::map<std::string, Well>;  // by plate and well; only by well when all is of one plate

void add_number(const json& value, Well& well) {
  if (const auto number = decimal_of(value)) well.numbers.push_back(*number);
}

void add_measurement(const json& measurement, Well& well) {
  for (const char* signal : {"absorbance", "fluorescence", "luminescence"}) {
    if (measurement.contains(signal)) add_number(measurement[signal]["value"], well);
  }
  for (const auto& [key, cube] : measurement.items()) {
    if (!key.ends_with("data cube")) continue;
    for (const json& measure : cube["data"]["measures"]) {
      for (const json& ordinate : measure) add_number(ordinate, well);
    }
  }
}

class ModelOfPlates {
 public:
  explicit ModelOfPlates(const json& model) : model_(model["plate reader aggregate document"]) {
    for (const auto& [measurement, place] : measurements()) plates_.insert(place["well plate identifier"]);
    for (const auto& [measurement, place] : measurements()) {
      const std::string plate = place["well plate identifier"];
      const std::string name = place["location identifier"];
      const std::string key = one_plate() ? name : fmt::format("{}/{}", plate, name);
      const std::string sample = place["sample identifier"];
      wells_[key].samples.insert(sample.ends_with(name) ? name : sample);  // "Plate 1 A1" is nobody's sample
      add_measurement(measurement, wells_[key]);
      keys_[measurement["measurement identifier"]] = key;
    }
    add_calculated();
  }

  [[nodiscard]] bool one_plate() const { return plates_.size() == 1; }
  [[nodiscard]] const Wells& wells() const { return wells_; }

 private:
  [[nodiscard]] std::vector<std::pair<json, json>> measurements() const {
    std::vector<std::pair<json, json>> all;
    for (const json& document : model_["plate reader document"]) {
      for (const json& measurement : document["measurement aggregate document"]["measurement document"]) {
        all.emplace_back(measurement, measurement["sample document"]);
      }
    }
    return all;
  }

  void add_calculated() {
    if (!model_.contains("calculated data aggregate document")) return;
    for (const json& calculated : model_["calculated data aggregate document"]["calculated data document"]) {
      const json& source = calculated["data source aggregate document"]["data source document"][0];
      add_number(calculated["calculated result"]["value"], wells_[keys_.at(source["data source identifier"])]);
    }
  }

  json model_;
  std::set<std::string> plates_;
  std::map<std::string, std::string> keys_;  // by measurement
  Wells wells_;
};

Wells wells_in(const model::Decoding& decoding, bool one_plate) {
  Wells wells;
  for (const auto& observation : decoding.observations) {
    std::string name = observation.sample_id;
    for (const std::string& flag : observation.flags) {
      if (flag.starts_with("well=")) name = flag.substr(5);
    }
    Well& well = wells[one_plate ? name : fmt::format("{}/{}", observation.run, name)];
    well.samples.insert(observation.sample_id);
    if (observation.value.number && observation.value.state == model::ValueState::numeric) {
      well.numbers.push_back(round_to_digits(*observation.value.number, 15).value_or(Decimal{}));
    } else {
      ++well.words;
    }
  }
  return wells;
}

// What is in `from` more often than in `others`.
std::vector<Decimal> without(std::vector<Decimal> from, const std::vector<Decimal>& others) {
  for (const Decimal& other : others) {
    const auto same = std::ranges::find(from, other);
    if (same != from.end()) from.erase(same);
  }
  return from;
}

TEST(AllotropePlates, AgreeWellByWell) {
  SKIP_WITHOUT_CORPUS("platereader");
  for (const fs::path& file : drivers::files_of("platereader")) {
    const fs::path reference = file.string() + ".expected.asm.json";
    if (!fs::exists(reference)) continue;
    const auto decoding = decode(drivers::read(file), {.file_name = file.filename().string()});
    ASSERT_EQ(decoding.refused, "") << file;
    const ModelOfPlates model{read_model(reference)};
    const Wells ours = wells_in(decoding, model.one_plate());
    std::size_t numbers = 0;
    for (const auto& [name, theirs] : model.wells()) {
      ASSERT_TRUE(ours.contains(name)) << file << name;
      const Well& well = ours.at(name);
      EXPECT_EQ(well.samples, theirs.samples) << file << name;
      EXPECT_TRUE(without(well.numbers, theirs.numbers).empty()) << file << name << " has unknown numbers";
      const std::vector<Decimal> missing = without(theirs.numbers, well.numbers);
      // The model writes -0.0 for a value that is a word.
      const bool words_only = std::ranges::all_of(missing, [](const Decimal& number) { return number.is_zero(); });
      EXPECT_TRUE(words_only && missing.size() <= well.words) << file << name << " lacks numbers";
      numbers += well.numbers.size();
    }
    for (const auto& [name, well] : ours) {
      EXPECT_TRUE(well.numbers.empty() || model.wells().contains(name)) << file << name << " is not in the model";
    }
    drivers::print_line(file, decoding,
                        fmt::format("{} numbers of {} wells agree", numbers, model.wells().size()).c_str());
  }
}

}  // namespace
}  // namespace lab::profiles
