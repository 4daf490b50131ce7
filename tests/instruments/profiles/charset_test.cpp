// In which charset a text is read: by its octets, or as its profile says.

#include <set>
#include <string>

#include "instruments/drivers/text.hpp"
#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

using drivers::decode_instrument_text;
using drivers::TextCoding;

constexpr std::string_view rows =
    R"({"when": {"is": "Sample"}, "do": "header", "table": {"columns": [{"title": "Sample", "field": "sample_id"},)"
    R"( {"title": "Lead", "field": "value", "analyte": "Pb", "unit_title": "Unit"}]}})";

std::string profile_of(const std::string& charset) {
  return profile_with(rows, R"(, "text": {"charset": ")" + charset + R"("})");
}

// "ßß" and "µg/L" in one octet each; there is nothing else that could tell the set.
const std::string western = "Sample,Lead,Unit\nW-\xDF\xDF,0.5,\xB5g/L\n";

TEST(Charset, AProfileThatKnowsItsProgramSaysSo) {
  for (const char* charset : {"iso-8859-1", "windows-1252"}) {
    EXPECT_EQ(results_of(decode_with(profile_of(charset), western)), "W-ßß Pb=0.5 µg/L") << charset;
  }
  EXPECT_EQ(results_of(decode_with(profile_of("windows-1252"), "Sample,Lead,Unit\nW-\x8A\x80,0.5,\x89\n")),
            "W-Š€ Pb=0.5 ‰");
  const std::string lead = "Sample,Lead,Unit\n\xC7\xA6\xB2\xCB-1,0.5,mg/kg\n";  // 铅 is not in question, 菠菜 neither
  EXPECT_NE(results_of(decode_with(profile_of("gb18030"), lead)).find("Pb=0.5 mg/kg"), std::string::npos);
}

TEST(Charset, UnicodeIsReadAsUnicodeWhateverTheProfileSays) {
  const std::string utf8 = "Sample,Lead,Unit\n菠菜,0.5,µg/L\n";
  for (const char* charset : {"gb18030", "windows-1252"}) {
    EXPECT_EQ(results_of(decode_with(profile_of(charset), utf8)), "菠菜 Pb=0.5 µg/L") << charset;
    EXPECT_EQ(results_of(decode_with(profile_of(charset), "\xEF\xBB\xBF" + utf8)), "菠菜 Pb=0.5 µg/L") << charset;
  }
}

TEST(Charset, AProfileIsRecognisedInItsOwnCharset) {
  Library library;
  ASSERT_TRUE(library.add(profile_of("windows-1252")));
  const auto decoded = decode_and_explain(western, {}, library);
  EXPECT_EQ(results_of(decoded.decoding), "W-ßß Pb=0.5 µg/L");
  EXPECT_NE(decoded.reason, "");
  // Octets that no other set has a meaning for.
  EXPECT_EQ(results_of(decode("Sample,Lead,Unit\nW-\xFF\xE9,0.5,g/L\n", {}, library)), "W-ÿé Pb=0.5 g/L");
}

// Whoever has to choose is offered what the choice was between.
TEST(Charset, FormatsOfACharsetOfTheirOwnAreAmongThoseThatFit) {
  std::string other = profile_of("iso-8859-1");
  other.replace(other.find("test"), 4, "other");
  Library library;
  ASSERT_TRUE(library.add(profile_of("windows-1252")) && library.add(other));
  EXPECT_NE(decode(western, {}, library).refused, "") << "both fit";
  const auto fits = fitting_formats(western, library);
  ASSERT_EQ(fits.size(), 2U);
  std::set<std::string> names;
  for (const Fit& fit : fits) {
    ASSERT_NE(fit.profile, nullptr);
    EXPECT_NE(fit.reason, "");
    names.insert(fit.name);
  }
  EXPECT_EQ(names, (std::set<std::string>{"other", "test"}));
  EXPECT_TRUE(fitting_formats("", library).empty());
}

TEST(Charset, AnUnknownNameIsRefusedWithItsField) {
  Library library;
  const auto added = library.add(profile_of("latin-9"));
  ASSERT_FALSE(added);
  EXPECT_NE(to_text(added.error()).find("text.charset"), std::string::npos) << to_text(added.error());
}

TEST(Charset, LettersAndSignsAloneAreWesternAlsoWithAPairOfThemHereAndThere) {
  const auto coding = [](std::string_view octets) { return decode_instrument_text(octets)->coding; };
  EXPECT_EQ(coding("\xB5g/L, \xE9t\xE9"), TextCoding::latin1);
  EXPECT_EQ(coding("cr\xE9\xE9 l'\xE9t\xE9 \xE0 20 \xB0"), TextCoding::latin1) << "one pair, four alone";
  EXPECT_EQ(coding("cr\xE9\xE9"
                   "e \xE0"
                   "b"),
            TextCoding::gb18030)
      << "as many pairs as letters alone";
  EXPECT_EQ(coding("\xC7\xA6 \xB2\xA4\xB2\xCB \xB5g \xB5g \xB5g \xB5g \xB5g \xB5g \xB5g"), TextCoding::gb18030)
      << "words of two characters are Chinese";
  EXPECT_EQ(coding("\xE9t \x89"
                   "b"),
            TextCoding::gb18030)
      << "no letter of ISO-8859-1";
}

// Read as GB18030 the sign and the letter are one rare character: the unit is lost, and somebody must hear of it.
TEST(Charset, AUnitThatOnlyAGuessMadeChineseIsSaidToBeDoubtful) {
  const auto doubtful = decode_with(profile_with(rows), western);
  ASSERT_EQ(doubtful.observations.size(), 1U) << doubtful.refused;
  EXPECT_EQ(doubtful.observations[0].unit.find("µg"), std::string::npos);
  ASSERT_EQ(doubtful.diagnostics.size(), 1U);
  EXPECT_NE(doubtful.diagnostics[0].message.find("text.charset"), std::string::npos);
  EXPECT_EQ(doubtful.diagnostics[0].where, "第 2 行第 2 列");
  const std::string known = "Sample,Lead,Unit\n\xB2\xA4\xB2\xCB,0.5,\xCE\xA2\xBF\xCB/\xC7\xA7\xBF\xCB\n";  // 微克/千克
  const auto good = decode_with(profile_with(rows), known);
  EXPECT_EQ(results_of(good), "菠菜 Pb=0.5 微克/千克");
  EXPECT_TRUE(good.diagnostics.empty());
}

}  // namespace
}  // namespace lab::profiles
