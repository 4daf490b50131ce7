#include "coordinator/board/live_feed.hpp"

#include <gmock/gmock.h>

#include "coordinator/tables/keys.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A page: everything it was told.
class Page : public http::Channel {
 public:
  bool push(std::string octets) override {
    heard += octets;
    return true;
  }
  [[nodiscard]] bool is_open() const override { return open; }
  void close() override { open = false; }

  std::string heard;
  bool open = true;
};

class LiveStream : public Board {
 protected:
  std::shared_ptr<Page> listen(const std::string& token, const std::string& last = {}) {
    http::Request request{.method = "GET", .path = "/api/v1/stream"};
    request.headers["authorization"] = "Bearer " + token;
    if (!last.empty()) request.headers["last-event-id"] = last;
    auto page = std::make_shared<Page>();
    handler(request, [&](http::Response response) {
      answer = response;
      if (response.opened) response.opened(page);
    });
    return page;
  }

  http::Response answer;
};

constexpr UtcTime start = from_unix_ms(1'000'000);

TEST_F(LiveStream, GoesToWhoeverMayLook) {
  const auto page = listen(viewer_token);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/event-stream");
  EXPECT_EQ(answer.headers.at("x-accel-buffering"), "no");
  LiveFeed feed;
  feed.note(journal::Effect{journal::Put{Bytes{coordinator::tables::letter::cell}, "record"}});
  feed.tell(live, start);
  EXPECT_THAT(page->heard, HasSubstr("event: verdicts\ndata: {}\n"));
  listen("nobody's");
  EXPECT_EQ(answer.status, 401);
}

TEST_F(LiveStream, GoesOnBehindTheEventThatWasHadLast) {
  LiveFeed feed;
  feed.note("plans");
  feed.tell(live, start);
  feed.note("notices");
  feed.tell(live, start);
  const auto page = listen(viewer_token, "1");
  EXPECT_THAT(page->heard, HasSubstr("event: notices"));
  EXPECT_THAT(page->heard, Not(HasSubstr("event: plans")));
  EXPECT_THAT(listen(viewer_token, "99")->heard, HasSubstr("event: reset"));
}

TEST_F(LiveStream, OnePersonGetsSoManyStreamsAndNoMore) {
  std::vector<std::shared_ptr<Page>> pages;
  for (std::size_t i = 0; i < service::live_readers_per_person; ++i) pages.push_back(listen(viewer_token));
  EXPECT_EQ(answer.status, 200);
  listen(viewer_token);
  EXPECT_EQ(answer.status, 503);
  listen(coordinator_token);
  EXPECT_EQ(answer.status, 200) << "others are not kept out";
}

TEST_F(LiveStream, EndsForSomebodyWhoseAccountIsClosed) {
  const auto page = listen(viewer_token);
  live.tick(start);
  EXPECT_TRUE(page->open);
  ASSERT_TRUE(people.change(model::PersonId{"v"}, {.active = false}, model::PersonId{"a"}, world.now));
  live.tick(start);
  EXPECT_FALSE(page->open);
}

TEST_F(LiveStream, AKindIsToldAtOnceAndThenOnceInAnInterval) {
  const auto page = listen(viewer_token);
  LiveFeed feed;
  const auto times = [&] {
    std::size_t count = 0;
    for (auto at = page->heard.find("event: tasks"); at != std::string::npos;
         at = page->heard.find("event: tasks", at + 1)) {
      ++count;
    }
    return count;
  };
  for (int turn = 0; turn < 50; ++turn) {
    feed.note("tasks");
    feed.tell(live, start + turn * Milliseconds{10});
  }
  EXPECT_EQ(times(), 1U);
  feed.tell(live, start + live_interval);
  EXPECT_EQ(times(), 2U) << "what was held back is told without another change";
  feed.tell(live, start + 2 * live_interval);
  EXPECT_EQ(times(), 2U);
}

// A table that is added to the store is shown as something until somebody says what.
TEST(LiveKinds, EveryChangeIsOfSomeKindOrKnownToBeNone) {
  EXPECT_EQ(live_kind_of("a"), "verdicts");
  EXPECT_EQ(live_kind_of(Bytes{coordinator::tables::letter::file}), "tasks");
  EXPECT_EQ(live_kind_of(Bytes{coordinator::tables::letter::diary}), "");
  EXPECT_EQ(live_kind_of("\x7f"), "other");
}

}  // namespace
}  // namespace lab::board
