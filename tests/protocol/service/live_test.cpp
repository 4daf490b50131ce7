#include "protocol/service/live.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lab::service {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// A page that notes what it hears.
struct Page : http::Channel {
  std::string heard;
  bool takes = true;
  bool closed = false;
  bool push(std::string octets) override {
    if (takes) heard += octets;
    return takes;
  }
  [[nodiscard]] bool is_open() const override { return !closed; }
  void close() override { closed = true; }
};

class LivePages : public testing::Test {
 protected:
  std::shared_ptr<Page> listen(const std::string& after = {}, const char* person = "anna") {
    http::Request request;
    if (!after.empty()) request.headers["last-event-id"] = after;
    const auto response = live.listen(
        request, model::PersonId{person}, [this] { return signed_in; }, now);
    if (response.status != 200) return nullptr;
    EXPECT_EQ(response.content_type, "text/event-stream");
    EXPECT_EQ(response.headers.at("x-accel-buffering"), "no");
    auto page = std::make_shared<Page>();
    response.opened(page);
    return page;
  }

  UtcTime now{1h};
  bool signed_in = true;
  Live live{1'000};
};

TEST_F(LivePages, HearWhatHappensAfterTheyCame) {
  live.tell("samples", "{}");
  const auto page = listen();
  EXPECT_EQ(page->heard, "retry: 1000\n\nid: 1001\nevent: open\ndata: {}\n\n");
  page->heard.clear();
  live.tell("link", R"({"linked":true})");
  EXPECT_EQ(page->heard, "id: 1002\nevent: link\ndata: {\"linked\":true}\n\n");
}

TEST_F(LivePages, ComeBackToWhatTheyMissedEachOnceAndInOrder) {
  for (int i = 1; i <= 5; ++i) live.tell("samples", fmt::format("{}", i));
  const auto page = listen("1002");
  EXPECT_THAT(page->heard, HasSubstr("id: 1003\nevent: samples\ndata: 3\n\nid: 1004\nevent: samples\ndata: 4\n\n"
                                     "id: 1005\nevent: samples\ndata: 5\n\nid: 1005\nevent: open\n"));
  EXPECT_THAT(page->heard, Not(HasSubstr("1002")));
  EXPECT_THAT(listen("1005")->heard, Not(HasSubstr("samples"))) << "missed nothing";
}

TEST_F(LivePages, LoadAgainWhenWhatTheyMissedIsNoLongerKnown) {
  for (std::size_t i = 0; i < live_events_max + 10; ++i) live.tell("samples", "{}");
  const std::uint64_t last = 1'000 + live_events_max + 10;
  const std::uint64_t oldest = last - live_events_max + 1;
  EXPECT_THAT(listen(fmt::format("{}", oldest - 1))->heard, Not(HasSubstr("reset"))) << "the last one that is enough";
  EXPECT_THAT(listen(fmt::format("{}", oldest - 2))->heard,
              HasSubstr(fmt::format("id: {}\nevent: reset\ndata: {{}}\n\n", last)));
  for (const char* strange : {"0", "999", "99999999", "x", "-1", "1e3", "99999999999999999999999"}) {
    const auto page = listen(strange, strange);
    EXPECT_THAT(page->heard, HasSubstr("event: reset")) << strange;
    EXPECT_THAT(page->heard, Not(HasSubstr("event: samples"))) << strange;
  }
}

TEST_F(LivePages, LargeEventsTakeThePlaceOfManySmallOnes) {
  const std::string large = "\"" + std::string(live_octets_max / 4, 'x') + "\"";
  for (int i = 0; i < 8; ++i) live.tell("samples", large);
  EXPECT_THAT(listen("1000")->heard, HasSubstr("reset"));
  EXPECT_LT(listen("1005")->heard.size(), live_octets_max + 1'000) << "bounded for a reader that comes back";
}

TEST_F(LivePages, AQuietLineIsKeptOpen) {
  const auto page = listen();
  page->heard.clear();
  live.tick(now + 14s);
  EXPECT_EQ(page->heard, "");
  live.tick(now + 15s);
  EXPECT_EQ(page->heard, ": \n\n");
  live.tick(now + 29s);
  EXPECT_EQ(page->heard, ": \n\n");
  live.tick(now + 30s);
  EXPECT_EQ(page->heard, ": \n\n: \n\n");
}

TEST_F(LivePages, EndWithTheSession) {
  const auto page = listen();
  live.tick(now);
  EXPECT_FALSE(page->closed);
  signed_in = false;
  live.tick(now);
  EXPECT_TRUE(page->closed);
  EXPECT_EQ(live.readers(), 0U);
}

TEST_F(LivePages, OneThatTakesNothingIsForgotten) {
  const auto slow = listen();
  const auto quick = listen();
  slow->takes = false;
  live.tell("samples", "{}");
  EXPECT_EQ(live.readers(), 1U);
  EXPECT_THAT(quick->heard, HasSubstr("samples"));
}

TEST_F(LivePages, ThatWereLoadedAgainAreNotCountedTwice) {
  for (std::size_t i = 0; i < 3 * live_readers_per_person; ++i) {
    const auto page = listen();
    ASSERT_NE(page, nullptr) << i;
    page->closed = true;  // nothing has been told since, so nobody has noticed
  }
  live.tick(now);
  EXPECT_EQ(live.readers(), 0U);
}

TEST_F(LivePages, AreCounted) {
  std::vector<std::shared_ptr<Page>> pages;
  for (std::size_t i = 0; i < live_readers_per_person; ++i) pages.push_back(listen());
  EXPECT_EQ(listen(), nullptr) << "of one person";
  for (std::size_t i = live_readers_per_person; i < live_readers_max; ++i) {
    ASSERT_NE(listen({}, fmt::format("person {}", i).c_str()), nullptr);
  }
  EXPECT_EQ(listen({}, "bob"), nullptr) << "of all";
}

}  // namespace
}  // namespace lab::service
