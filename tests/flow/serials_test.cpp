// Sample numbers are unique across laboratories, whatever is offline, restarted or put back from a backup: the real
// cores of the province and of several stations, told things in a random order. The seed is in the test's name.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "coordinator/tables/tasks.hpp"
#include "lab-node/tables/serials.hpp"
#include "protocol/session/stream.hpp"
#include "tests/coordinator/support/world.hpp"
#include "tests/lab-node/world.hpp"

namespace lab {
namespace {

using Records = std::vector<std::pair<Bytes, Bytes>>;

Records records_of(const journal::Store& store) {
  Records records;
  store.read()->scan("", Bytes(journal::View::key_max, '\xFF'), [&](BytesView key, BytesView record) {
    records.emplace_back(key, record);
    return true;
  });
  return records;
}

std::unique_ptr<journal::Store> store_of(const Records& records) {
  auto store = journal::make_memory_store();
  const auto batch = store->write();
  for (const auto& [key, record] : records) EXPECT_TRUE(batch->put(key, record).has_value());
  EXPECT_TRUE(batch->commit().has_value());
  return store;
}

/// One bench PC and its chain of events at the province.
struct Station {
  Station(coordinator::testing::World& province, std::uint32_t laboratory)
      : bench(province.enrol(laboratory, fmt::format("bench {}", laboratory))), world(std::make_unique<node::World>()) {
    world->now = *parse_utc("2013-06-03T08:00:00Z");  // of every event of `bench`: then both have the same octets
    world->decide([&](journal::Draft& draft) {
      session::set_identity(draft, {.node = bench.id(), .laboratory = model::LaboratoryId{laboratory}});
      return 0;
    });
  }

  coordinator::testing::Bench bench;
  std::unique_ptr<node::World> world;
  std::size_t orders_taken = 0;
  std::uint64_t mark = 0;  // of the note beside the store, which no backup holds
  Records backup;
  std::size_t orders_in_backup = 0;
};

class SerialsOf : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  static constexpr std::uint32_t stations_count = 3;
  static constexpr std::uint32_t tasks = 24;

  void SetUp() override {
    for (std::uint32_t i = 1; i <= stations_count; ++i) {
      province.add_laboratory(i);
      stations.emplace_back(province, i);
      province.dispatched_plan({coordinator::testing::cell(tasks, "V1", 510100 + i)}, i);
      sync(stations.back());
      save(stations.back());
    }
    for (Station& station : stations) {
      for (const model::Grant& grant : province.grants_of(station.bench)) on_labels.insert(grant.number.text());
    }
    ASSERT_EQ(on_labels.size(), std::size_t{stations_count} * tasks);
  }

  /// Events get across ...
  void send(Station& station) {
    const auto events = station.world->events();
    for (std::size_t i = station.bench.size(); i < events.size(); ++i) {
      station.bench.happen({.task = events[i].task, .token = events[i].token}, events[i].person.value(),
                           events[i].what);
    }
    if (station.bench.size() > 0) province.acknowledged(station.bench, station.bench.all_events());
  }

  /// ... and orders.
  void take(Station& station) {
    const auto orders = province.orders_of(station.bench);
    const std::span<const model::Order> fresh{orders.data() + station.orders_taken,
                                              orders.size() - station.orders_taken};
    station.orders_taken = orders.size();
    station.world->decide([&](journal::Draft& draft) {
      station.world->node.on_orders(draft, fresh, station.world->now);
      station.world->node.want_serials(draft, fresh, station.world->now);
      return 0;
    });
  }

  void sync(Station& station) {
    for (int round = 0; round < 2; ++round) {
      send(station);
      take(station);
    }
  }

  /// A backup is only ever put back over events that nobody has seen: with others the province would not talk to the
  /// station any more. So it is taken when all events have got across, with or without the orders that answer them.
  static void save(Station& station) {
    station.backup = records_of(*station.world->store);
    station.orders_in_backup = station.orders_taken;
  }

  void restore(Station& station) {
    station.world->store = store_of(station.backup);
    station.orders_taken = station.orders_in_backup;
    start(station);
  }

  /// As lab-node/app does before anything else.
  void start(Station& station) {
    const std::uint64_t given = node::tables::serials_given(*station.world->store->read());
    if (given == station.mark) return;
    station.mark = std::max(given, station.mark) + 1;
    station.world->decide([&](journal::Draft& draft) {
      station.world->node.give_up_serials(draft, station.mark, "restored", station.world->now);
      return 0;
    });
  }

  void renumber(Station& station) {
    const auto all = province.grants_of(station.bench);
    const model::TaskId task = all[random() % all.size()].task;
    ++station.mark;
    const auto sample = station.world->decide([&](journal::Draft& draft) {
      return station.world->node.on_renumbering(draft, {.number = to_text(task), .reason = "标签浸湿"},
                                                model::PersonId{"zhao"}, station.world->now);
    });
    if (!sample) {
      --station.mark;
      EXPECT_EQ(sample.error().code, "no_serials");
      return;
    }
    ++renumbered;
    const std::string number = sample->grant.number.text();
    EXPECT_TRUE(on_labels.insert(number).second) << number << " is on two labels";
  }

  std::uint32_t random() { return static_cast<std::uint32_t>(engine_()); }

  coordinator::testing::World province;
  std::vector<Station> stations;
  std::set<std::string> on_labels;  // every number that was ever printed
  int renumbered = 0;

 private:
  std::mt19937 engine_{GetParam()};
};

TEST_P(SerialsOf, AllLaboratoriesAreUniqueWhateverHappens) {
  int restored = 0;
  for (int step = 0; step < 400; ++step) {
    Station& station = stations[random() % stations.size()];
    switch (random() % 12) {
      case 0:
        send(station);
        if (random() % 2 == 0) take(station);
        send(station);
        save(station);
        take(station);
        break;
      case 1:
        start(station);
        break;
      case 2: {
        // Only a backup that holds everything the province has seen may be put back; see save().
        const auto held = session::stream_head(*store_of(station.backup)->read()).sequence;
        const bool may = station.bench.size() == held;
        if (may) {
          restore(station);
          ++restored;
        }
        break;
      }
      default:
        renumber(station);
    }
  }
  for (Station& station : stations) {
    sync(station);
    sync(station);
  }
  EXPECT_GT(renumbered, 100);
  EXPECT_GT(restored, 3);
  // In the end both sides call every sample the same.
  for (Station& station : stations) {
    for (const model::Grant& grant : province.grants_of(station.bench)) {
      const auto here = node::tables::sample(*station.world->store->read(), grant.task);
      const auto there = coordinator::tables::task(*province.view(), grant.task);
      EXPECT_EQ(here->grant.number, there->number) << to_text(grant.task);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SerialsOf, ::testing::Range(1U, 13U));

}  // namespace
}  // namespace lab
