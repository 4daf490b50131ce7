#include "lab-node/desk/live_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/lab-node/world.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

// A page that notes what each kind of event said.
struct Page : http::Channel {
  std::map<std::string, json> heard;
  bool push(std::string octets) override {
    const auto kind = octets.find("event: ");
    const auto data = octets.find("data: ");
    if (kind == std::string::npos) return true;
    heard[octets.substr(kind + 7, octets.find('\n', kind) - kind - 7)] = json::parse(octets.substr(data + 6));
    return true;
  }
  [[nodiscard]] bool is_open() const override { return true; }
  void close() override {}
};

class LiveFeed : public testing::Test {
 protected:
  LiveFeed() {
    live.listen(
            {}, model::PersonId{"anna"}, [] { return true; }, UtcTime{})
        .opened(page);
    page->heard.clear();
  }
  node::World world;
  service::Live live{0};
  std::shared_ptr<Page> page = std::make_shared<Page>();
};

TEST_F(LiveFeed, NamesTheSamplesThatChangedEachOnceAndSaysWhenThereAreMore) {
  std::vector<model::Sample> samples;
  for (std::uint32_t task = 1; task <= numbers_told + 5; ++task) samples.push_back(world.sample(world.grant(task)));
  const auto tell = [&](std::size_t count) {
    const auto view = world.store->read();
    journal::Draft draft{*view};
    Changes changes;
    for (std::size_t i = 0; i < count; ++i) node::tables::put_sample(draft, samples[i], model::SampleState::assigned);
    const auto effects = draft.take();
    for (int twice = 0; twice < 2; ++twice) {
      for (const journal::Effect& effect : effects) changes.note(effect);
    }
    changes.tell(live);
    return page->heard.at("samples");
  };
  const json two{{"numbers", {samples[0].grant.number.text(), samples[1].grant.number.text()}}, {"more", false}};
  EXPECT_EQ(tell(2), two);
  EXPECT_EQ(tell(numbers_told).at("more"), false);
  const json many = tell(numbers_told + 5);
  EXPECT_EQ(many.at("numbers").size(), numbers_told);
  EXPECT_EQ(many.at("more"), true);
}

TEST_F(LiveFeed, SaysNothingOfWhatNoPageShows) {
  Changes changes;
  for (const char* key : {"e1", "m", "x1", "n1", "R1", "a1", ""}) changes.note(journal::Put{key, "record"});
  changes.note(journal::Tell{"about", "note"});
  changes.tell(live);
  EXPECT_TRUE(page->heard.empty());
}

TEST_F(LiveFeed, TheLinkSaysHowManyEventsWaitForTheCoordinator) {
  const auto waiting = [&] {
    return json::parse(link_line({.configured = true, .refusal = "no \xFF"}, *world.store->read())).at("waiting");
  };
  EXPECT_EQ(waiting(), 0);
  world.received(1);
  EXPECT_EQ(waiting(), world.events().size());
}

}  // namespace
}  // namespace lab::desk
