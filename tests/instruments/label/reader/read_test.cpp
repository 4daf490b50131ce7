#include "instruments/label/reader/read.hpp"

#include <gtest/gtest.h>
#include <array>
#include <opencv2/imgcodecs.hpp>

#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

const std::string number = some_payload(42).number.text();

TEST(Reading, PhotographsOfPrintedLabelsReadWithoutAFalseNumber) {
  // How many of 40 photographs must read at each severity; a false number is never tolerated.
  constexpr std::array<int, 4> must_read{40, 40, 38, 30};
  for (int severity = 0; severity < 4; ++severity) {
    int right = 0;
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
      const auto reading = read(some_photo(seed, seed, severity), {.budget = std::chrono::minutes{1}});
      if (reading.number) {
        EXPECT_EQ(*reading.number, some_payload(seed).number) << "seed " << seed;
      }
      if (reading.number == some_payload(seed).number) ++right;
    }
    std::printf("severity %d: %d of 40 photographs read\n", severity, right);
    EXPECT_GE(right, must_read[static_cast<std::size_t>(severity)]) << "severity " << severity;
  }
}

TEST(Reading, TheSameSeedTakesTheSamePhotograph) {
  EXPECT_EQ(some_photo(1, 7, 2), some_photo(1, 7, 2));
  EXPECT_NE(some_photo(1, 7, 2), some_photo(1, 8, 2));
}

TEST(Reading, EverySymbologyOfASampleNumberIsRead) {
  for (const auto symbology : {Symbology::qr, Symbology::data_matrix, Symbology::code128}) {
    const auto reading = read(lone_code(symbology, number));
    EXPECT_EQ(reading.number, some_payload(42).number) << static_cast<int>(symbology);
    EXPECT_TRUE(reading.flags.empty());
    EXPECT_NE(reading.reader.find("zxing-cpp 1.4"), std::string::npos);
  }
}

TEST(Reading, LightOnDarkAsOnAScreenIsRead) {
  for (const Symbology symbology : {Symbology::qr, Symbology::data_matrix}) {
    const Bytes png = lone_code(symbology, some_payload(3).number.text());
    cv::Mat picture = cv::imdecode(std::vector<uchar>(png.begin(), png.end()), cv::IMREAD_GRAYSCALE);
    std::vector<uchar> file;
    cv::imencode(".png", 255 - picture, file);
    EXPECT_EQ(read(Bytes(file.begin(), file.end())).number, some_payload(3).number) << static_cast<int>(symbology);
  }
}

TEST(Reading, AProductsBarCodeIsReportedAsForeign) {
  const auto reading = read(lone_code(Symbology::ean13, "6901234567892"));
  EXPECT_EQ(reading.number, std::nullopt);
  EXPECT_EQ(reading.codes, (std::vector<FoundCode>{{"EAN13", "6901234567892", false}}));
  EXPECT_FALSE(reading.unreadable.has_value());
}

TEST(Reading, ANumberWithAWrongCheckCharacterIsForeign) {
  std::string wrong = number;
  wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
  for (const auto& text : {wrong, "SCQT1;S=" + wrong + ";L=CD01;D=20130603;C=1"}) {
    const auto reading = read(lone_code(Symbology::qr, text));
    EXPECT_EQ(reading.number, std::nullopt);
    EXPECT_EQ(reading.codes, (std::vector<FoundCode>{{"QRCode", text, false}}));
  }
}

TEST(Reading, AnotherSamplesLabelReadsAsThatSample) {
  EXPECT_EQ(read(some_photo(43, 1, 1)).number, some_payload(43).number);
}

TEST(Reading, ThingsThatAreNoPictureAreRefusedWithAReason) {
  Bytes lying = some_label(42);
  lying[16] = lying[20] = '\x7F';  // two thousand million pixels each way
  Bytes torn = some_label(42);
  torn.replace(60, 40, 40, '\xAA');  // the pixels are no deflate stream any more
  for (const auto& file : {Bytes{}, Bytes{"样品 SC13NCP00042 一份\n"}, lying, torn, some_label(42).substr(0, 40)}) {
    const auto reading = read(file);
    ASSERT_TRUE(reading.unreadable.has_value());
    EXPECT_FALSE(reading.unreadable->reason.empty());
    EXPECT_EQ(reading.number, std::nullopt);
  }
}

TEST(Reading, ATruncatedPhotographIsFlaggedWhateverItSays) {
  const auto whole = some_photo(42, 1, 0);
  // Time enough: on a machine with other work the flag out_of_time would be right as well.
  const auto reading = read(BytesView{whole}.substr(0, whole.size() / 2), {.budget = std::chrono::seconds{20}});
  EXPECT_EQ(reading.flags, (std::vector<Flag>{Flag::truncated}));
  if (reading.number) {
    EXPECT_EQ(*reading.number, some_payload(42).number);
  }
}

TEST(Reading, APhotographCutOffBeforeItsCodeAsksForItOnceMore) {
  const auto whole = some_photo(42, 1, 0);
  const auto reading = read(BytesView{whole}.substr(0, whole.size() / 8));
  ASSERT_TRUE(reading.unreadable.has_value());
  EXPECT_EQ(reading.unreadable->reason, "照片文件不完整（传送中断），读出的部分没有条码；请重新传送或重拍");
}

TEST(Reading, APictureInWhichNoCodeCanBeMadeOutSaysSo) {
  const auto thumbnail = photograph(some_label(42), {.seed = 1, .severity = 1, .width = 64, .height = 64});
  const auto reading = read(thumbnail.value());
  ASSERT_TRUE(reading.unreadable.has_value());
  EXPECT_EQ(reading.unreadable->cause, Cause::no_code);
  EXPECT_TRUE(reading.flags.empty());
}

TEST(Reading, TheFirstTreatmentIsAlwaysTried) {
  const auto reading = read(some_photo(42, 1, 0), {.budget = std::chrono::milliseconds{0}});
  EXPECT_EQ(reading.number, some_payload(42).number);
}

TEST(Reading, WithoutTimeLeftTheAnswerSaysThatNotEverythingWasTried) {
  const auto reading = read(lone_code(Symbology::ean13, "6901234567892"), {.budget = std::chrono::milliseconds{0}});
  EXPECT_EQ(reading.flags, (std::vector<Flag>{Flag::out_of_time}));
  EXPECT_EQ(reading.unreadable->cause, Cause::no_code) << "one treatment alone does not prove a bar code";
}

}  // namespace
}  // namespace lab::label
