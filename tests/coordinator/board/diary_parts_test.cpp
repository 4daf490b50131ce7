#include "coordinator/board/diary_parts.hpp"

#include <gmock/gmock.h>

#include <map>

#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using coordinator::tables::DiaryKind;
namespace tables = coordinator::tables;

std::string said(DiaryKind kind, std::string_view subject) {
  const auto parts = diary_parts(kind, subject);
  if (!parts) return "";
  std::string text{parts->form};
  for (const auto& [name, value] : parts->fields) text += fmt::format(" {}={}", name, value);
  return text;
}

TEST(DiaryParts, AreWhatTheSentenceNames) {
  EXPECT_EQ(said(DiaryKind::granted, "node 3 orders 17..42 hash ab"), "granted node=3 first=17 last=42 hash=ab");
  EXPECT_EQ(said(DiaryKind::clock_fired, "task T-1.1-1 report due 2013-06-03T16:00:00.000Z"),
            "clock_fired task=T-1.1-1 clock=report due=2013-06-03T16:00:00.000Z");
  EXPECT_EQ(said(DiaryKind::plan_imported, "plan 2.1: 18000 tasks from file ff"),
            "plan_imported plan=2.1 tasks=18000 hash=ff");
  EXPECT_EQ(said(DiaryKind::keys_replaced, "node 1 key aa instead of bb, which is accepted until 2013-06-10T00:00:00Z"),
            "keys_replaced node=1 hash=aa former=bb until=2013-06-10T00:00:00Z");
  EXPECT_EQ(
      said(DiaryKind::loss_known, "generation 1 had 9 events, this store 7 when it was put back: 2 events known lost"),
      "loss_known generation=1 had=9 left=7 lost=2");
  EXPECT_EQ(said(DiaryKind::loss_known, "everything was collected: 3 to 7 of the events known lost are missing"),
            "loss_counted least=3 most=7");
  EXPECT_EQ(
      said(DiaryKind::loss_known, "node 2 was put back as well, events of its tasks may be lost: T-1.1-3, T-1.1-4"),
      "loss_tasks node=2 reason=T-1.1-3, T-1.1-4");
  EXPECT_EQ(
      said(DiaryKind::objection_decided, "task T-1.1-1 retest_assigned by li draw seed aa candidates 2,3, drawn 3"),
      "objection_drawn task=T-1.1-1 objection_state=retest_assigned person=li hash=aa candidates=2,3, "
      "laboratory=3");
  EXPECT_EQ(said(DiaryKind::retest_ordered,
                 "task T-1.1-1 first laboratory 1 retest laboratory 3 node 7 draw seed aa candidates 2,3, drawn 3 "
                 "reason 有异议"),
            "retest_drawn task=T-1.1-1 first_laboratory=1 laboratory=3 node=7 hash=aa candidates=2,3, drawn=3 "
            "reason=有异议");
  EXPECT_EQ(
      said(DiaryKind::retest_ordered, "task T-1.1-1 first laboratory 1 retest laboratory 3 node 7 reason draw seed aa"),
      "retest_ordered task=T-1.1-1 first_laboratory=1 laboratory=3 node=7 reason=draw seed aa");
  EXPECT_EQ(said(DiaryKind::credit_decided,
                 "publication 1 enterprise 2 class D blacklisted rule T1 published by li reason aa"),
            "credit_listed publication=1 enterprise=2 class=D rule=T1 state=published person=li hash=aa");
}

TEST(DiaryParts, OfWhatAPersonWroteAreItsWordsWhateverTheyAre) {
  EXPECT_EQ(said(DiaryKind::task_cancelled, "T-1.1-2: 停产: by li, now normal"),
            "task_cancelled task=T-1.1-2 reason=停产: by li, now normal");
  EXPECT_EQ(said(DiaryKind::exception_decided, "event 1.1.3 rejected by li: task 7: no"),
            "exception_decided event=1.1.3 decision=rejected person=li reason=task 7: no");
  EXPECT_EQ(said(DiaryKind::series_moved, "series 4 step 2 corrective_action by li: 换料, now clean, now normal"),
            "series_corrected series=4 step=2 person=li reason=换料, now clean severity=normal");
}

TEST(DiaryParts, AreNothingForWordsThatNobodyKnows) {
  EXPECT_EQ(said(DiaryKind::granted, "node 3 orders 17..42"), "");
  EXPECT_EQ(said(DiaryKind::granted, "node 3 orders 17..42 hash ab and more"), "");
  EXPECT_EQ(said(DiaryKind::granted, ""), "");
  EXPECT_EQ(said(static_cast<DiaryKind>(250), "node 3"), "");
}

// Every entry that this program writes is taken apart; what the other tests write is met by their own diaries.
class DiaryOfADay : public Board {
 protected:
  std::map<std::string, int> kinds_without_parts() {
    std::map<std::string, int> unknown;
    tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& entry) {
      if (!diary_parts(entry.kind, entry.subject)) ++unknown[tables::name_of(entry.kind) + (": " + entry.subject)];
      ++met[tables::name_of(entry.kind)];
      return true;
    });
    return unknown;
  }
  std::map<std::string, int> met;
};

TEST_F(DiaryOfADay, IsUnderstoodToTheLastWord) {
  const model::Grant grant = failed_sample();
  const std::string task = to_text(grant.task);
  const std::string other =
      to_text(model::TaskId{.plan = grant.task.plan, .revision = grant.task.revision, .number = 2});
  post("/api/v1/tasks/" + other + "/cancel", R"({"reason":"停产"})", 200);
  const json unit{{"task", task}, {"name", "便民超市"}, {"licence", ""}, {"address", ""}};
  post("/api/v1/tasks/sampled-units", json{{"units", {unit}}}.dump(), 200);
  post("/api/v1/notices/" + task + "/send", R"({"way":"专人送达"})", 200);
  post("/api/v1/notices/" + task + "/receipt", R"({"how":"签收"})", 200);
  post("/api/v1/enterprises", "名称\n甲店\n乙店\n", 201);
  post("/api/v1/enterprises/1/merge", R"({"into":2,"reason":"同一家"})", 200);
  post("/api/v1/enterprises/1/part", R"({"reason":"看错了"})", 200);
  world.now += std::chrono::days{90};
  world.turn([&](journal::Draft& draft) { world.coordinator.tick(draft, world.now); });
  EXPECT_THAT(kinds_without_parts(), ::testing::IsEmpty());
  EXPECT_GE(met.size(), 14U);
}

}  // namespace
}  // namespace lab::board
