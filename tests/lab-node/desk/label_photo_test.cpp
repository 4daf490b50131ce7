#include "lab-node/desk/label_photo.hpp"

#include <gtest/gtest.h>

namespace lab::desk {
namespace {

using label::Agreement;
using model::PrintedNumber;

const auto number = model::SampleNumber::parse("SC13NCP00042H").value();

label::LabelReading reading_with(std::optional<label::PrintedNumber> printed) {
  label::LabelReading reading;
  reading.number = number;
  reading.codes.push_back({"QRCode", "SCQT1;S=SC13NCP00042H;L=CD01;D=20130603;C=2", true});
  reading.printed_number = std::move(printed);
  return reading;
}

TEST(LabelFrom, TakesTheFieldsOfTheCode) {
  const auto label = label_from(reading_with(std::nullopt));
  EXPECT_EQ(label.number, number);
  EXPECT_EQ(label.laboratory, "CD01");
  EXPECT_EQ(label.copy, 2);
  EXPECT_EQ(label.printed_is, PrintedNumber::not_read);
}

TEST(LabelFrom, TakesWhatThePrintSaysBesideTheCode) {
  const auto differing = label_from(reading_with(label::PrintedNumber{"SC13NCP00043H", Agreement::differ}));
  EXPECT_EQ(differing.number, number) << "the code's, which has proven itself";
  EXPECT_EQ(differing.printed_is, PrintedNumber::differs);
  EXPECT_EQ(differing.printed, "SC13NCP00043H");
  EXPECT_EQ(label_from(reading_with(label::PrintedNumber{"SC13NCP00042H", Agreement::agree})).printed_is,
            PrintedNumber::agrees);
  EXPECT_EQ(label_from(reading_with(label::PrintedNumber{"", Agreement::unreadable})).printed_is,
            PrintedNumber::unreadable);
}

TEST(LabelFrom, APrintedNumberAloneIsNoSample) {
  label::LabelReading reading;
  reading.unreadable = label::Unreadable{label::Cause::no_code, "照片中没有读出条码"};
  reading.printed_number = label::PrintedNumber{"SC13NCP00042H", Agreement::not_compared};
  const auto label = label_from(reading);
  EXPECT_FALSE(label.number);
  EXPECT_EQ(label.printed_is, PrintedNumber::not_read);
  EXPECT_FALSE(label.unreadable.empty());
}

}  // namespace
}  // namespace lab::desk
