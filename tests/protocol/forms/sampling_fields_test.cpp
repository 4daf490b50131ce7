#include "protocol/forms/sampling_fields.hpp"

#include <gmock/gmock.h>

#include "protocol/forms/decline_causes.hpp"

namespace lab::forms {
namespace {

using model::FormField;
using ::testing::HasSubstr;

constexpr std::string_view small =
    "code,section,name_zh,name_en,kind,choices,programmes,required,keeper\n"
    "lot,sample,批号,Lot,text,,SPC|LTS,SPC,node\n"
    "made_on,sample,生产日期,Made on,date,,*,SPC,node\n"
    "sterile,drawing,是否无菌,Sterile,choice,是|否,SPC,,node\n"
    "price,sample,单价,Price,number,,*,,node\n"
    "unit,unit,被抽样单位,Sampled unit,text,,*,*,province\n";

const model::ProgrammeCode food{"SPC"};
const model::ProgrammeCode routine{"NCP"};

const SamplingFields& fields() {
  static const SamplingFields all = SamplingFields::load(small).value();
  return all;
}

std::string fault(const model::ProgrammeCode& programme, const std::vector<FormField>& given,
                  Keeper keeper = Keeper::node) {
  const auto problem = fields().check(programme, keeper, given);
  return problem ? problem->code + " " + problem->field + " " + problem->detail : "";
}

TEST(SamplingFields, AskEachProgrammeForItsOwn) {
  const auto codes = [](const model::ProgrammeCode& programme, Keeper keeper) {
    std::vector<std::string> all;
    for (const SamplingField* field : fields().of(programme, keeper)) all.push_back(field->code);
    return all;
  };
  EXPECT_THAT(codes(food, Keeper::node), ::testing::ElementsAre("lot", "made_on", "sterile", "price"));
  EXPECT_THAT(codes(routine, Keeper::node), ::testing::ElementsAre("made_on", "price"));
  EXPECT_THAT(codes(routine, Keeper::province), ::testing::ElementsAre("unit"));
}

TEST(SamplingFields, NameTheFieldThatIsMissing) {
  EXPECT_EQ(fault(food, {{"lot", "A1"}, {"made_on", "2013-06-03"}}), "");
  EXPECT_EQ(fault(food, {{"lot", "A1"}}), "missing_field made_on 请填写“生产日期”");
  EXPECT_EQ(fault(food, {{"lot", ""}, {"made_on", "2013-06-03"}}), "missing_field lot 请填写“批号”");
  EXPECT_EQ(fault(routine, {}), "") << "routine monitoring demands neither";
}

TEST(SamplingFields, RefuseWhatDoesNotFit) {
  EXPECT_THAT(fault(routine, {{"made_on", "3.6.2013"}}), HasSubstr("bad_field made_on “生产日期”应为日期"));
  EXPECT_THAT(fault(routine, {{"price", "5 yuan"}}), HasSubstr("bad_field price “单价”应为数字"));
  EXPECT_THAT(fault(food, {{"lot", "1"}, {"made_on", "2013-06-03"}, {"sterile", "maybe"}}),
              HasSubstr("其中之一：是、否"));
  EXPECT_THAT(fault(routine, {{"price", "5"}, {"price", "6"}}), HasSubstr("填写了两次"));
  EXPECT_THAT(fault(food, {{"lot", std::string(201, 'x')}}), HasSubstr("bad_field lot “批号”过长"));
  EXPECT_THAT(fault(routine, {{"lot", "A1"}}), HasSubstr("unknown_field lot 项目 NCP 的抽样单没有“批号”"));
  EXPECT_THAT(fault(routine, {{"nonsense", "A1"}}), HasSubstr("unknown_field nonsense"));
}

TEST(SamplingFields, KeepTheEnterpriseFromTheBench) {
  EXPECT_THAT(fault(routine, {{"unit", "某某农场"}}), HasSubstr("enterprise_field unit “被抽样单位”"));
  EXPECT_EQ(fault(routine, {{"unit", "某某农场"}}, Keeper::province), "");
  EXPECT_THAT(fault(routine, {}, Keeper::province), HasSubstr("missing_field unit"));
  EXPECT_THAT(fault(routine, {{"unit", "某某农场"}, {"price", "5"}}, Keeper::province),
              HasSubstr("unknown_field price"));
}

TEST(SamplingFields, AreKeptInTheOrderOfTheFormWithoutEmptyOnes) {
  const std::vector<FormField> given{{"price", "5"}, {"lot", ""}, {"made_on", "2013-06-03"}};
  EXPECT_EQ(fields().in_order(given), (std::vector<FormField>{{"made_on", "2013-06-03"}, {"price", "5"}}));
}

TEST(SamplingFields, SayWhichRowOfTheTableIsWrong) {
  const std::string header = "code,section,name_zh,name_en,kind,choices,programmes,required,keeper\n";
  const auto load = [&](const std::string& row) {
    const auto loaded = SamplingFields::load(header + "a,s,甲,A,text,,*,,node\n" + row + "\n");
    return loaded ? std::string{} : to_text(loaded.error());
  };
  EXPECT_EQ(load("b,s,乙,B,text,,*,,node"), "");
  for (const char* row :
       {"a,s,乙,B,text,,*,,node", "b,s,,B,text,,*,,node", "b,s,乙,B,colour,,*,,node", "b,s,乙,B,choice,,*,,node",
        "b,s,乙,B,text,x|y,*,,node", "b,s,乙,B,text,,*,,nobody", "b,s,乙,B,text,,,,node"}) {
    EXPECT_THAT(load(row), HasSubstr("row 2")) << row;
  }
}

// Every field that names the enterprise, by its section, is the coordinator's.
TEST(SamplingFields, OfTheProgramAreBlind) {
  const SamplingFields all = SamplingFields::load("").value();
  for (const char* programme : {"NCP", "NCJ", "SPC", "LTS", "NZS"}) {
    const model::ProgrammeCode code{programme};
    EXPECT_GE(all.of(code, Keeper::node).size(), 12U) << programme;
    for (const SamplingField* field : all.of(code, Keeper::node)) {
      EXPECT_NE(field->section, "unit") << field->code;
      EXPECT_NE(field->section, "producer") << field->code;
    }
    EXPECT_FALSE(all.check(code, Keeper::province, {}) == std::nullopt) << programme << " demands the unit's name";
  }
  EXPECT_EQ(all.check(model::ProgrammeCode{"NCP"}, Keeper::node, {}), std::nullopt);
  EXPECT_NE(all.check(model::ProgrammeCode{"NCJ"}, Keeper::node, {}), std::nullopt);
}

TEST(DeclineCauses, AreListedByKind) {
  EXPECT_EQ(decline_cause(model::DeclineKind::refused, "no_entry")->chinese, "拒绝进入现场");
  EXPECT_EQ(decline_cause(model::DeclineKind::unable, "no_entry"), nullptr);
  EXPECT_NE(decline_cause(model::DeclineKind::unable, "other"), nullptr);
}

}  // namespace
}  // namespace lab::forms
