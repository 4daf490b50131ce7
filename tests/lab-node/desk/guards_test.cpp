// Every action, by everybody, on a sample in every state: allowed and refused as the table says.

#include <gmock/gmock.h>

#include <functional>
#include <map>

#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using model::SampleState;
using nlohmann::json;
using node::observation;

// A sample on its way, measured by chen, reviewed by li, approved by sun.
enum class Stage { assigned, sampled, received, measuring, judged, returned, reviewed, approved, declined, revoked };
constexpr Stage stages[] = {Stage::assigned, Stage::sampled,  Stage::received, Stage::measuring, Stage::judged,
                            Stage::returned, Stage::reviewed, Stage::approved, Stage::declined,  Stage::revoked};

std::string bring_to(node::World& world, Stage stage) {
  if (stage == Stage::assigned || stage == Stage::declined || stage == Stage::revoked) {
    const std::string number = world.grant(1);
    if (stage == Stage::declined) {
      world.decide([&](auto& draft) {
        return world.node.on_declined(
            draft, {.number = number, .what = {.reason = "closed", .cause = "closed_down", .second_sampler = "wang"}},
            model::PersonId{"zhao"}, world.now);
      });
    }
    const model::Grant grant = world.make_grant(1, "VEG", 1);
    if (stage == Stage::revoked) world.order(model::Revocation{grant.task, grant.token, "to another laboratory"});
    return number;
  }
  if (stage == Stage::sampled) {
    const std::string number = world.grant(1);
    EXPECT_TRUE(world.fill_in(number));
    return number;
  }
  const bool is_judged = stage >= Stage::judged;
  const std::string number = is_judged ? world.judged(1) : world.received(1);
  if (stage == Stage::measuring) world.capture({observation(number, "铅", "0.1")});
  if (stage == Stage::returned) {
    EXPECT_TRUE(world.review(number, "li", false, "again"));
  }
  if (stage == Stage::reviewed || stage == Stage::approved) {
    EXPECT_TRUE(world.review(number, "li"));
  }
  if (stage == Stage::approved) {
    EXPECT_TRUE(world.approve(number, "sun"));
  }
  return number;
}

// What a person asks for.
struct Question {
  std::string path;
  json body;
};

Question question_of(Action action, const std::string& number, const model::Sample& sample, std::uint64_t entry) {
  const json signable = {{{"number", number}, {"record", to_hex(sample.record.view())}}};
  const std::string in_quarantine = fmt::format("/api/v1/quarantine/{}/", entry);
  switch (action) {
    case Action::fill_form:
      return {"/api/v1/sampling-forms",
              {{"forms",
                {{{"number", number},
                  {"sampled_on", "2013-06-20"},
                  {"sample_name", "菠菜"},
                  {"quantity", "2.5 kg"},
                  {"reserve", "1 kg"},
                  {"storage", "冷藏"},
                  {"second_sampler", "wang"}}}}}};
    case Action::decline:
      return {"/api/v1/declines",
              {{"number", number},
               {"kind", "unable"},
               {"cause", "closed_down"},
               {"reason", "closed"},
               {"second_sampler", "wang"}}};
    case Action::renumber:
      return {"/api/v1/renumberings", {{"number", number}, {"reason", "label lost"}}};
    case Action::receive:
      // A further copy where the one that is tested is here already.
      return {"/api/v1/receptions/typed",
              {{"number", number},
               {"condition", "完好"},
               {"reason", "label wet"},
               {"seal", "intact"},
               {"copy", sample.received.number.empty() ? "1" : "2"}}};
    case Action::measure:
      return {"/api/v1/results", {{"results", {{{"number", number}, {"analyte", "毒死蜱"}, {"value", "0.05"}}}}}};
    case Action::retract:
      return {"/api/v1/retractions", {{"number", number}, {"reason", "wrong vial"}}};
    case Action::judge_again:
      return {"/api/v1/rejudgements", {{"number", number}, {"reason", "checked"}}};
    case Action::decide_quarantine:
      return {in_quarantine + "resolve", {{"number", number}, {"analyte", "毒死蜱"}, {"reason", "typing error"}}};
    case Action::review:
      return {"/api/v1/reviews", {{"samples", signable}, {"agreed", true}}};
    case Action::return_record:
      return {"/api/v1/reviews", {{"samples", signable}, {"agreed", false}, {"note", "again"}}};
    case Action::approve:
      return {"/api/v1/approvals", {{"samples", signable}}};
    case Action::amend:
      return {"/api/v1/amendments",
              {{"number", number}, {"record", to_hex(sample.record.view())}, {"reason", "typing error"}}};
    case Action::dispose:
      return {"/api/v1/disposals", {{"number", number}, {"copy", 1}, {"way", "used_up"}, {"reason", "all injected"}}};
    default:
      ADD_FAILURE() << "no question for " << name_of(action);
      return {};
  }
}

