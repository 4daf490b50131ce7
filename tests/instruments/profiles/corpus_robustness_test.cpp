// What must hold for every export of the corpus however it is encoded or cut.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <optional>
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

constexpr std::array tables{"elemental", "chromatography", "wetchem", "nir", "spectro", "platereader", "qpcr"};
constexpr std::array all_texts{"elemental", "chromatography", "wetchem", "nir", "spectro", "platereader",
                               "qpcr",      "masshunter",     "astm",    "hl7", "jcamp"};

using Result = std::tuple<std::string, std::string, std::string, std::string, std::string, std::optional<Decimal>,
                          model::Comparator, model::ValueState>;

std::vector<Result> results_in(const model::Decoding& decoding) {
  std::vector<Result> results;
  for (const auto& observation : decoding.observations) {
    results.emplace_back(observation.sample_id, observation.sample_type, observation.analyte, observation.value.text,
                         observation.unit, observation.value.number, observation.value.comparator,
                         observation.value.state);
  }
  return results;
}

// The name that MSH-18 of HL7 has for a charset (table 0211).
std::string hl7_name_of(Charset charset) {
  if (charset == Charset::gb18030) return "GB 18030-2000";
  return charset == Charset::utf16_le ? "UNICODE" : "UNICODE UTF-8";
}

// A message that says which charset it is in has to say so of the one it is put into. Only the first header: a file of
// several declares the same in each.
std::string with_declaration(std::string text, Charset charset) {
  constexpr int field_of_charset = 17;  // MSH-1 is the delimiter itself
  if (!text.starts_with("MSH") || text.size() < 4) return text;
  std::size_t begin = 3;
  for (int field = 1; field < field_of_charset && begin != std::string::npos; ++field) {
    begin = text.find(text[3], begin + 1);
  }
  const std::size_t end_of_segment = text.find_first_of("\r\n");
  if (begin == std::string::npos || begin > end_of_segment) return text;
  const std::size_t end = std::min(text.find(text[3], begin + 1), end_of_segment);
  if (end == begin + 1) return text;  // it says nothing
  return text.replace(begin + 1, end - begin - 1, hl7_name_of(charset));
}

struct Counts {
  std::size_t compared = 0;
  std::size_t impossible = 0;
};

void compare_encodings(const fs::path& file, Counts& counts) {
  const Bytes raw = drivers::read(file);
  const auto original = decode(raw);
  // The checksums of ASTM frames are of octets.
  const bool is_framed = raw.find('\x02') != Bytes::npos;
  const auto text = drivers::decode_instrument_text(raw);
  if (!original.refused.empty() || is_framed || !text) return;
  for (const Charset charset : {Charset::utf8, Charset::utf8_bom, Charset::utf16_le, Charset::gb18030}) {
    const std::string wanted = with_declaration(text->utf8, charset);
    const auto encoded = encode_text(wanted, charset);
    if (!encoded || decode_text(*encoded)->utf8 != wanted) {
      ++counts.impossible;
      continue;
    }
    ++counts.compared;
    const auto again = decode(*encoded);
    EXPECT_EQ(again.refused, "") << file << name_of(charset);
    EXPECT_TRUE(results_in(again) == results_in(original)) << file << name_of(charset);
    EXPECT_EQ(again.covered_bytes == again.total_bytes, original.covered_bytes == original.total_bytes) << file;
  }
}

TEST(CorpusRobustness, TheSameTextInAnotherCharsetGivesTheSameObservations) {
  SKIP_WITHOUT_CORPUS("elemental");
  for (const char* family : all_texts) {
    Counts counts;
    for (const fs::path& file : drivers::files_of(family)) compare_encodings(file, counts);
    fmt::print("{:14} {:>4} encodings compared, {} cannot be written or read as such\n", family, counts.compared,
               counts.impossible);
    EXPECT_GT(counts.compared, 0U) << family;
  }
}

// A text that was cut: refused, or what is there is what was there. Only the very last row may lack digits, and then
// it says so.
TEST(CorpusRobustness, AFileThatWasCutNeverGivesAWrongNumber) {
  SKIP_WITHOUT_CORPUS("elemental");
  std::size_t cuts = 0;
  std::size_t refused = 0;
  for (const char* family : tables) {
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
