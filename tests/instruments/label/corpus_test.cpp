// Reads the shared collection of label photographs through the worker and holds the result against what was measured
// when this was written: at least as many read, and nothing misread.

#include <gtest/gtest.h>
#include <algorithm>
#include <map>

#include "instruments/label/payload.hpp"
#include "instruments/label/worker.hpp"
#include "tests/instruments/label/corpus.hpp"
#include "tests/where.hpp"

namespace lab::label {
namespace {

struct Row {
  int pictures = 0;
  int read = 0;
  int misread = 0;
};

/// How many pictures of a set must read, as measured. 0: pictures without a code, and a QR code of model 1. Of the 18
/// pictures of synth/0 two have no code, of synth/2 four.
const std::map<std::string, int> must_read{
    {"boof", 28},
    {"jsqr/e2e", 2},
    {"synth/0", 16},
    {"synth/1", 42},
    {"synth/2", 42},
    {"synth/3", 34},
    {"synth/4", 23},
    {"zxcpp/code128", 1},
    {"zxcpp/code39", 1},
    {"zxcpp/datamatrix", 11},
    {"zxcpp/falsepositives", 0},
    {"zxcpp/qrcode", 1},
    {"zxjava/code128", 17},
    {"zxjava/code39", 3},
    {"zxjava/datamatrix", 13},
    {"zxjava/ean13", 25},
    {"zxjava/ean8", 3},
    {"zxjava/falsepositives", 0},
    {"zxjava/itf", 3},
    {"zxjava/qrcode", 38},
};

/// Codes that are in a picture although the collection does not list them: ZXing reads them, too, in enlarged parts.
const std::map<std::string, std::string> unlisted{{"real/boof_lots_image006.jpg", "are"}};

bool is_unlisted(const std::string& file, const std::string& text) {
  const auto known = unlisted.find(file);
  return known != unlisted.end() && known->second == text;
}

/// "synth/3" for severity 3; "zxjava/qrcode" for the real sets zxjava/qrcode-1 to -6; "boof" for all of them.
std::string image_set(const CorpusPicture& picture) {
  if (!picture.severity.empty()) return "synth/" + picture.severity;
  if (picture.group.starts_with("boof/")) return "boof";
  return picture.group.substr(0, picture.group.find('-'));
}

/// Adds one reading to its row; a wrong sample number would be the worst of all misreads.
void count(const CorpusPicture& picture, const LabelReading& reading, Row& row) {
  ++row.pictures;
  bool is_read = false;
  for (const auto& code : reading.codes) {
    const auto text = normal(code.text);
    is_read = is_read || picture.expected.contains(text);
    if (picture.expected.contains(text) || picture.present.contains(text) || is_unlisted(picture.file, text)) continue;
    ++row.misread;
    ADD_FAILURE() << picture.file << " misread as " << code.symbology << " \"" << code.text << '"';
  }
  if (is_read) ++row.read;
  if (!reading.number) return;
  const bool is_right =
      std::ranges::any_of(picture.expected, [&](const std::string& text) { return sample_in(text) == reading.number; });
  EXPECT_TRUE(is_right) << picture.file << " gave the wrong sample number " << reading.number->text();
}

void print_table(const std::map<std::string, Row>& table) {
  std::printf("%-24s %8s %6s %8s\n", "image set", "pictures", "read", "misread");
  for (const auto& [name, row] : table) {
    std::printf("%-24s %8d %6d %8d\n", name.c_str(), row.pictures, row.read, row.misread);
  }
}

TEST(LabelCorpus, ReadsAtLeastWhatWasMeasuredAndMisreadsNothing) {
  if (!has_corpus()) GTEST_SKIP() << "the pictures belong to others and are not beside this tree";
  // Ample time, so that the figures do not depend on the machine.
  Worker worker{{.program = QLIMS_BIN_DIR "/qlims-label-worker",
                 .budget = std::chrono::milliseconds{20'000},
                 .timeout = std::chrono::milliseconds{60'000},
                 .arguments = {}}};
  std::map<std::string, Row> table;
  std::vector<std::int64_t> milliseconds;
  for (const auto& picture : corpus_pictures()) {
    const auto reading = worker.read(bytes_of(corpus / picture.file));
    if (!reading.unreadable || reading.unreadable->cause != Cause::refused)
      milliseconds.push_back(reading.took.count());
    if (reading.unreadable) {
      EXPECT_FALSE(reading.unreadable->reason.empty()) << picture.file;
    }
    count(picture, reading, table[image_set(picture)]);
  }
  print_table(table);
  std::ranges::sort(milliseconds);
  const auto counters = worker.counters();
  std::printf("ms per picture: median %ld, 95 %% below %ld; processes started %lu, crashed %lu, timed out %lu\n",
              static_cast<long>(milliseconds[milliseconds.size() / 2]),
              static_cast<long>(milliseconds[milliseconds.size() * 95 / 100]),
              static_cast<unsigned long>(counters.started), static_cast<unsigned long>(counters.crashed),
              static_cast<unsigned long>(counters.timed_out));
  for (const auto& [name, minimum] : must_read) EXPECT_GE(table[name].read, minimum) << name;
  EXPECT_EQ(table.size(), must_read.size()) << "every image set has its figure";
}

}  // namespace
}  // namespace lab::label
