#include <gtest/gtest.h>

#include "lab-node/tables/forms.hpp"
#include "protocol/session/stream.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

std::string refusal(const Decided<model::Sample>& decided) { return decided ? "accepted" : decided.error().code; }

std::string refusal_of_label(World& world, const reception::Label& label) {
  return refusal(
      world.decide([&](auto& draft) { return world.node.on_label(draft, label, model::PersonId{"q"}, world.now); }));
}

TEST(SamplingForm, TakesTheSampleFromAssignedToSampledWithAnEvent) {
  World world;
  const std::string number = world.grant(1);
  ASSERT_TRUE(world.fill_in(number).has_value());
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::sampled);
  EXPECT_EQ(sample.sampler, model::PersonId{"zhao"});
  ASSERT_EQ(world.events().size(), 1u);
  EXPECT_EQ(std::get<model::Sampled>(world.events().front().what), sample.sampled);
  EXPECT_EQ(sample.history, (std::vector<model::EventPlace>{{.incarnation = 1, .sequence = 1}}));
}

TEST(SamplingForm, CanNameTheTaskInsteadOfTheNumber) {
  World world;
  world.grant(1);
  EXPECT_TRUE(world.fill_in("T-1.1-1").has_value());
}

TEST(SamplingForm, IsRefusedByCodeForEachMissingGuard) {
  World world;
  const std::string number = world.grant(1);
  const auto with = [&](auto change) {
    reception::SamplingForm form{.number = number,
                                 .sampled_on = "2013-06-20",
                                 .sample_name = "菠菜",
                                 .quantity = "1 kg",
                                 .second_sampler = "wang"};
    change(form);
    return refusal(world.decide(
        [&](auto& draft) { return world.node.on_sampling_form(draft, form, model::PersonId{"zhao"}, world.now); }));
  };
  EXPECT_EQ(with([](auto& form) { form.number = "SC13NCP99999X"; }), "unknown_sample");
  EXPECT_EQ(with([](auto& form) { form.sampled_on = "20130620"; }), "bad_date");
  EXPECT_EQ(with([](auto& form) { form.sampled_on = "2013-07-02"; }), "bad_date");
  EXPECT_EQ(with([](auto& form) { form.quantity = ""; }), "missing_field");
  EXPECT_EQ(with([](auto& form) { form.sample_name = ""; }), "missing_field");
  EXPECT_EQ(with([](auto& form) { form.quantity = "2,5"; }), "decimal_comma");
  EXPECT_EQ(with([](auto& form) { form.reserve = "1，5 kg"; }), "decimal_comma");
  EXPECT_EQ(with([](auto& form) { form.second_sampler = "zhao"; }), "same_sampler");
  EXPECT_EQ(with([](auto& form) { form.second_sampler = ""; }), "same_sampler");
  EXPECT_EQ(with([](auto& form) { form.second_sampler = "　"; }), "same_sampler");
  EXPECT_EQ(with([](auto& form) { form.storage = "a\x01"; }), "bad_text");
  EXPECT_EQ(with([](auto& form) { form.storage = std::string(201, 'a'); }), "bad_text");
  EXPECT_TRUE(world.events().empty());
  EXPECT_EQ(with([](auto&) {}), "accepted");
  EXPECT_EQ(with([](auto&) {}), "wrong_state");
}

TEST(SamplingForm, TakesTwoPeopleAndKnowsTheFirstByTheShownNameToo) {
  World world;
  const std::string number = world.grant(1);
  const auto drawn_with = [&](const std::string& second) {
    const reception::SamplingForm form{.number = number,
                                       .sampled_on = "2013-06-20",
                                       .sample_name = "菠菜",
                                       .quantity = "1 kg",
                                       .second_sampler = second,
                                       .sampler_name = "周抽样"};
    return refusal(world.decide(
        [&](auto& draft) { return world.node.on_sampling_form(draft, form, model::PersonId{"sampler"}, world.now); }));
  };
  for (const char* oneself : {"sampler", "Sampler ", "ｓａｍｐｌｅｒ", "周抽样", "周　抽样", "周抽样（sampler）"}) {
    EXPECT_EQ(drawn_with(oneself), "same_sampler") << oneself;
  }
  EXPECT_EQ(drawn_with("周抽样二"), "accepted");
}

