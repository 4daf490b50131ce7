#include "instruments/paper/sampling_form.hpp"

#include <gmock/gmock.h>

#include "tests/instruments/paper/poppler.hpp"

namespace lab::paper {
namespace {

using ::testing::HasSubstr;

SamplingFormSheet form(std::size_t fields = 4) {
  SamplingFormSheet sheet{
      .number = "SC13NZS00001K",
      .title = "抽 样 单",
      .sections = {{.name = "被抽样单位", .fields = {{"名称", ""}, {"地址", ""}}}, {.name = "样品", .fields = {}}},
      .signatures = {"抽样人签字（一）", "抽样人签字（二）", "被抽样单位签字（盖章）"},
      .notes = {"一式四份。"},
      .dated = *parse_utc("2013-06-03T00:00:00Z")};
  for (std::size_t i = 0; i < fields; ++i) {
    sheet.sections[1].fields.push_back({fmt::format("项目{}", i), fmt::format("内容{}", i)});
  }
  return sheet;
}

TEST(SamplingFormPdf, HasEveryFieldAndEveryLineToSignOn) {
  const auto pdf = print_sampling_form(form());
  ASSERT_TRUE(pdf) << pdf.error().message;
  const std::string words = words_of(*pdf);
  for (const char* each : {"SC13NZS00001K", "抽样单", "被抽样单位", "地址", "项目3", "内容3", "抽样人签字（二）：",
                           "被抽样单位签字（盖章）：", "年月日", "一式四份。", "第1页共1页"}) {
    EXPECT_THAT(words, HasSubstr(each));
  }
  EXPECT_EQ(*pdf, *print_sampling_form(form())) << "the same form is the same bytes";
}

TEST(SamplingFormPdf, GoesOnOverPagesThatAllNameTheSample) {
  const auto pdf = print_sampling_form(form(200));
  ASSERT_TRUE(pdf);
  const std::string words = words_of(*pdf);
  EXPECT_THAT(words, HasSubstr("内容199"));
  std::size_t pages = 0;
  for (auto at = words.find("样品编号SC13NZS00001K"); at != std::string::npos; ++pages) {
    at = words.find("样品编号SC13NZS00001K", at + 1);
  }
  EXPECT_GT(pages, 1U);
  EXPECT_THAT(words, HasSubstr(fmt::format("第{}页共{}页", pages, pages)));
}

TEST(SamplingFormPdf, BreaksALongValueInARowOfItsOwn) {
  SamplingFormSheet sheet = form();
  std::string value;
  for (int i = 0; i < 20; ++i) value += "很长的备注";
  sheet.sections[1].fields.push_back({"备注", value});
  EXPECT_THAT(words_of(*print_sampling_form(sheet)), HasSubstr(value));
}

TEST(SamplingFormPdf, RefusesACharacterThatNoFontDraws) {
  SamplingFormSheet sheet = form();
  sheet.sections[1].fields[0].value = "𓀀";
  const auto refused = print_sampling_form(sheet);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace lab::paper
