#include "tests/arch/source_text.hpp"

#include <gtest/gtest.h>

namespace lab::arch {
namespace {

TEST(SourceText, TakesLiteralsAndCommentsOutOfTheCode) {
  const std::string_view text =
      "int a = 1'000; // system( in a comment\n"
      "auto b = \"TODO \\\" { \"; /* { */ char c = '{';\n"
      "auto d = R\"x({ \" )\" )x\"; int e;\n"
      "#define BAD {\n";
  const auto [code, comments] = split_comments(text);
  EXPECT_EQ(code.size(), text.size());
  EXPECT_EQ(code.find_first_of("{}"), std::string::npos) << code;
  EXPECT_EQ(code.find("TODO"), std::string::npos);
  EXPECT_NE(code.find("1'000"), std::string::npos);
  EXPECT_NE(code.find("int e;"), std::string::npos);
  EXPECT_NE(comments.find("system( in a comment"), std::string::npos);
  EXPECT_EQ(comments.find("TODO"), std::string::npos);
}

TEST(SourceText, FindsIncludesOfBothKindsWithTheirLines) {
  const auto includes =
      includes_of("#pragma once\n#include <vector>\n  #  include \"protocol/base/time.hpp\"\n// include <x>\n");
  ASSERT_EQ(includes.size(), 2U);
  EXPECT_EQ(includes[0].header, "vector");
  EXPECT_FALSE(includes[0].quoted);
  EXPECT_EQ(includes[1].header, "protocol/base/time.hpp");
  EXPECT_TRUE(includes[1].quoted);
  EXPECT_EQ(includes[1].line, 3U);
}

std::vector<std::size_t> lengths_of(std::string_view code) {
  std::vector<std::size_t> lengths;
  for (const auto& body : functions_of(code)) lengths.push_back(body.lines);
  return lengths;
}

using Lengths = std::vector<std::size_t>;

TEST(SourceText, MeasuresFunctionsInNamespacesAndClasses) {
  EXPECT_EQ(lengths_of("namespace a {\nint f(int x) {\n  if (x) {\n  }\n  return x;\n}\n}\n"), (Lengths{5}));
  EXPECT_EQ(lengths_of("class C : B {\n void f() const { g(); }\n int x_{0};\n};\nvoid C::h() {\n}\n"),
            (Lengths{1, 2}));
}

TEST(SourceText, CountsAConstructorWithBracesInItsInitializersOnce) {
  const auto lengths = lengths_of("C::C() : a_{1}, b_(2) {\n x();\n y();\n}\n");
  EXPECT_EQ(lengths.back(), 4U);
}

TEST(SourceText, DoesNotTakeTablesForFunctions) {
  EXPECT_TRUE(lengths_of("constexpr int t[] = {\n f(1),\n f(2),\n};\nenum class E { a, b };\n").empty());
}

TEST(SourceText, CountsALambdaAsPartOfItsFunction) {
  EXPECT_EQ(lengths_of("void f() {\n auto g = [](int x) {\n  return x;\n };\n}\n"), (Lengths{5}));
}

}  // namespace
}  // namespace lab::arch
