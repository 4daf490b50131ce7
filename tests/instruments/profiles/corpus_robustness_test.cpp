// What must hold for every export of the corpus however it is encoded or cut.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/text.hpp"
#include "instruments/profiles/decode.hpp"
#include "protocol/base/charset.hpp"
#include "tests/instruments/drivers/corpus.hpp"

namespace lab::profiles {
namespace {

using drivers::corpus;
namespace fs = std::filesystem;

constexpr std::array families{"elemental", "chromatography", "wetchem", "nir", "spectro", "platereader", "qpcr"};

using Result = std::tuple<std::string, std::string, std::string, std::string, std::string>;

std::vector<Result> results_in(const model::Decoding& decoding) {
  std::vector<Result> results;
  for (const auto& observation : decoding.observations) {
    results.emplace_back(observation.sample_id, observation.sample_type, observation.analyte, observation.value.text,
                         observation.unit);
  }
  return results;
}

TEST(CorpusRobustness, TheSameTextInAnotherCharsetGivesTheSameObservations) {
  SKIP_WITHOUT_CORPUS("elemental");
  std::size_t compared = 0;
  std::size_t impossible = 0;
  for (const char* family : families) {
    for (const fs::path& file : drivers::files_of(family)) {
      const Bytes raw = drivers::read(file);
      const auto original = decode(raw);
      const auto text = drivers::decode_instrument_text(raw);
      if (!original.refused.empty() || !text) continue;
      for (const Charset charset : {Charset::utf8, Charset::utf8_bom, Charset::utf16_le, Charset::gb18030}) {
        const auto encoded = encode_text(text->utf8, charset);
        if (!encoded || decode_text(*encoded)->utf8 != text->utf8) {
          ++impossible;
          continue;
        }
        ++compared;
        const auto again = decode(*encoded);
        EXPECT_EQ(again.refused, "") << file << name_of(charset);
        EXPECT_EQ(results_in(again), results_in(original)) << file << name_of(charset);
        EXPECT_EQ(again.covered_bytes == again.total_bytes, original.covered_bytes == original.total_bytes) << file;
      }
    }
  }
  fmt::print("{} encodings compared, {} cannot be written or read as such\n", compared, impossible);
  EXPECT_GT(compared, 100U);
}

// A text that was cut: refused, or what is there is what was there. Only the very last row may lack digits, and then
// it says so.
TEST(CorpusRobustness, AFileThatWasCutNeverGivesAWrongNumber) {
  SKIP_WITHOUT_CORPUS("elemental");
  std::size_t cuts = 0;
  std::size_t refused = 0;
  for (const char* family : families) {
    for (const fs::path& file : drivers::files_of(family)) {
      const Bytes raw = drivers::read(file);
      const auto whole = decode(raw);
      if (!whole.refused.empty() || whole.profile.starts_with("masshunter")) continue;
      std::vector<Result> sorted = results_in(whole);
      std::ranges::sort(sorted);
      // Large files have the structure of small ones a thousand times over.
      const std::size_t cuts_of_file = raw.size() > (std::size_t{64} << 10) ? 3 : 30;
      const std::size_t step = std::max<std::size_t>(1, raw.size() / cuts_of_file);
      for (std::size_t size = 1; size < raw.size(); size += step) {
        const auto cut = decode(BytesView{raw}.substr(0, size));
        ++cuts;
        refused += cut.refused.empty() ? 0U : 1U;
        for (std::size_t i = 0; i < cut.observations.size(); ++i) {
          const auto& flags = cut.observations[i].flags;
          if (std::ranges::find(flags, drivers::flag_unterminated) != flags.end()) continue;
          EXPECT_TRUE(std::ranges::binary_search(sorted, results_in(cut)[i]))
              << file << " cut at " << size << ": " << cut.observations[i].value.text;
          if (HasFailure()) return;
        }
      }
    }
  }
  fmt::print("{} cuts, {} refused whole\n", cuts, refused);
  EXPECT_GT(cuts, 1000U);
}

TEST(CorpusRobustness, NoFileOfAnotherFamilyIsTakenForATable) {
  SKIP_WITHOUT_CORPUS("hl7");
  for (const char* family : {"andi-cdf", "animl-gaml", "hl7", "jcamp", "balance"}) {
    for (const fs::path& file : drivers::files_of(family)) {
      const auto decoded = decode_and_explain(drivers::read(file), {});
      EXPECT_EQ(decoded.decoding.profile.find('#'), std::string::npos) << file << decoded.reason;
      drivers::expect_sound(decoded.decoding, file);
    }
  }
}

}  // namespace
}  // namespace lab::profiles