constexpr Action on_samples[] = {Action::fill_form,     Action::decline,           Action::renumber,
                                 Action::receive,       Action::measure,           Action::retract,
                                 Action::judge_again,   Action::decide_quarantine, Action::review,
                                 Action::return_record, Action::approve,           Action::amend,
                                 Action::dispose};

// Where the table allows it and a finer rule of the trade does not, or asks for more.
const std::map<std::pair<Action, Stage>, std::string> finer_rules{
    {{Action::renumber, Stage::assigned}, "no_serials"},  // the coordinator has leased none
    {{Action::renumber, Stage::sampled}, "no_serials"},
    {{Action::measure, Stage::judged}, "already_judged"},  // only further portions of a provisional one
    {{Action::decide_quarantine, Stage::judged}, "already_judged"},
    {{Action::judge_again, Stage::measuring}, "wrong_state"},  // nothing was judged before
    {{Action::dispose, Stage::received}, "not_tested"},        // nothing was measured that it could be used up by
};

class Guards : public testing::TestWithParam<std::tuple<Action, Stage>> {};

TEST_P(Guards, AreKeptForEverybody) {
  const auto [action, stage] = GetParam();
  const auto finer = finer_rules.find({action, stage});
  for (const std::string_view role : roles) {
    SCOPED_TRACE(fmt::format("{} by {}", name_of(action), role));
    Desk desk;
    const std::string number = bring_to(desk.world, stage);
    desk.world.capture({observation("nobody's", "毒死蜱", "0.05")});
    const model::Sample before = desk.world.sample(number);
    const auto events = desk.world.events().size();
    const Question question = question_of(action, number, before, 1);
    const Answer answer = desk.ask(std::string{role}, "POST", question.path, question.body);
    const bool changed = !(desk.world.sample(number) == before);
    const Guard& guard = guard_of(action);
    if (!guard.has(role)) {
      EXPECT_EQ(answer.status, 403) << answer.body;
      EXPECT_EQ(answer.code(), "not_allowed");
    } else if (guard.has(before.state) && finer == finer_rules.end()) {
      EXPECT_EQ(answer.status, 200) << answer.body;
      EXPECT_EQ(answer.code(), "") << answer.body;
      EXPECT_TRUE(changed);
      EXPECT_GT(desk.world.events().size(), events) << "whatever changes is an event";
      continue;
    } else {
      EXPECT_NE(answer.code(), "") << answer.body;
      EXPECT_NE(answer.status, 403);
      if (guard.has(before.state)) {
        EXPECT_EQ(answer.code(), finer->second) << answer.body;
      }
    }
    EXPECT_FALSE(changed);
    EXPECT_EQ(desk.world.events().size(), events);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Guards, testing::Combine(testing::ValuesIn(on_samples), testing::ValuesIn(stages)));

// What is not about a sample: by everybody.
TEST(Guards, OfThingsThatAreNoSamplesAreKeptForEverybody) {
  const std::vector<std::tuple<Action, std::string, std::string, json>> questions{
      {Action::decide_run, "POST", "/api/v1/runs/00/decision", {{"record", ""}, {"release", true}, {"reason", "x"}}},
      {Action::confirm_instrument,
       "POST",
       "/api/v1/instruments/decision",
       {{"instrument", "GC"}, {"device", "1"}, {"confirm", true}, {"reason", "x"}}},
      {Action::replay, "POST", "/api/v1/captures/9/replay", json::object()},
      {Action::inspect_lot,
       "POST",
       "/api/v1/lot-inspections",
       {{"number", "x"}, {"inspected", 1}, {"nonconforming", 0}}},
      {Action::decide_quarantine, "POST", "/api/v1/quarantine/9/reject", {{"reason", "x"}}},
      {Action::receive, "POST", "/api/v1/tray/9/dismiss", {{"reason", "x"}}},
      {Action::measure, "POST", "/api/v1/weighings", {{"number", "x"}, {"instrument", "B"}}},
      {Action::keep_picture, "POST", "/api/v1/photos", json::object()},
      {Action::look, "GET", "/api/v1/sampling-fields?programme=NCP", nullptr},
      {Action::look, "GET", "/api/v1/samples", nullptr},
      {Action::look, "POST", "/api/v1/verdicts", {{"cells", json::array()}}},
      {Action::look, "GET", "/api/v1/waiting", nullptr},
      {Action::see_people, "GET", "/api/v1/people", nullptr},
      {Action::see_people, "GET", "/api/v1/security-log", nullptr},
      {Action::see_people, "GET", "/api/v1/people/changes", nullptr},
      {Action::manage_people, "POST", "/api/v1/people", json::object()},
      {Action::manage_people, "PATCH", "/api/v1/people/none", json::object()},
      {Action::manage_people, "POST", "/api/v1/people/none/token", nullptr},
      {Action::manage_people, "DELETE", "/api/v1/people/none/token", nullptr}};
  Desk desk;
  for (const auto& [action, method, path, body] : questions) {
    for (const std::string_view role : roles) {
      const Answer answer = desk.ask(std::string{role}, method, path, body, {{"content-type", "application/json"}});
      EXPECT_EQ(answer.status == 403, !may(role, action)) << path << " by " << role << ": " << answer.body;
    }
    EXPECT_EQ(desk.ask("", method, path, body).status, 401) << path << " by nobody";
  }
}

// The table is the authority even over a decision that forgets to ask: what it does not allow is not stored.
TEST(Guards, StopWhatADecisionWouldChange) {
  node::World world;
  const std::string number = world.judged(1);
  const auto view = world.store->read();
  journal::Draft draft{*view};
  model::Sample sample = world.sample(number);
  sample.state = SampleState::approved;
  node::tables::put_sample(draft, sample, SampleState::judged);
  const auto effects = draft.take();
  for (const Guard& guard : guards()) {
    EXPECT_EQ(forbidden(*view, guard.action, effects).has_value(), !guard.has(SampleState::judged))
        << name_of(guard.action);
  }
  EXPECT_TRUE(forbidden(*view, Action::approve, effects).has_value());
  EXPECT_FALSE(forbidden(*view, Action::approve, {}).has_value());
}

TEST(Guards, ARevokedGrantIsNoLongerThisLaboratorys) {
  for (const Guard& guard : guards()) EXPECT_FALSE(guard.has(SampleState::revoked)) << name_of(guard.action);
  for (const Guard& guard : guards()) EXPECT_EQ(guard.own_laboratory, guard.action != Action::look);
}

TEST(Guards, AreShownAsTheyAre) {
  Desk desk;
  const json shown = desk.get("/api/v1/guards").body.at("guards");
  ASSERT_EQ(shown.size(), actions_count);
  const json wanted{{"action", "approve"}, {"roles", {"approver"}}, {"states", {"reviewed"}}, {"own_laboratory", true}};
  EXPECT_THAT(shown, testing::Contains(wanted));
}

}  // namespace
}  // namespace lab::desk
