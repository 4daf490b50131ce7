// Shares of a quota cell under partitions, lost messages, restarts and stores put back from backups: the real cores of
// a coordinator and three bench PCs, a network that fails, and people who draw what they find. What is counted are
// bags, which no store forgets: no cell has more than its quota, and no sample is drawn by two stations.
//
// The same history without the rule shows what it is for.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "coordinator/coordinator.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/recalls.hpp"
#include "lab-node/node.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::flow {
namespace {

namespace tables = coordinator::tables;
using namespace std::chrono_literals;

constexpr const char* escrow_rules =
    "rule,programme,kind,limit,from,until,reason\nE-1,NCP,escrow,,2013-01-01,,抽样指标托管\n";
constexpr std::uint32_t first_quota = 6;
constexpr std::uint32_t second_quota = 4;

// Memory stores have no files: a backup is every record of one.
std::unique_ptr<journal::Store> copy_of(const journal::Store& store) {
  auto copy = journal::make_memory_store();
  auto batch = copy->write();
  store.read()->scan(Bytes{}, Bytes(64, '\xFF'), [&](BytesView key, BytesView record) {
    EXPECT_TRUE(batch->put(key, record));
    return true;
  });
  EXPECT_TRUE(batch->commit());
  return copy;
}

struct Station {
  model::NodeEntry entry;
  crypto::KeyPair keys = crypto::make_key_pair();
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  std::unique_ptr<journal::Store> backup;
  node::Node core;
  std::unique_ptr<session::NodeLink> link;
  std::deque<Bytes> to_office;
  std::deque<Bytes> to_station;
  bool cut = false;
  bool revoked = false;
};

struct Happened {
  int leased = 0;
  int drawn = 0;
  int refused_draws = 0;
  int handed_back = 0;
  int returned = 0;  // samples that came back and were given to somebody else
  int recalled = 0;
  int moves_refused = 0;
  int stations_put_back = 0;
  int offices_put_back = 0;
  int waived = 0;
};

class Province {
 public:
  Province(std::uint64_t seed, bool with_rule) : random_(seed) {
    crypto::start();
    core_ = std::make_unique<coordinator::Coordinator>(keys_);
    office([&](journal::Draft& draft) {
      core_->on_start(draft, Bytes(coordinator::secret_octets, 'x'));
      if (with_rule) tables::put_province_file(draft, tables::sampling_rules_file, escrow_rules);
    });
    for (std::size_t i = 0; i < 3; ++i) enrol(i);
    set_up_plan();
  }

