// What is sent as a photograph and is none, or none any more: every file gets an answer, no process grows without
// bounds, and no other number is ever read. QLIMS_MUTATED_FILES=10000 plays ten thousand instead of 300.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <array>
#include <cstdlib>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <random>

#include "instruments/label/worker.hpp"
#include "tests/instruments/label/samples.hpp"
#include "tests/where.hpp"

namespace lab::label {
namespace {

constexpr long gibibyte_in_kib = 1024L * 1024;

int files_wanted() {
  const char* text = std::getenv("QLIMS_MUTATED_FILES");
  return text != nullptr ? std::atoi(text) : 300;
}

Bytes encoded(const cv::Mat& picture, const std::string& ending) {
  std::vector<uchar> bytes;
  cv::imencode(ending, picture, bytes);
  return {bytes.begin(), bytes.end()};
}

/// The same small photograph in every format that is read.
std::vector<Bytes> good_files() {
  const Bytes jpeg = photograph(some_label(7), {.seed = 7, .severity = 0, .width = 400, .height = 300}).value();
  const cv::Mat picture = cv::imdecode(std::vector<uchar>(jpeg.begin(), jpeg.end()), cv::IMREAD_GRAYSCALE);
  return {jpeg, encoded(picture, ".png"), encoded(picture, ".webp")};
}

class Mutator {
 public:
  Bytes next() {
    Bytes file = good_files_[below(good_files_.size())];
    switch (below(12)) {
      case 1:  // where tables and sizes are
        return flipped(std::move(file), 200);
      case 2:
        file.resize(below(file.size() + 1));
        return file;
      case 3:
        return with_huge_sides(std::move(file));
      case 4:
        return with_another_magic(std::move(file));
      case 5:
        return spliced(std::move(file));
      case 6:
        return noise();
      default:  // most reach the decoders
        return flipped(std::move(file));
    }
  }

 private:
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(dice_); }
  char octet() { return static_cast<char>(below(256)); }

  Bytes flipped(Bytes file, std::size_t reach = Bytes::npos) {
    for (std::size_t changes = 1 + below(40); changes > 0; --changes) {
      char& changed = file[below(std::min(reach, file.size()))];
      changed = static_cast<char>(changed ^ 1 << below(8));
    }
    return file;
  }

  /// Four octets of the header that promise a picture of any size, wherever the format has its sides.
  Bytes with_huge_sides(Bytes file) {
    const std::size_t at = file.starts_with("\x89PNG") ? 16 : file.starts_with("RIFF") ? 24 : sides_of_jpeg(file);
    for (std::size_t i = 0; i < 8 && at + i < file.size(); ++i) file[at + i] = i % 4 < 2 ? '\0' : octet();
    return file;
  }

  static std::size_t sides_of_jpeg(const Bytes& file) {
    const auto frame = file.find("\xFF\xC0");
    return frame == Bytes::npos ? 0 : frame + 5;
  }

  Bytes with_another_magic(Bytes file) {
    static const std::array<Bytes, 8> magics{"GIF89a", "BM",         "II*\0",     "%PDF-1.7",
                                             "<svg ",  "PK\x03\x04", "#!/bin/sh", ""};
    const Bytes& magic = magics[below(magics.size())];
    return magic + file.substr(std::min(magic.size(), file.size()));
  }

  /// The head of one file and the tail of another.
  Bytes spliced(Bytes file) {
    const Bytes& other = good_files_[below(good_files_.size())];
    return file.substr(0, below(file.size())) + other.substr(below(other.size()));
  }

  Bytes noise() {
    Bytes file(below(4096), '\0');
    for (char& one : file) one = octet();
    return file;
  }

  std::vector<Bytes> good_files_ = good_files();
  std::mt19937 dice_{20130603};
};

TEST(MutatedFiles, EachGetsAnAnswerAndNoneAnotherNumber) {
  std::map<std::string, int> answers;
  {
    Mutator mutator;
    Worker worker{
        {.program = QLIMS_BIN_DIR "/qlims-label-worker", .budget = std::chrono::milliseconds{60}, .arguments = {}}};
    for (int i = 0; i < files_wanted(); ++i) {
      const auto reading = worker.read(mutator.next());
      ASSERT_TRUE(!reading.number || *reading.number == some_payload(7).number) << "file " << i;
      ASSERT_TRUE(!reading.unreadable || !reading.unreadable->reason.empty()) << "file " << i;
      ++answers[reading.unreadable ? name_of(reading.unreadable->cause) : reading.number ? "read" : "other code"];
    }
    // A picture that fits into 140 KB of file and into 144 MB of memory.
    const Bytes bomb = encoded(cv::Mat(12'000, 12'000, CV_8U, cv::Scalar(0)), ".png");
    EXPECT_EQ(worker.read(bomb).unreadable.value().cause, Cause::refused);
    EXPECT_EQ(worker.read(some_photo(7, 7, 0)).number, some_payload(7).number) << "and the next one is read";
    for (const auto& [answer, count] : answers) std::printf("%-14s %6d\n", answer.c_str(), count);
    const auto counters = worker.counters();
    std::printf("processes started %lu, crashed %lu, timed out %lu, broken %lu\n",
                static_cast<unsigned long>(counters.started), static_cast<unsigned long>(counters.crashed),
                static_cast<unsigned long>(counters.timed_out), static_cast<unsigned long>(counters.broken));
    EXPECT_EQ(counters.broken, 0u);
  }
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);  // of the largest of the processes, which have ended by now
  std::printf("largest process %ld MiB\n", usage.ru_maxrss / 1024);
  EXPECT_GT(usage.ru_maxrss, 0);
  EXPECT_LT(usage.ru_maxrss, gibibyte_in_kib);
}

}  // namespace
}  // namespace lab::label