TEST(SamplingForm, TheDateIsTheOneOnTheWallInChina) {
  World world;
  world.now = *parse_utc("2013-06-30T17:00:00Z");  // already the first of July there
  EXPECT_TRUE(world.fill_in(world.grant(1), "2013-07-01").has_value());
}

TEST(Reception, BindsTheLabelToItsTask) {
  World world;
  const std::string number = world.grant(1);
  ASSERT_TRUE(world.fill_in(number).has_value());
  const reception::Label label{
      .number = model::SampleNumber::parse(number), .photo = Hash{{7}}, .reader = "zxing 1.4", .condition = "封条完好"};
  EXPECT_EQ(refusal_of_label(world, label), "accepted");
  const auto received = std::get<model::Received>(world.events().back().what);
  EXPECT_EQ(received.photo, (Hash{{7}}));
  EXPECT_EQ(received.condition, "封条完好");
}

TEST(Reception, RefusesByCodeAndLeavesNothingBehind) {
  World world;
  const std::string assigned = world.grant(1);
  const std::string received = world.received(2);
  const std::string declined = world.grant(3);
  world.decline(declined);
  const std::string revoked = world.grant(4);
  world.order(model::Revocation{.task = world.sample(revoked).grant.task, .token = {1, 1}, .reason = "x"});
  const auto events = world.events().size();
  const auto number = [](const std::string& text) { return model::SampleNumber::parse(text); };
  const auto strange = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 99'999);
  EXPECT_EQ(refusal_of_label(world, {.unreadable = "照片太暗"}), "label_unreadable");
  EXPECT_EQ(refusal_of_label(world, {.has_foreign_code = true}), "foreign_code");
  EXPECT_EQ(refusal_of_label(world, {.has_foreign_code = true, .has_several_samples = true}), "several_samples");
  EXPECT_EQ(refusal_of_label(world, {.number = strange}), "unknown_sample");
  EXPECT_EQ(refusal_of_label(world, {.number = strange, .laboratory = "12"}), "other_laboratory");
  EXPECT_EQ(refusal_of_label(world, {.number = number(assigned)}), "not_sampled");
  EXPECT_EQ(refusal_of_label(world, {.number = number(received)}), "already_received");
  EXPECT_EQ(refusal_of_label(world, {.number = number(declined)}), "declined");
  EXPECT_EQ(refusal_of_label(world, {.number = number(revoked)}), "revoked");
  EXPECT_EQ(world.events().size(), events);
}

// ---- copies

reception::Label label_of(const std::string& number, std::uint8_t copy = 1) {
  return {.number = model::SampleNumber::parse(number), .reader = "reader 1", .copy = copy};
}

TEST(Reception, SaysWhoTookACopyInWhenAndByWhichPhoto) {
  World world;
  const std::string number = world.grant(1);
  ASSERT_TRUE(world.fill_in(number).has_value());
  world.now = *parse_utc("2013-07-01T01:02:03Z");
  reception::Label label = label_of(number);
  label.photo = Hash{{0xAB, 0xCD, 0xEF}};
  ASSERT_EQ(refusal_of_label(world, label), "accepted");
  const auto again =
      world.decide([&](auto& draft) { return world.node.on_label(draft, label, model::PersonId{"sun"}, world.now); });
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, "already_received");
  EXPECT_EQ(again.error().detail,
            "样品 " + number + " 的检样已由 q 于 2013-07-01 09:02 收样（照片 abcdef000000），请勿重复扫描");
}

TEST(Reception, AReserveIsTakenInBesideTheTestSampleAndOnlyOnce) {
  World world;
  const std::string number = world.received(1);
  EXPECT_EQ(refusal_of_label(world, label_of(number, 2)), "accepted");
  EXPECT_EQ(refusal_of_label(world, label_of(number, 2)), "already_received");
  EXPECT_EQ(refusal_of_label(world, label_of(number, 3)), "accepted");
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::received);
  EXPECT_EQ(sample.received.copy, 1);
  ASSERT_EQ(sample.further.size(), 2u);
  EXPECT_EQ(sample.further[0].what.copy, 2);
  EXPECT_EQ(sample.further[0].receiver, model::PersonId{"q"});
  EXPECT_EQ(std::get<model::Received>(world.events().back().what).copy, 3);
}