  /// What was violated; empty: nothing.
  std::string live(int steps) {
    for (int step = 0; step < steps && violation_.empty(); ++step) {
      now_ += Milliseconds{below(8'000)};
      one_step();
      work();
      check();
    }
    return violation_;
  }
  [[nodiscard]] const Happened& happened() const { return happened_; }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool chance(unsigned per_mille) { return below(1'000) < per_mille; }

  // ---- turns

  template <class Decide, class Pump, class Keep>
  void turn(journal::Store& store, Decide decide, Pump pump, Keep keep) {
    auto batch = store.write();
    const auto apply = [&](journal::Effects effects) {
      auto rest = journal::apply(std::move(effects), *batch);
      ASSERT_TRUE(rest.has_value());
      for (auto& effect : *rest) {
        if (auto* send = std::get_if<journal::Send>(&effect)) keep(*send);
      }
    };
    journal::Draft draft{*batch};
    decide(draft);
    apply(draft.take());
    apply(pump(*batch));
    ASSERT_TRUE(batch->commit());
  }

  template <class Decide>
  void office(Decide decide) {
    turn(
        *office_, decide, [&](const journal::View& view) { return core_->pump(view, now_); },
        [&](const journal::Send& send) {
          for (Station& station : stations_) {
            if (station.entry.id == send.to && !station.cut) {
              station.to_station.push_back(wire::encode(send.message, send.session));
            }
          }
        });
  }

  template <class Decide>
  void at(Station& station, Decide decide) {
    turn(
        *station.store, decide,
        [&](const journal::View& view) { return station.link ? station.link->pump(view, now_) : journal::Effects{}; },
        [&](const journal::Send& send) {
          if (!station.cut) station.to_office.push_back(wire::encode(send.message, send.session));
        });
  }

  // One decision of a person: dropped whole when it is refused.
  template <class Decide>
  bool command(Decide decide) {
    bool done = false;
    const auto view = office_->read();
    journal::Draft trial{*view};
    done = decide(trial).has_value();
    if (done) office([&](journal::Draft& draft) { EXPECT_TRUE(decide(draft).has_value()); });
    return done;
  }

  // ---- set-up

  void enrol(std::size_t place) {
    stations_.emplace_back();
    Station& station = stations_.back();
    const model::LaboratoryId laboratory{static_cast<std::uint32_t>(place + 1)};
    const std::string ticket = fmt::format("TICKET-{}", place);
    std::optional<model::Enrolled> enrolled;
    office([&](journal::Draft& draft) {
      const model::Laboratory known{.id = laboratory,
                                    .name = fmt::format("第 {} 室", place + 1),
                                    .city = model::CityCode{510100},
                                    .capacity = 100,
                                    .panels = {model::PanelCode{"VEGA"}}};
      core_->on_laboratories(draft, std::span{&known, 1}, now_);
      EXPECT_TRUE(core_->on_ticket(draft, laboratory, "bench", crypto::sha256(ticket), now_));
      enrolled = std::get<model::Enrolled>(
          core_->on_enrol(draft,
                          {.ticket = ticket,
                           .curve_key = std::string(40, static_cast<char>('a' + place)),
                           .signing_key = Bytes{station.keys.public_key.begin(), station.keys.public_key.end()},
                           .name = "bench"},
                          now_));
    });
    station.entry = *tables::node(*office_->read(), enrolled->node);
    at(station, [&](journal::Draft& draft) {
      session::set_identity(draft, {.node = enrolled->node,
                                    .laboratory = enrolled->laboratory,
                                    .laboratory_name = enrolled->laboratory_name,
                                    .coordinator_key = keys_.public_key});
    });
    link_up(station);
  }

  void set_up_plan() {
    model::PlanCell base{.programme = model::ProgrammeCode{"NCP"},
                         .city = model::CityCode{510100},
                         .county = model::CountyCode{510104},
                         .category = model::CategoryCode{"V1"},
                         .commodity = "芹菜",
                         .stage = model::Stage::farmers_market,
                         .round = 1,
                         .panel = model::PanelCode{"VEGA"},
                         .quota = first_quota};
    model::Plan plan{.year = 2013, .title = "2013", .due = 2013y / 12 / 20, .cells = {base}};
    base.county = model::CountyCode{510105};
    base.quota = second_quota;
    plan.cells.push_back(base);
    office([&](journal::Draft& draft) {
      const auto entry = core_->on_plan(draft, plan, crypto::sha256("plan"), now_);
      ASSERT_TRUE(entry.has_value());
      plan_ = tables::ref_of(*entry);
    });
    for (int i = 0; i < 5; ++i) work();
  }

  void link_up(Station& station) {
    station.to_office.clear();
    station.to_station.clear();
    station.link = std::make_unique<session::NodeLink>(
        session::NodeLink::Options{.signing_key = station.keys.secret_key, .build = "test", .boot = ++boots_});
    if (station.cut) return;
    auto batch = station.store->write();
    auto said = journal::apply(station.link->on_linked(*batch, node::tables::current_reference(*batch), now_), *batch);
    ASSERT_TRUE(said && batch->commit());
    for (auto& effect : *said) {
      if (auto* send = std::get_if<journal::Send>(&effect)) {
        station.to_office.push_back(wire::encode(send->message, send->session));
      }
    }
  }

  // ---- what happens

  void one_step() {
    Station& station = stations_[below(stations_.size())];
    for (int i = 0; i < 6; ++i) carry(stations_[below(stations_.size())]);
    if (chance(250)) find_something(station);
    if (chance(40)) hand_back(station);
    if (chance(60)) look_again(station);
    if (chance(150)) lease(station);
    if (chance(80)) recall();
    if (chance(80)) move(station);
    if (chance(30)) {
      station.cut = !station.cut;
      link_up(station);
    }
    if (chance(20)) link_up(station);
    if (chance(15)) station.backup = copy_of(*station.store);
    if (chance(8) && station.backup) put_back(station);
    if (chance(15)) backup_ = copy_of(*office_);
    if (chance(8) && backup_) put_back_office();
    if (chance(2)) revoke(station);
    if (chance(20)) waive(station);
  }

  void carry(Station& station) {
    if (station.cut) return;
    if (!station.to_office.empty()) {
      const Bytes frame = std::move(station.to_office.front());
      station.to_office.pop_front();
      const auto envelope = wire::decode_envelope(frame);
      ASSERT_TRUE(envelope.has_value());
      if (!chance(30)) {
        office([&](journal::Draft& draft) {
          core_->on_message(draft, *tables::node(draft, station.entry.id), envelope->message, now_, envelope->session);
        });
      }
    }
    if (station.to_station.empty()) return;
    const Bytes frame = std::move(station.to_station.front());
    station.to_station.pop_front();
    const auto envelope = wire::decode_envelope(frame);
    ASSERT_TRUE(envelope.has_value());
    if (chance(30)) return;
    at(station, [&](journal::Draft& draft) {
      const session::Delivery delivery = station.link->on_message(draft, envelope->message, now_, envelope->session);
      if (const auto* orders = std::get_if<session::NewOrders>(&delivery)) {
        station.core.on_orders(draft, orders->orders, now_);
      } else if (const auto* ack = std::get_if<model::Ack>(&delivery)) {
        station.core.on_ack(draft, *ack);
      } else if (const auto* welcomed = std::get_if<session::Welcomed>(&delivery)) {
        station.core.on_welcomed(draft, *welcomed, now_);
      } else if (const auto* held = std::get_if<session::Rehydrated>(&delivery)) {
        station.core.on_rehydrated(draft, *held, now_);
      }
    });
  }

  [[nodiscard]] static inbox::Wanted wanted(std::uint64_t which) {
    return {.programme = model::ProgrammeCode{"NCP"}, .county = model::CountyCode{which == 0 ? 510104U : 510105U}};
  }

  // Two samplers at a stall; nobody need answer.
  void find_something(Station& station) {
    const inbox::Wanted what = wanted(below(2));
    at(station, [&](journal::Draft& draft) {
      const auto drawn = station.core.on_found(draft, what,
                                               {.sampled_on = "2013-06-04",
                                                .sample_name = "芹菜",
                                                .quantity = "2.5 kg",
                                                .reserve = "1 kg",
                                                .storage = "冷藏",
                                                .second_sampler = "李"},
                                               model::PersonId{"zhao"}, now_);
      if (!drawn) {
        const std::string& code = drawn.error().code;
        EXPECT_TRUE(code == "share_used_up" || code == "no_share" || code == "rehydrating") << code;
        ++happened_.refused_draws;
        return;
      }
      ++happened_.drawn;
      bags_[drawn->grant.task].insert(station.entry.id);
    });
  }

  void hand_back(Station& station) {
    at(station, [&](journal::Draft& draft) {
      const auto count =
          station.core.on_handed_back(draft, wanted(below(2)), 1, "市场停业", model::PersonId{"zhao"}, now_);
      if (count) happened_.handed_back += static_cast<int>(*count);
    });
  }

  // A store that was put back cannot say what was drawn; the people who go and look can.
  void look_again(Station& station) {
    std::vector<model::Sample> doubted;
    const auto view = station.store->read();
    node::tables::scan_samples(*view, {}, std::nullopt, [&](const model::Sample& sample) {
      if (inbox::is_undrawn(sample) && inbox::is_doubted(*view, sample.grant.task)) doubted.push_back(sample);
      return true;
    });
    if (doubted.empty()) return;
    const model::Sample& sample = doubted[below(doubted.size())];
    if (bags_[sample.grant.task].contains(station.entry.id)) return;
    at(station, [&](journal::Draft& draft) {
      const auto done = station.core.on_found_undrawn(draft, sample.grant.number.text(), "到场核对，确未抽样",
                                                      model::PersonId{"zhao"}, now_);
      if (done) ++happened_.handed_back;
    });
  }

  void lease(const Station& station) {
    const auto cell = static_cast<std::uint32_t>(below(2));
    const auto count = static_cast<std::uint32_t>(1 + below(3));
    const auto first = cell == 0 ? 1 : first_quota + 1;
    std::map<model::TaskId, bool> before;
    for (std::uint32_t i = 0; i < (cell == 0 ? first_quota : second_quota); ++i) {
      const model::TaskId id{.plan = plan_.plan, .revision = plan_.revision, .number = first + i};
      const auto task = tables::task(*office_->read(), id);
      before[id] = task && task->token.counter > 0 && task->state == model::TaskState::allocated;
    }
    const bool done = command(
        [&](journal::Draft& draft) { return core_->on_lease(draft, plan_, cell, station.entry.id, count, now_); });
    if (!done) return;
    happened_.leased += static_cast<int>(count);
    for (const auto& [id, was_free] : before) {
      const auto task = tables::task(*office_->read(), id);
      happened_.returned += was_free && task->state == model::TaskState::granted ? 1 : 0;
    }
  }

  std::optional<model::TaskId> some_undrawn() {
    std::vector<model::TaskId> found;
    const auto view = office_->read();
    tables::for_each_task(*view, plan_, 1, [&](const model::Task& task) {
      if (task.state == model::TaskState::granted && !tables::drawn(*view, task.id)) found.push_back(task.id);
      return true;
    });
    if (found.empty()) return std::nullopt;
    return found[below(found.size())];
  }

  void recall() {
    const auto task = some_undrawn();
    if (!task) return;
    happened_.recalled +=
        command([&](journal::Draft& draft) { return core_->on_recall(draft, *task, "另作安排", now_); }) ? 1 : 0;
  }

  // Somebody does not want to wait.
  void move(const Station& to) {
    const auto task = some_undrawn();
    if (!task) return;
    const bool done =
        below(2) == 0 ? command([&](journal::Draft& draft) { return core_->on_revoke(draft, *task, "急", now_); })
                      : command([&](journal::Draft& draft) {
                          return core_->on_reassign(draft, {.task = *task, .reason = "急", .to = to.entry.id}, now_);
                        });
    if (!done) ++happened_.moves_refused;
  }

  // What two stores have both forgotten nobody can know (sync.md 5): none is put back over the same time as another.
  void put_back(Station& station) {
    ++happened_.stations_put_back;
    backup_.reset();
    station.store = copy_of(*station.backup);
    station.backup.reset();
    station.core = node::Node{};
    station.link.reset();
    at(station, [](journal::Draft& draft) { session::begin_rehydration(draft); });
    link_up(station);
  }

  void put_back_office() {
    ++happened_.offices_put_back;
    const std::uint32_t noted = tables::numbers(*office_->read()).generation;
    office_ = copy_of(*backup_);
    core_ = std::make_unique<coordinator::Coordinator>(keys_);
    generation_ = std::max(generation_, noted);
    office([&](journal::Draft& draft) {
      core_->on_start(draft, Bytes(coordinator::secret_octets, 'x'));
      generation_ = core_->on_restored(draft, generation_, now_);
    });
    for (Station& station : stations_) {
      station.backup.reset();
      link_up(station);
      // Whoever puts a store back says again which stations are no more.
      if (station.revoked && !tables::node(*office_->read(), station.entry.id)->is_revoked()) {
        command([&](journal::Draft& draft) { return core_->on_node_revoked(draft, station.entry.id, "停业", now_); });
      }
    }
  }

  void revoke(Station& station) {
    if (std::ranges::any_of(stations_, [](const Station& one) { return one.revoked; })) return;
    const bool done =
        command([&](journal::Draft& draft) { return core_->on_node_revoked(draft, station.entry.id, "停业", now_); });
    station.revoked = station.revoked || done;
  }

  void waive(const Station& station) {
    const auto by = [&](const char* person) {
      return command([&](journal::Draft& draft) {
        return core_->on_waiver(draft, station.entry.id, model::PersonId{person}, "联系不上", now_);
      });
    };
    if (by("zhang") && by("wei")) ++happened_.waived;
  }

  void work() {
    office([&](journal::Draft& draft) { core_->tick(draft, now_); });
    for (Station& station : stations_) {
      at(station, [](journal::Draft&) {});
    }
  }

  // ---- what must hold

  void check() {
    std::map<std::uint32_t, std::uint32_t> bags;  // by cell
    const auto view = office_->read();
    for (const auto& [task, who] : bags_) {
      std::uint32_t count = 0;
      for (const model::NodeId node : who) {
        const auto form = tables::drawn(*view, task);
        const auto station = std::ranges::find(stations_, node, [](const Station& one) { return one.entry.id; });
        // What a revoked station drew and never told is no sample: nobody takes it.
        count += !station->revoked || (form && form->node == node) ? 1 : 0;
      }
      if (count > 1) violation_ = fmt::format("{} was drawn by {} stations", to_text(task), count);
      bags[task.number <= first_quota ? 0 : 1] += count;
    }
    if (bags[0] > first_quota || bags[1] > second_quota) {
      violation_ +=
          fmt::format("; cells of {} and {} have {} and {} bags", first_quota, second_quota, bags[0], bags[1]);
    }
  }

  std::mt19937_64 random_;
  UtcTime now_ = *parse_utc("2013-06-05T02:00:00Z");
  crypto::KeyPair keys_ = crypto::make_key_pair();
  std::unique_ptr<journal::Store> office_ = journal::make_memory_store();
  std::unique_ptr<journal::Store> backup_{};
  std::unique_ptr<coordinator::Coordinator> core_;
  std::uint32_t generation_ = 1;
  std::deque<Station> stations_;
  tables::PlanRef plan_;
  std::uint64_t boots_ = 0;
  std::map<model::TaskId, std::set<model::NodeId>> bags_;
  std::string violation_;
  Happened happened_;
};

constexpr std::uint64_t seeds = 40;
constexpr int steps = 1'000;

TEST(QuotaEscrow, NoCellIsExceededWhateverIsCutRestartedOrPutBack) {
  Happened all;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Province province{seed, true};
    EXPECT_EQ(province.live(steps), "") << "seed " << seed;
    const Happened& one = province.happened();
    all.leased += one.leased;
    all.drawn += one.drawn;
    all.refused_draws += one.refused_draws;
    all.handed_back += one.handed_back;
    all.returned += one.returned;
    all.recalled += one.recalled;
    all.moves_refused += one.moves_refused;
    all.stations_put_back += one.stations_put_back;
    all.offices_put_back += one.offices_put_back;
    all.waived += one.waived;
  }
  fmt::print(
      "{} seeds: {} leased, {} drawn, {} draws refused, {} handed back, {} given again, {} recalled, {} moves refused, "
      "{} stations and {} coordinators put back, {} waived\n",
      seeds, all.leased, all.drawn, all.refused_draws, all.handed_back, all.returned, all.recalled, all.moves_refused,
      all.stations_put_back, all.offices_put_back, all.waived);
  EXPECT_GT(all.drawn, static_cast<int>(seeds));
  EXPECT_GT(all.refused_draws, 0);
  EXPECT_GT(all.returned, 0) << "shares that were handed back must be drawn elsewhere";
  EXPECT_GT(all.moves_refused, 0);
  EXPECT_GT(all.stations_put_back, 0);
  EXPECT_GT(all.offices_put_back, 0);
}

TEST(QuotaEscrow, WithoutTheRuleACellIsExceeded) {
  std::uint64_t violated = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) violated += !Province{seed, false}.live(steps).empty();
  fmt::print("{} of {} seeds violated without the rule\n", violated, seeds);
  EXPECT_GT(violated, 0U);
}

}  // namespace
}  // namespace lab::flow
