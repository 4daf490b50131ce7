#include "coordinator/enterprises/codes.hpp"

#include <gtest/gtest.h>

#include <random>

namespace lab::enterprises {
namespace {

constexpr std::string_view credit_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::string_view organisation_alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

struct Random {
  std::mt19937_64 source{20'131};

  char of(std::string_view alphabet) { return alphabet[source() % alphabet.size()]; }
  std::string credit_code() {
    std::string code;
    for (std::size_t i = 0; i < 17; ++i) code += of(i >= 2 && i < 8 ? credit_alphabet.substr(0, 10) : credit_alphabet);
    return code + *credit_check(code);
  }
  std::string organisation_code() {
    std::string code;
    for (std::size_t i = 0; i < 8; ++i) code += of(organisation_alphabet);
    return code + *organisation_check(code);
  }
};

TEST(CreditCode, OfTheStandardsOwnExample) {
  EXPECT_EQ(credit_check("91350100M000100Y4"), '3');
  const auto code = parse_code("91350100m000100y43");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->kind, CodeKind::credit);
  EXPECT_EQ(code->text, "91350100M000100Y43");
}

TEST(OrganisationCode, OfTheStandardsOwnExample) {
  EXPECT_EQ(organisation_check("D2143569"), 'X');
  const auto code = parse_code(" D2143569-X ");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->kind, CodeKind::organisation);
  EXPECT_EQ(code->text, "D2143569X");
}

// 31 is prime and no weight is a multiple of it: each changed character moves the sum.
TEST(CreditCode, EverySingleWrongCharacterIsFound) {
  Random random;
  for (int i = 0; i < 300; ++i) {
    const std::string code = random.credit_code();
    ASSERT_TRUE(parse_code(code)) << code;
    for (std::size_t at = 0; at < code.size(); ++at) {
      for (const char other : organisation_alphabet) {
        std::string wrong = code;
        wrong[at] = other;
        if (other != code[at]) {
          ASSERT_FALSE(parse_code(wrong)) << code << " " << wrong;
        }
      }
    }
  }
}

// Neighbouring weights differ by -2 times a power of 3, the last pair by 27: never a multiple of 31.
TEST(CreditCode, EveryAdjacentTranspositionIsFound) {
  Random random;
  for (int i = 0; i < 3'000; ++i) {
    const std::string code = random.credit_code();
    for (std::size_t at = 0; at + 1 < code.size(); ++at) {
      std::string wrong = code;
      std::swap(wrong[at], wrong[at + 1]);
      if (wrong != code) {
        ASSERT_FALSE(parse_code(wrong)) << code << " " << wrong;
      }
    }
  }
}

std::size_t value_of(char c, std::size_t at) { return at == 8 && c == 'X' ? 10 : organisation_alphabet.find(c); }

// The 36 values of a character are taken modulo 11, so that 0 and B, 1 and C, A and L ... cannot be told apart. What
// differs modulo 11 is found without exception, so every wrong digit in place of a digit is.
TEST(OrganisationCode, EverySingleWrongCharacterIsFoundThatTheSchemeCanTellApart) {
  Random random;
  std::size_t undetectable = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string code = random.organisation_code();
    for (std::size_t at = 0; at < code.size(); ++at) {
      for (const char other : organisation_alphabet) {
        if (other == code[at] || (at == 8 && other > '9' && other != 'X')) continue;
        std::string wrong = code;
        wrong[at] = other;
        const bool alike = value_of(other, at) % 11 == value_of(code[at], at) % 11;
        ASSERT_EQ(parse_code(wrong).has_value(), alike) << code << " " << wrong;
        if (alike) ++undetectable;
      }
    }
  }
  EXPECT_GT(undetectable, 0U) << "the scheme is as weak as said";
}

// Neighbouring weights never differ by a multiple of 11, so that two characters are told apart unless they are alike
// modulo 11. A transposition with the check character is told apart where the result has the form of a code at all.
TEST(OrganisationCode, EveryAdjacentTranspositionIsFoundThatTheSchemeCanTellApart) {
  Random random;
  for (int i = 0; i < 3'000; ++i) {
    const std::string code = random.organisation_code();
    for (std::size_t at = 0; at + 1 < 8; ++at) {
      std::string wrong = code;
      std::swap(wrong[at], wrong[at + 1]);
      const bool alike = value_of(code[at], at) % 11 == value_of(code[at + 1], at + 1) % 11;
      ASSERT_EQ(parse_code(wrong).has_value(), alike) << code << " " << wrong;
    }
    std::string wrong = code;
    std::swap(wrong[7], wrong[8]);
    if (code[7] <= '9' && code[8] <= '9' && code[7] != code[8]) {
      ASSERT_FALSE(parse_code(wrong)) << code << " " << wrong;
    }
  }
}

TEST(Code, WhatIsWrongIsSaidAndNoCodeIsProposed) {
  EXPECT_TRUE(why_no_code("91350100M000100Y43").empty());
  EXPECT_NE(why_no_code("91350100M000100Y44").find("校验位"), std::string::npos);
  EXPECT_NE(why_no_code("91350100I000100Y43").find("不用 I、O、S、V、Z"), std::string::npos);
  EXPECT_NE(why_no_code("9135A100M000100Y43").find("行政区划"), std::string::npos);
  EXPECT_NE(why_no_code("123").find("3 位"), std::string::npos);
  EXPECT_NE(why_no_code("D2143569-1").find("校验位"), std::string::npos);
  EXPECT_NE(why_no_code("").find("0 位"), std::string::npos);
  EXPECT_FALSE(parse_code("张三的店"));
}

}  // namespace
}  // namespace lab::enterprises
