// The whole shared corpus comes to one node twice: the second time adds nothing.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

#include "instruments/profiles/decode.hpp"
#include "tests/instruments/drivers/corpus.hpp"
#include "tests/lab-node/replay_world.hpp"

namespace lab::node {
namespace {

namespace fs = std::filesystem;
using drivers::corpus;

std::vector<bench::Capture> captures_of_the_corpus() {
  std::vector<bench::Capture> captures;
  for (const auto& family : fs::directory_iterator{corpus}) {
    if (!family.is_directory()) continue;
    for (const fs::path& file : drivers::files_of(family.path().filename().c_str())) {
      const Bytes raw = drivers::read(file);
      const std::string name = file.filename().string();
      captures.push_back({.raw = crypto::sha256(raw),
                          .octets = raw.size(),
                          .instrument = name,
                          .port = "folder/" + name,
                          .person = model::PersonId{"chen"},
                          .decoding = profiles::decode(raw, {.file_name = name})});
    }
  }
  std::ranges::sort(captures, {}, &bench::Capture::port);
  return captures;
}

bool is_plain(const std::string& name) {
  return !name.empty() && name.size() <= 20 &&
         std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

bool can_be_a_result(const model::Observation& one) {
  return one.value.state == model::ValueState::numeric && one.sample_type.empty() && is_plain(one.sample_id) &&
         is_plain(one.analyte);
}

// A panel of what the corpus measures most, so that there are results to be doubled.
std::vector<rules::ReferenceFile> reference_for(const std::vector<bench::Capture>& captures) {
  std::map<std::string, std::size_t> measured;
  for (const auto& capture : captures) {
    for (const auto& one : capture.decoding.observations) measured[one.analyte] += can_be_a_result(one) ? 1U : 0U;
  }
  std::vector<std::pair<std::size_t, std::string>> often;
  for (const auto& [analyte, times] : measured) {
    if (times > 0) often.emplace_back(times, analyte);
  }
  std::ranges::sort(often, std::greater{});
  auto files = small_reference();
  const auto panels = std::ranges::find(files, "panels.csv", &rules::ReferenceFile::name);
  constexpr std::size_t items = 20;
  std::set<std::string> named;  // a panel knows its items without regard to case
  for (const auto& [times, analyte] : often) {
    if (named.size() == items || !named.insert(bench::normalised_id(analyte)).second) continue;
    panels->text += fmt::format("COR,语料,{},GB 5009.12,mg/kg,0.005,0.02,0,,,,,\n", analyte);
  }
  return files;
}

// Samples here, called by the codes that the corpus has on its first results.
std::size_t receive_samples_of(ReplayWorld& world, const std::vector<bench::Capture>& captures) {
  constexpr std::size_t wanted = 60;
  std::set<std::string> codes;
  for (const auto& capture : captures) {
    for (const auto& one : capture.decoding.observations) {
      if (can_be_a_result(one) && codes.size() < wanted) codes.insert(bench::normalised_id(one.sample_id));
    }
  }
  std::uint32_t task = 0;
  for (const std::string& code : codes) {
    model::Grant grant = world.make_grant(++task, "COR", 1);
    grant.blind_code = code;
    world.order(grant);
    EXPECT_TRUE(world.fill_in(grant.number.text()).has_value());
    EXPECT_TRUE(world.receive(grant.number.text()).has_value());
  }
  return codes.size();
}

struct Sums {
  std::size_t captures = 0;
  std::size_t refused = 0;
  std::size_t taken = 0;
  std::size_t quarantined = 0;
};

Sums import(ReplayWorld& world, const std::vector<bench::Capture>& captures, bool is_from_folder) {
  Sums sums;
  for (bench::Capture capture : captures) {
    capture.is_from_folder = is_from_folder;
    const auto outcome = world.capture_again(capture);
    ++sums.captures;
    sums.refused += outcome.entry.refused.empty() ? 0U : 1U;
    sums.taken += outcome.repeated ? 0U : outcome.entry.taken;
    sums.quarantined += outcome.quarantined.size();
    expect_every_observation_counted(outcome.entry);
  }
  return sums;
}

TEST(CorpusTwice, TheWholeCorpusImportedTwiceAddsNothing) {
  SKIP_WITHOUT_CORPUS("elemental");
  const auto captures = captures_of_the_corpus();
  ReplayWorld world;
  world.use(reference_for(captures));
  const std::size_t samples = receive_samples_of(world, captures);
  const Sums first = import(world, captures, false);
  fmt::print("{} files, {} refused whole, {} samples, {} results, {} in quarantine\n", first.captures, first.refused,
             samples, first.taken, first.quarantined);
  EXPECT_GE(first.captures, 199u);
  EXPECT_GT(first.taken, 100u);
  EXPECT_GT(first.quarantined, 1000u);

  const auto once = world.everything();
  world.now += std::chrono::hours{1};
  EXPECT_EQ(import(world, captures, true).taken, 0u);
  EXPECT_TRUE(world.everything() == once) << "files that lie in a folder and are read again at a start";

  const auto events = world.events().size();
  const auto quarantine = world.quarantine().size();
  const auto without_registry = world.everything_but_devices();
  const Sums again = import(world, captures, false);
  EXPECT_EQ(again.taken, 0u);
  EXPECT_EQ(again.quarantined, 0u);
  EXPECT_EQ(world.events().size(), events);
  EXPECT_EQ(world.quarantine().size(), quarantine);
  EXPECT_TRUE(world.everything_but_devices() == without_registry) << "sent once more by an instrument";
  EXPECT_FALSE(world.everything() == once) << "the registry hears of that";
}

}  // namespace
}  // namespace lab::node
