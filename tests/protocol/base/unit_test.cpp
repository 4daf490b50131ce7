#include "protocol/base/unit.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

Decimal converted(const char* value, const char* from, const char* to) {
  const auto a = parse_unit(from);
  const auto b = parse_unit(to);
  EXPECT_TRUE(a && b) << from << " " << to;
  const auto result = convert(*Decimal::parse(value), *a, *b);
  EXPECT_TRUE(result);
  return result.value_or(Decimal{});
}

TEST(Unit, ConversionMovesThePointOnly) {
  EXPECT_EQ(converted("50", "ug/kg", "mg/kg").to_text(), "0.050");
  EXPECT_EQ(converted("0.0500", "mg/kg", "μg/kg").to_text(), "50.0");
  EXPECT_EQ(converted("1", "g/100g", "mg/kg").to_text(), "10000");
  EXPECT_EQ(converted("1", "%", "mg/kg").to_text(), "10000");
  EXPECT_EQ(converted("3", "ng/mL", "mg/L").to_text(), "0.003");
}

TEST(Unit, BothMicroSignsAndTheLetterUAreOneUnit) {
  for (const char* unit : {"μg/kg", "µg/kg", "ug/kg", "微克/千克", "ng/g", "ppb", " ug/kg "}) {
    EXPECT_EQ(parse_unit(unit), parse_unit("ug/kg")) << unit;
    ASSERT_TRUE(parse_unit(unit)) << unit;
  }
}

TEST(Unit, LitreIsWrittenLargeOrSmall) {
  for (const auto& [a, b] : {std::pair{"mg/L", "mg/l"}, {"ug/mL", "ug/ml"}, {"ng/mL", "ng/ml"}, {"μg/L", "μg/l"}}) {
    ASSERT_TRUE(parse_unit(a));
    EXPECT_EQ(parse_unit(a), parse_unit(b));
  }
}

TEST(Unit, MassPerVolumeIsNotMassPerMass) {
  EXPECT_FALSE(convert(Decimal{1, 0}, *parse_unit("mg/L"), *parse_unit("mg/kg")));
  EXPECT_FALSE(convert(Decimal{1, 0}, *parse_unit("%抑制率"), *parse_unit("%")));
}

TEST(Unit, AnUnknownUnitIsNoUnit) {
  for (const char* unit : {"", "mg", "kPa"}) EXPECT_EQ(parse_unit(unit).has_value(), std::string_view{unit} == "mg");
  EXPECT_FALSE(parse_unit("Mg/kg"));  // a megagram is not a milligram
}

}  // namespace
}  // namespace lab
