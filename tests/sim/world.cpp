#include "tests/sim/world.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/sim/reference.hpp"

namespace lab::sim {
namespace {

// The same keys in every run: with others the same seed would give other bytes.
crypto::KeyPair keys_from(std::uint64_t number) {
  crypto::KeyPair keys;
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
  for (std::size_t i = 0; i < 8; ++i) seed[i] = static_cast<unsigned char>(number >> (8 * i));
  crypto_sign_seed_keypair(keys.public_key.data(), keys.secret_key.data(), seed.data());
  return keys;
}

std::uint64_t fnv(std::uint64_t hash, BytesView bytes) {
  for (const char octet : bytes) hash = (hash ^ static_cast<unsigned char>(octet)) * 1099511628211U;
  return hash;
}

// Whom the samples are taken from, which no laboratory may learn. Before anything is granted, so that a name has every
// chance to get into an order.
void name_units(journal::Draft& draft, const coordinator::tables::PlanRef& plan, std::uint32_t tasks) {
  for (std::uint32_t number = 1; number <= tasks; ++number) {
    coordinator::tables::put_sampled_unit(draft, {.plan = plan.plan, .revision = plan.revision, .number = number},
                                          {.name = Oracle::canary, .licence = Oracle::canary, .address = "四川省"});
  }
}

std::string curve_key(std::size_t station) { return std::string(40, static_cast<char>('A' + station)); }

}  // namespace

World::World(const Settings& settings)
    : settings_(settings), dice_(settings.seed), weather_(dice_), office_(keys_from(1), settings.policy, weather_) {
  stations_.reserve(16);  // copies are added, and steps refer to stations by their place
  if (has_shares(settings)) weather_.add_shares(settings.seed);
  if (!settings.verbose) return;
  oracle_.narrate([this](const std::string& line) { fmt::print("{:>10}   {}\n", (now_ - begun_).count(), line); });
}

// ---- time

void World::after(Milliseconds delay, std::function<void()> what) {
  steps_.push({.at = now_ + delay, .order = ++order_, .what = std::move(what)});
}

void World::run_until(UtcTime end) {
  while (!steps_.empty() && steps_.top().at <= end) {
    const Step step = steps_.top();
    steps_.pop();
    now_ = step.at;
    ++steps_made_;
    step.what();
  }
  now_ = end;
}

void World::log(const std::string& line) {
  log_hash_ = fnv(log_hash_, line);
  if (settings_.verbose) fmt::print("{:>10} {}\n", (now_ - begun_).count(), line);
}

// ---- set-up

void World::set_up() {
  const Bytes reference = rules::bundle(small_reference());
  office_.start(now_);
  first_nodes_ = dice_.between(2, 4);
  for (std::size_t i = 0; i < first_nodes_; ++i) {
    command([=](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
      const model::Laboratory laboratory{.id = model::LaboratoryId{static_cast<std::uint32_t>(i + 1)},
                                         .name = fmt::format("laboratory {}", i + 1),
                                         .city = model::CityCode{510100},
                                         .capacity = 1000,
                                         .panels = {model::PanelCode{"VEG"}}};
      core.on_laboratories(draft, std::span{&laboratory, 1}, now);
    });
    enrol(i);
  }
  command([=](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
    core.on_reference(draft, crypto::sha256(reference), reference, {}, now);
  });
  add_plan();
  if (has_shares(settings_)) add_shares();
  weather_.calm();  // nobody would say these again
  office_turn();
  weather_.calm(false);
  arm_failpoint();
  for (std::size_t i = 0; i < stations_.size(); ++i) start_station(i);
  after(Milliseconds{500}, [this] { trouble_network(); });
  after(Milliseconds{700}, [this] { trouble_stations(); });
  after(Milliseconds{900}, [this] { trouble_office(); });
  after(Milliseconds{5'000}, [this] { operators(); });
  wake_office();
}

void World::enrol(std::size_t station) {
  const crypto::KeyPair keys = keys_from(100 + station);
  auto answer = std::make_shared<std::optional<model::Enrolled>>();
  command([=](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
    const std::string ticket = fmt::format("TICKET{}", station);
    LAB_CHECK(core.on_ticket(draft, model::LaboratoryId{static_cast<std::uint32_t>(station + 1)}, "bench",
                             crypto::sha256(ticket), now)
                  .has_value());
    const auto enrolled = core.on_enrol(draft,
                                        {.ticket = ticket,
                                         .curve_key = curve_key(station),
                                         .signing_key = Bytes{keys.public_key.begin(), keys.public_key.end()},
                                         .name = "bench"},
                                        now);
    *answer = std::get<model::Enrolled>(enrolled);
  });
  weather_.calm();  // the first morning is quiet
  office_turn();
  weather_.calm(false);
  LAB_CHECK(answer->has_value());
  const model::NodeId node = (*answer)->node;
  stations_.emplace_back(station, node, keys, dice_, weather_);
  office_.nodes_of_stations.push_back(node);
  links_.emplace_back();
  station_wakes_.emplace_back();
  auto batch = stations_.back().disk().write();
  journal::Draft draft{*batch};
  session::set_identity(draft, {.node = node,
                                .laboratory = (*answer)->laboratory,
                                .laboratory_name = "laboratory",
                                .coordinator_key = office_.keys().public_key});
  LAB_CHECK(journal::apply(draft.take(), *batch).has_value() && batch->commit().has_value());
}

void World::command(std::function<void(coordinator::Coordinator&, journal::Draft&, UtcTime)> what) {
  office_.command(std::move(what));
  wake_office();
}

void World::add_plan() {
  const std::uint32_t quota = static_cast<std::uint32_t>(dice_.between(2, 8));
  const auto cells = static_cast<std::uint32_t>(dice_.between(1, 2));
  const std::uint64_t number = ++plans_;
  const auto labs = static_cast<std::uint32_t>(first_nodes_);
  const auto first_lab = static_cast<std::uint32_t>(dice_.number(labs));
  command([=](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
    model::Plan plan{.year = 2013, .title = fmt::format("plan {}", number), .due = *parse_date("2013-12-31")};
    for (std::uint32_t i = 0; i < cells; ++i) {
      plan.cells.push_back({.programme = model::ProgrammeCode{"NCP"},
                            .city = model::CityCode{510100},
                            .county = model::CountyCode{510104},
                            .category = model::CategoryCode{"V1"},
                            .commodity = "菠菜",
                            .round = static_cast<std::uint8_t>(1 + i),
                            .panel = model::PanelCode{"VEG"},
                            .quota = quota});
    }
    const auto entry = core.on_plan(draft, plan, crypto::sha256(fmt::format("plan {}", number)), now);
    if (!entry) return;
    const auto ref = coordinator::tables::ref_of(*entry);
    std::vector<dispatch::Share> shares;
    for (std::uint32_t i = 0; i < cells; ++i) {
      shares.push_back({.cell = i, .laboratory = model::LaboratoryId{1 + (first_lab + i) % labs}, .count = quota});
    }
    name_units(draft, ref, cells * quota);
    if (core.on_allocation(draft, ref, shares)) (void)core.on_dispatch(draft, ref, 0);
  });
}

// ---- processes

void World::wake_station(std::size_t i) {
  const UtcTime due = now_ + Milliseconds{1 + dice_.number(5)};
  if (station_wakes_[i] > now_ && station_wakes_[i] <= due) return;
  station_wakes_[i] = due;
  after(due - now_, [this, i, due] {
    if (station_wakes_[i] == due && stations_[i].is_on()) station_turn(i, false);
  });
}

void World::station_turn(std::size_t i, bool people_work) {
  Station& station = stations_[i];
  std::vector<Bytes> said;
  bool lives = false;
  if (dies_of_failpoint([&] { lives = station.turn(station_time(i), people_work, said); })) lives = false;
  oracle_.on_station_committed(station, *office_.disk().read(), stations_);
  for (Bytes& frame : said) post(i, true, std::move(frame));
  if (!lives) {
    log(fmt::format("station {} dies in its turn", i));
    return end_station(i, Milliseconds{dice_.between(200, 8'000)});
  }
  const UtcTime due = station.wake_at();
  const Milliseconds sleep = due == UtcTime::max()
                                 ? Milliseconds{1'000}
                                 : std::clamp(due - station_time(i), Milliseconds{5}, Milliseconds{1'000});
  const UtcTime wake = now_ + sleep;
  station_wakes_[i] = wake;
  after(sleep, [this, i, wake] {
    if (station_wakes_[i] == wake && stations_[i].is_on()) station_turn(i, false);
  });
}

void World::end_station(std::size_t i, Milliseconds rest) {
  drop(i);
  stations_[i].die();
  station_wakes_[i] = {};
  after(rest, [this, i] { start_station(i); });
}

void World::start_station(std::size_t i) {
  Station& station = stations_[i];
  if (station.is_on() || station.gone) return;
  station.rehydrates = settings_.policy.rehydration;
  station.finishing = healing_;
  if (settings_.later_faults && !station.role_dice) station.role_dice.emplace(~(settings_.seed * 64 + i));
  if (has_shares(settings_)) {
    station.has_bag = [this, node = station.node()](const model::TaskId& task) { return oracle_.has_bag(task, node); };
  }
  station.start(station_time(i));
  log(fmt::format("station {} starts", i));
  wake_station(i);
  after(Milliseconds{dice_.between(50, 1'500)}, [this, i] { connect(i); });
  const std::uint64_t boot = station.boot();
  after(Milliseconds{dice_.between(200, 3'000)}, [this, i, boot] {
    if (stations_[i].is_on() && stations_[i].boot() == boot) people_at(i);
  });
}

// One thing after the other, as long as the process lives.
void World::people_at(std::size_t i) {
  const std::uint64_t boot = stations_[i].boot();
  station_turn(i, true);
  after(Milliseconds{dice_.between(300, healing_ ? 2'000 : 9'000)}, [this, i, boot] {
    if (stations_[i].is_on() && stations_[i].boot() == boot) people_at(i);
  });
}

void World::wake_office() {
  const UtcTime due = now_ + Milliseconds{1 + dice_.number(5)};
  if (office_wake_ > now_ && office_wake_ <= due) return;
  office_wake_ = due;
  after(due - now_, [this, due] {
    if (office_wake_ == due && office_.is_on()) office_turn();
  });
}

void World::office_turn() {
  std::vector<Frame> said;
  bool lives = false;
  if (dies_of_failpoint([&] { lives = office_.turn(office_time(), said); })) lives = false;
  const auto view = office_.disk().read();
  oracle_.on_office_committed(*view);
  if (++commits_ % 64 == 0) oracle_.recount(*view);
  for (Frame& frame : said) {
    const auto envelope = wire::decode_envelope(frame.bytes);
    oracle_.on_office_said(*view, stations_[frame.station].node(), envelope.value(), frame.bytes);
    post(frame.station, false, std::move(frame.bytes));
  }
  if (!lives) {
    log("the coordinator dies in its turn");
    return end_office(Milliseconds{dice_.between(200, 8'000)});
  }
  const UtcTime due = office_.wake_at();
  const Milliseconds sleep = office_.has_work() ? Milliseconds{2}
                             : due == UtcTime::max()
                                 ? Milliseconds{1'000}
                                 : std::clamp(due - office_time(), Milliseconds{5}, Milliseconds{1'000});
  const UtcTime wake = now_ + sleep;
  office_wake_ = wake;
  after(sleep, [this, wake] {
    if (office_wake_ == wake && office_.is_on()) office_turn();
  });
}

void World::end_office(Milliseconds rest) {
  office_.die();
  ++office_lives_;
  office_wake_ = {};
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (!links_[i].up) continue;
    drop(i);
    after(Milliseconds{dice_.between(500, 2'000)}, [this, i] { connect(i); });
  }
  after(rest, [this] { start_office(); });
}

void World::start_office() {
  if (office_.is_on()) return;
  log("the coordinator starts");
  if (dies_of_failpoint([&] { office_.start(office_time()); })) return end_office(Milliseconds{1'000});
  oracle_.on_office_committed(*office_.disk().read());
  wake_office();
}

Report World::run() {
  Report report{.seed = settings_.seed};
  try {
    set_up();
    run_until(begun_ + std::chrono::minutes{settings_.minutes});
    heal();
    // Everything has to come to rest: what is open is worked off, sent, answered.
    constexpr std::chrono::minutes patience{45};
    const UtcTime end = now_ + patience;
    std::string unrest_found = "not looked at";
    while (now_ < end && !unrest_found.empty()) {
      run_until(now_ + std::chrono::seconds{20});
      choose_station();
      unrest_found = unrest();
    }
    if (!unrest_found.empty()) throw Violation("no rest: " + unrest_found);
    oracle_.check_end(*office_.disk().read(), stations_);
    oracle_.check_trees(*office_.disk().read(), stations_);
  } catch (const Violation& violation) {
    report.violation = violation.what();
    log(report.violation);
  } catch (const TwoRoles& roles) {
    report.violation = roles.what();
    log(report.violation);
  }
  disarm_failpoint();
  if (has_failed_) report.failpoint = failpoint_;
  report.steps = steps_made_;
  report.messages = messages_;
  report.log_hash = log_hash_;
  report.simulated = now_ - begun_;
  report.acknowledged = oracle_.acknowledged();
  report.counted = oracle_.counted();
  report.declared_lost = oracle_.declared_lost();
  report.evidence = oracle_.evidence();
  report.orphaned = oracle_.orphaned();
  report.heads_compared = oracle_.heads_compared();
  report.departures = oracle_.departures();
  report.contested = oracle_.contested();
  report.losses_told = oracle_.losses_told();
  report.losses_exact = oracle_.losses_exact();
  report.silent_losses = oracle_.silent_losses();
  report.given_anew = oracle_.given_anew();
  report.given_unheard = oracle_.given_unheard();
  report.done_without = oracle_.done_without();
  report.given_unaware = oracle_.given_unaware();
  report.numbers_forgotten = oracle_.numbers_forgotten();
  report.cancelled = oracle_.cancelled();
  report.cancellations_forgotten = oracle_.cancellations_forgotten();
  report.repeated_batches = oracle_.repeated_batches();
  report.bags = oracle_.bags();
  report.faults = weather_.counts();
  return report;
}

Report simulate(const Settings& settings) { return World{settings}.run(); }

}  // namespace lab::sim