TEST(Reception, AReserveThatComesFirstDoesNotStandForTheTestSample) {
  World world;
  const std::string number = world.grant(1);
  ASSERT_TRUE(world.fill_in(number).has_value());
  EXPECT_EQ(refusal_of_label(world, label_of(number, 2)), "accepted");
  EXPECT_EQ(world.sample(number).state, SampleState::sampled);
  EXPECT_EQ(refusal_of_label(world, label_of(number, 1)), "accepted");
  EXPECT_EQ(world.sample(number).state, SampleState::received);
}

TEST(Reception, OfARetestTheReserveIsTheOneThatIsTested) {
  World world;
  model::Grant grant = world.make_grant(1, "VEG", 1);
  grant.retest = model::Retest{.sampled_on = *parse_date("2013-06-20"), .analytes = {"铅"}};
  world.order(grant);
  reception::Label label = label_of(grant.number.text(), 2);
  label.laboratory = "77";  // printed for the first laboratory
  EXPECT_EQ(refusal_of_label(world, label), "accepted");
  EXPECT_EQ(world.sample(grant.number.text()).state, SampleState::received);
  EXPECT_EQ(refusal_of_label(world, label), "already_received");
}

// ---- doubts

struct Doubtful {
  World world;
  std::string number = world.grant(1);
  reception::Label label = label_of(number);

  Doubtful() { EXPECT_TRUE(world.fill_in(number).has_value()); }
  std::string answer() { return refusal_of_label(world, label); }
};

TEST(Doubts, ADifferenceBetweenCodeAndPrintBlocksUntilAPersonDecides) {
  Doubtful at;
  at.label.printed_is = model::PrintedNumber::differs;
  at.label.printed = "SC13NCP00002";
  EXPECT_EQ(at.answer(), "number_differs");
  at.label.accepted = {.doubts = {"number_differs"}, .reason = ""};
  EXPECT_EQ(at.answer(), "missing_field");
  EXPECT_EQ(at.world.sample(at.number).state, SampleState::sampled);
  at.label.accepted.reason = "标签打印错位，已核对封条";
  EXPECT_EQ(at.answer(), "accepted");
  const model::Event event = at.world.events().back();
  EXPECT_EQ(event.person, model::PersonId{"q"});
  const auto received = std::get<model::Received>(event.what);
  EXPECT_EQ(received.accepted, "number_differs");
  EXPECT_EQ(received.reason, "标签打印错位，已核对封条");
  EXPECT_EQ(received.printed, "SC13NCP00002");
}

TEST(Doubts, PrintThatAgreesOrThatNobodyCouldReadIsNoObstacle) {
  for (const auto printed :
       {model::PrintedNumber::agrees, model::PrintedNumber::unreadable, model::PrintedNumber::not_read}) {
    Doubtful at;
    at.label.printed_is = printed;
    EXPECT_EQ(at.answer(), "accepted");
    EXPECT_EQ(std::get<model::Received>(at.world.events().back().what).printed_is, printed);
  }
}

TEST(Doubts, AcceptingOneDoesNotAcceptAnother) {
  Doubtful at;
  at.label.printed_is = model::PrintedNumber::differs;
  at.label.seal = model::Seal::broken;
  at.label.accepted = {.doubts = {"number_differs"}, .reason = "已核对"};
  EXPECT_EQ(at.answer(), "seal_broken");
  at.label.accepted.doubts = {"seal_broken", "number_differs", "photo_reused"};
  EXPECT_EQ(at.answer(), "accepted");
  EXPECT_EQ(std::get<model::Received>(at.world.events().back().what).accepted, "number_differs,seal_broken");
}

TEST(Doubts, ALabelPrintedForAnotherLaboratoryIsAsked) {
  Doubtful at;
  at.label.laboratory = "77";
  EXPECT_EQ(at.answer(), "laboratory_differs");
  at.label.laboratory = std::to_string(session::identity(*at.world.store->read())->laboratory.value());
  EXPECT_EQ(at.answer(), "accepted");
}

