#include "instruments/label/number_line/number_line.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

/// What the reader says of a picture with this code; the printed number is looked for independently of it.
LabelReading reading_of(const Payload& payload) {
  LabelReading reading;
  reading.codes = {{"QRCode", code_text(payload), true}};
  reading.number = payload.number;
  return reading;
}

PrintedNumber printed_on(BytesView file, LabelReading reading) {
  static const NumberLine number_line;
  number_line.add_to(reading, file, {.budget = std::chrono::seconds{20}});  // the machine may be slow
  return reading.printed_number.value();
}

struct Counts {
  int agree = 0;
  int differ = 0;
};

/// Eight ordinary photographs of labels of ours, each beside the code of the sample `apart` serial numbers later.
Counts on_our_labels(std::uint32_t apart) {
  Counts counts;
  for (std::uint32_t serial = 1'207; serial < 90'000; serial += 11'411) {
    const auto printed = printed_on(some_photo(serial, serial, 1), reading_of(some_payload(serial + apart)));
    if (printed.agrees == Agreement::agree) ++counts.agree;
    if (printed.agrees == Agreement::differ) ++counts.differ;
    const auto number = some_payload(serial).number.text();
    EXPECT_TRUE(printed.text.empty() || printed.text == number) << printed.text << ", printed: " << number;
  }
  return counts;
}

TEST(NumberLine, AgreesOnMostPhotographsOfOurOwnLabels) {
  const auto counts = on_our_labels(0);
  EXPECT_GE(counts.agree, 7);
  EXPECT_EQ(counts.differ, 0);
}

TEST(NumberLine, DiffersWhenTheCodeIsOfAnotherSample) {
  const auto counts = on_our_labels(3);
  EXPECT_GE(counts.differ, 6);
  EXPECT_EQ(counts.agree, 0);
}

TEST(NumberLine, AgreesOnTheBitmapThatIsPrinted) {
  EXPECT_EQ(printed_on(some_label(42), reading_of(some_payload(42))).agrees, Agreement::agree);
}

TEST(NumberLine, ADifferenceIsAFlag) {
  const NumberLine number_line;
  auto reading = reading_of(some_payload(45));
  number_line.add_to(reading, some_photo(42, 1, 1), {.budget = std::chrono::seconds{20}});
  EXPECT_EQ(reading.flags, std::vector{Flag::printed_number_differs});
  auto same = reading_of(some_payload(42));
  number_line.add_to(same, some_photo(42, 1, 1), {.budget = std::chrono::seconds{20}});
  EXPECT_TRUE(same.flags.empty());
}

TEST(NumberLine, ALabelWithoutANumberLineIsUnreadable) {
  const auto symbol = lone_code(Symbology::qr, code_text(some_payload(42)));
  EXPECT_EQ(printed_on(symbol, reading_of(some_payload(42))), (PrintedNumber{"", Agreement::unreadable}));
}

TEST(NumberLine, ADamagedFileIsUnreadable) {
  EXPECT_EQ(printed_on("no picture", reading_of(some_payload(42))), (PrintedNumber{"", Agreement::unreadable}));
}

TEST(NumberLine, WithoutACodeTheProvenNumberIsASuggestionOnly) {
  const auto printed = printed_on(some_photo(42, 1, 1), unreadable(Cause::no_code, "没有"));
  EXPECT_EQ(printed, (PrintedNumber{some_payload(42).number.text(), Agreement::not_compared}));
}

TEST(NumberLine, ForeignCodesAndRefusedFilesAreNotLookedAt) {
  const NumberLine number_line;
  LabelReading foreign;
  foreign.codes = {{"EAN13", "4006381333931", false}};
  auto refused = unreadable(Cause::refused, "x");
  for (auto reading : {foreign, refused}) {
    const auto before = reading;
    number_line.add_to(reading, some_photo(42, 1, 1));
    EXPECT_EQ(reading, before);
  }
}

}  // namespace
}  // namespace lab::label
