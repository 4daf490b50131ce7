#include "instruments/label/scanned.hpp"

#include <gtest/gtest.h>

#include "instruments/label/payload.hpp"
#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

const std::string number = some_payload(42).number.text();
const std::string payload = code_text(some_payload(42));

std::string small(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

// As a Chinese input method in full-width mode sends it.
std::string wide(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const int point = 0xFF01 + (c - '!');
    out += static_cast<char>(0xEF);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
  return out;
}

TEST(ScannedText, IsWhatTheCodeSaysWhateverTheKeyboardMadeOfIt) {
  for (const std::string& text : {number, payload}) {
    EXPECT_EQ(plain_scan(text), text);
    EXPECT_EQ(plain_scan(text + "\r\n"), text);
    EXPECT_EQ(plain_scan("\t" + text + "\t"), text);
    EXPECT_EQ(plain_scan("\x02" + text + "\x03"), text);
    EXPECT_EQ(plain_scan("]Q1" + text + "\n"), text);
    EXPECT_EQ(plain_scan(small(text)), text);
    EXPECT_EQ(plain_scan(wide(text)), text);
    EXPECT_EQ(plain_scan(wide(small(text)) + "\xE3\x80\x80\r"), text);
  }
}

TEST(ScannedText, LeavesItToTheCheckCharacterWhetherItIsANumber) {
  std::string wrong = number;
  wrong[8] = wrong[8] == '1' ? '2' : '1';
  EXPECT_EQ(fields_in(plain_scan(wrong)), std::nullopt);
  EXPECT_EQ(fields_in(plain_scan(small(wrong) + "\r")), std::nullopt);
  EXPECT_EQ(fields_in(plain_scan("6901234567892\r")), std::nullopt);
}

TEST(ScannedText, ThatIsNoTextOrFarTooLongIsNothing) {
  EXPECT_EQ(plain_scan("\xFF\xFE"), "");
  EXPECT_EQ(plain_scan(std::string(scan_octets_max + 1, 'A')), "");
  EXPECT_EQ(plain_scan(""), "");
  EXPECT_EQ(plain_scan("]"), "]");
}

TEST(LabelFields, SayWhichLaboratoryAndWhichCopy) {
  const auto fields = fields_in("SCQT1;S=" + number + ";L=12;D=20130603;C=3");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->number.text(), number);
  EXPECT_EQ(fields->laboratory, "12");
  EXPECT_EQ(fields->copy, 3);
  EXPECT_EQ(fields_in(number)->copy, std::nullopt);
  EXPECT_EQ(fields_in(number)->laboratory, "");
}

TEST(LabelFields, ACopyThatIsNoneMakesTheCodeWorthNothing) {
  for (const char* copy : {"0", "100", "1x", "", "-1", "256"}) {
    EXPECT_EQ(fields_in("SCQT1;S=" + number + ";C=" + copy), std::nullopt) << copy;
  }
}

}  // namespace
}  // namespace lab::label
