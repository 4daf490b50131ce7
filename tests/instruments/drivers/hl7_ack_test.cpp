#include "instruments/drivers/hl7_ack.hpp"

#include <gtest/gtest.h>

#include "protocol/base/charset.hpp"

namespace lab::drivers::hl7 {
namespace {

const std::string oru =
    "MSH|^~\\&|BS-360|BENCH|LIS|LAB|20130603090000||ORU^R01|M-17|P|2.3.1||||||UNICODE UTF-8\rPID|1\r";

UtcTime at(const char* text) { return *parse_utc(text); }

Answer answer(std::string_view code, std::string_view reason = {}) {
  return {.code = code, .reason = reason, .control_id = "Q-1", .now = at("2013-06-03T01:00:05.000Z")};
}

Header header_of(const std::string& text) {
  auto header = read_header(text);
  EXPECT_TRUE(header) << (header ? "" : header.error().message);
  return header.value_or(Header{});
}

std::string with_conditions(const std::string& accept, const std::string& application) {
  return "MSH|^~\\&|a|b|c|d|1||ORU^R01|M1|P|2.5.1|||" + accept + "|" + application + "\r";
}

using Codes = std::vector<std::string_view>;

TEST(Acknowledgement, EchoesTheControlIdAndSwapsTheParties) {
  EXPECT_EQ(acknowledgement(header_of(oru), answer("AA")),
            "MSH|^~\\&|LIS|LAB|BS-360|BENCH|20130603090005+0800||ACK^R01|Q-1|P|2.3.1||||||UNICODE UTF-8\r"
            "MSA|AA|M-17\r");
}

TEST(Acknowledgement, ReadsTheHeaderFromAFrameToo) {
  EXPECT_EQ(header_of("\x0B" + oru + "\x1C\r").control_id, "M-17");
  EXPECT_FALSE(read_header("PID|1\r"));
  EXPECT_FALSE(read_header(""));
}

TEST(Acknowledgement, GivesTheReasonWithEscapesAndWithinItsLength) {
  const Bytes text = acknowledgement(header_of(oru), answer("AE", "a|b^c&d~e\\f\rg"));
  EXPECT_TRUE(text.ends_with("MSA|AE|M-17|a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f g\r")) << text;
  std::string reason;
  for (int i = 0; i < 200; ++i) reason += "长";
  const Bytes cut = acknowledgement(header_of(oru), answer("AE", reason));
  EXPECT_LT(cut.size(), 400U);
  EXPECT_TRUE(is_utf8(cut));
}

TEST(Acknowledgement, UsesTheDelimitersOfTheMessage) {
  const std::string text = "MSH#*~!&#a#b#c#d#1##ORU*R01#M1#P#2.3\r";
  EXPECT_EQ(acknowledgement(header_of(text), answer("AA")),
            "MSH#*~!&#c#d#a#b#20130603090005+0800##ACK*R01#Q-1#P#2.3\rMSA#AA#M1\r");
}

TEST(Acknowledgement, SpeaksTheCharacterSetOfTheMessage) {
  const std::string utf8 = "MSH|^~\\&|分析仪|b|c|d|1||ORU^R01|M1|P|2.4||||||GB 18030-2000\r";
  const auto gb = encode_text(utf8, Charset::gb18030);
  ASSERT_TRUE(gb);
  const auto text = decode_text_as(acknowledgement(header_of(*gb), answer("AE", "不能保存")), Charset::gb18030);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("|分析仪|"), std::string::npos);
  EXPECT_NE(text->find("MSA|AE|M1|不能保存\r"), std::string::npos);
}

TEST(Acknowledgement, OfNoReadableMessageNamesNone) {
  const Bytes text = acknowledgement(std::nullopt, answer("AR", "x"));
  EXPECT_TRUE(text.ends_with("\rMSA|AR||x\r")) << text;
}

TEST(Acknowledgement, HasOneCodeInTheOriginalMode) {
  const Header header = header_of(with_conditions("", ""));
  EXPECT_EQ(codes_for(header, Outcome::taken), Codes{"AA"});
  EXPECT_EQ(codes_for(header, Outcome::unread), Codes{"AE"});
  EXPECT_EQ(codes_for(header, Outcome::unstored), Codes{"AE"});
  EXPECT_EQ(codes_for(header, Outcome::rejected), Codes{"AR"});
  // A figure in MSH-16 is an analyser's word for sample or control and no condition.
  EXPECT_EQ(codes_for(header_of(with_conditions("", "0")), Outcome::taken), Codes{"AA"});
}

TEST(Acknowledgement, FollowsTheConditionsOfTheEnhancedMode) {
  EXPECT_EQ(codes_for(header_of(with_conditions("AL", "NE")), Outcome::taken), Codes{"CA"});
  EXPECT_EQ(codes_for(header_of(with_conditions("AL", "NE")), Outcome::unread), Codes{"CA"});
  EXPECT_EQ(codes_for(header_of(with_conditions("AL", "")), Outcome::unstored), Codes{"CE"});
  EXPECT_EQ(codes_for(header_of(with_conditions("AL", "AL")), Outcome::rejected), Codes{"CR"});
  EXPECT_EQ(codes_for(header_of(with_conditions("AL", "AL")), Outcome::taken), (Codes{"CA", "AA"}));
  EXPECT_EQ(codes_for(header_of(with_conditions("AL", "AL")), Outcome::unread), (Codes{"CA", "AE"}));
  EXPECT_EQ(codes_for(header_of(with_conditions("NE", "NE")), Outcome::taken), Codes{});
  EXPECT_EQ(codes_for(header_of(with_conditions("ER", "ER")), Outcome::taken), Codes{});
  EXPECT_EQ(codes_for(header_of(with_conditions("ER", "ER")), Outcome::unread), Codes{"AE"});
  EXPECT_EQ(codes_for(header_of(with_conditions("SU", "NE")), Outcome::taken), Codes{"CA"});
  EXPECT_EQ(codes_for(header_of(with_conditions("SU", "NE")), Outcome::unstored), Codes{});
}

}  // namespace
}  // namespace lab::drivers::hl7
