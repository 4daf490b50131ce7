#include "protocol/model/official_number.hpp"

#include <gtest/gtest.h>

#include "protocol/model/serials.hpp"

namespace lab::model {
namespace {

std::string form_of(const std::string& text) {
  const auto number = OfficialNumber::parse(text);
  if (!number) return "none";
  EXPECT_EQ(number->text(), text);
  return name_of(number->form());
}

TEST(OfficialNumber, HasOneOfTheFormsInUse) {
  EXPECT_EQ(form_of("DC19130400463233437"), "national");
  EXPECT_EQ(form_of("XBJ13510104463200017"), "national");
  EXPECT_EQ(form_of("XBJ13510104463200017ZX"), "national");
  EXPECT_EQ(form_of("19130400463233437"), "unlettered");
  EXPECT_EQ(form_of("SC1622590001"), "provincial");
  EXPECT_EQ(form_of("GC1600343073"), "provincial");
}

TEST(OfficialNumber, AnythingElseIsNone) {
  for (const char* text : {"",
                           "X",
                           "XBJ",
                           "X13510104463200017",
                           "XBJZ13510104463200017",
                           "XBJ1351010446320001",
                           "XBJ135101044632000171",
                           "XBJ13510104463200017Z",
                           "XBJ13510104463200017ZZ",
                           "xbj13510104463200017",
                           " SC1622590001",
                           "SC162259000",
                           "SC16225900011",
                           "AB1622590001",
                           "1913040046323343",
                           "191304004632334370",
                           "19130400463233437ZX",
                           "6901234567892",
                           "ZX",
                           "XBJ1351010446320001O"}) {
    EXPECT_EQ(form_of(text), "none") << text;
  }
}

// A number of ours has a letter in its programme and a check character: the two can never be confused.
TEST(OfficialNumber, IsNeverASampleNumberOfOurs) {
  for (std::uint32_t serial = 0; serial < 5'000; serial += 7) {
    const auto ours = SampleNumber::make(13, ProgrammeCode{"NCP"}, serial);
    EXPECT_EQ(form_of(ours.text()), "none");
    EXPECT_EQ(serial_of(ours), serial);
    EXPECT_EQ(kind_of(ours), (SerialKind{.year = 13, .programme = ProgrammeCode{"NCP"}}));
  }
  EXPECT_EQ(SampleNumber::parse("SC1622590001"), std::nullopt);
}

}  // namespace
}  // namespace lab::model
