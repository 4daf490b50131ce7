#include "protocol/model/ids.hpp"

#include <gtest/gtest.h>

namespace lab::model {
namespace {

TEST(TaskIdText, RoundTrips) {
  const TaskId task{PlanId{3}, 1, 42};
  EXPECT_EQ(to_text(task), "T-3.1-42");
  EXPECT_EQ(parse_task_id("T-3.1-42"), task);
  const TaskId largest{PlanId{4'294'967'295U}, 65'535, 4'294'967'295U};
  EXPECT_EQ(parse_task_id(to_text(largest)), largest);
}

TEST(TaskIdText, RefusesOtherForms) {
  for (const char* text : {"", "T", "3.1-42", "T-3.1", "T-3.1-", "T-3.1-42 ", "T--3.1-42", "T-3.99999-1",
                           "T-4294967296.1-1", "t-3.1-42", "T-3.1-+42"}) {
    EXPECT_FALSE(parse_task_id(text)) << text;
  }
}

TEST(Token, LaterGenerationBeatsAnyCounter) {
  EXPECT_LT((Token{1, 999}), (Token{2, 0}));
  EXPECT_LT((Token{2, 0}), (Token{2, 1}));
}

}  // namespace
}  // namespace lab::model