TEST(Doubts, TheBoxThatIsTickedHasToFitHowFarTheSampleHasCome) {
  using model::StatusBox;
  for (const auto& [box, copy, wanted] :
       {std::tuple{StatusBox::waiting, 1, "accepted"}, std::tuple{StatusBox::testing, 1, "status_differs"},
        std::tuple{StatusBox::tested, 1, "status_differs"}, std::tuple{StatusBox::retained, 1, "status_differs"},
        std::tuple{StatusBox::retained, 2, "accepted"}, std::tuple{StatusBox::tested, 2, "status_differs"}}) {
    Doubtful at;
    at.label.status = box;
    at.label.copy = static_cast<std::uint8_t>(copy);
    EXPECT_EQ(at.answer(), wanted) << name_of(box) << copy;
  }
}

TEST(Doubts, TheSamePictureVouchesForOneSampleOnly) {
  World world;
  const std::string first = world.grant(1);
  const std::string second = world.grant(2);
  ASSERT_TRUE(world.fill_in(first) && world.fill_in(second));
  reception::Label label = label_of(first);
  label.seal = model::Seal::intact;
  label.seal_photo = Hash{{9}};
  label.photo = Hash{{8}};
  ASSERT_EQ(refusal_of_label(world, label), "accepted");
  label.copy = 2;  // one picture of both seals
  EXPECT_EQ(refusal_of_label(world, label), "accepted");
  reception::Label other = label_of(second);
  other.photo = Hash{{9}};
  EXPECT_EQ(refusal_of_label(world, other), "photo_reused");
  other.photo = Hash{{7}};
  other.seal = model::Seal::intact;
  other.seal_photo = Hash{{9}};
  EXPECT_EQ(refusal_of_label(world, other), "photo_reused");
  other.seal_photo = Hash{{6}};
  EXPECT_EQ(refusal_of_label(world, other), "accepted");
}

TEST(Doubts, APhotographedSealNeedsSomebodyWhoSaysHowItWas) {
  Doubtful at;
  at.label.seal_photo = Hash{{9}};
  EXPECT_EQ(at.answer(), "missing_field");
  at.label.seal = model::Seal::intact;
  EXPECT_EQ(at.answer(), "accepted");
  EXPECT_EQ(std::get<model::Received>(at.world.events().back().what).seal_photo, (Hash{{9}}));
}

TEST(Reception, ARefusalIsASentenceForTheBench) {
  World world;
  const auto refused = world.receive(world.grant(1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().detail, "样品 SC13NCP00001" + world.sample(world.grant(1)).grant.number.text().substr(12) +
                                        " 尚未填写抽样单，请先补填再收样");
}

TEST(SamplingFormFields, AreAskedForByProgrammeAndKeptBesideTheSample) {
  World world;
  model::Grant grant = world.make_grant(1, "VEG", 1);
  grant.programme = model::ProgrammeCode{"LTS"};
  world.order(grant);
  const std::string number = grant.number.text();
  reception::SamplingForm form{.number = number,
                               .sampled_on = "2013-06-20",
                               .sample_name = "菠菜",
                               .quantity = "2.5 kg",
                               .reserve = "1 kg",
                               .storage = "冷藏",
                               .second_sampler = "wang"};
  const auto fill_in = [&] {
    return world.decide(
        [&](auto& draft) { return world.node.on_sampling_form(draft, form, model::PersonId{"zhao"}, world.now); });
  };
  const auto missing = fill_in();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().detail, "请填写“包装分类”");
  EXPECT_EQ(missing.error().params.at("field"), "Packing") << "for pages in another language";
  form.fields = {{"sampling_body", "抽样一队"}, {"packing", "散装"},       {"specification", "1 kg"},
                 {"lot_number", "B7"},          {"made_on", "2013-06-19"}, {"lot_size", "200 kg"}};
  form.fields.push_back({"unit_name", "某超市"});
  EXPECT_EQ(refusal(fill_in()), "enterprise_field");
  form.fields.back() = {"remarks", ""};
  ASSERT_EQ(refusal(fill_in()), "accepted");
  const auto kept = tables::form_fields(*world.store->read(), grant.task);
  ASSERT_EQ(kept.size(), 6U);
  EXPECT_EQ(kept.front(), (model::FormField{"packing", "散装"}));
  const auto sampled = std::get<model::Sampled>(world.events().back().what);
  EXPECT_EQ(sampled.fields, kept) << "what the coordinator hears";
  EXPECT_TRUE(world.sample(number).sampled.fields.empty()) << "the record that is written at every step stays small";
}

}  // namespace
}  // namespace lab::node
