// Figures of a moment: at the end of a random history, the figures asked for as of each moment are those that were seen
// then. The history has amendments, retests, verdicts under grants that had ended, events out of order, plans that come
// in between, and a clock that is set back.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "coordinator/documents/table_files.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/cells.hpp"
#include "tests/coordinator/support/items.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
using namespace std::chrono_literals;
namespace tables = coordinator::tables;
using model::ItemOutcome;
using model::Reason;
using model::SampleOutcome;
using reports::Axis;

constexpr const char* limits =
    "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
    "铅,,蔬菜,<=,0.3,mg/kg,S,,,\n"
    "镉,,蔬菜,<=,0.05,mg/kg,S,,,\n";
constexpr const char* panels =
    "panel,panel_name,analyte,method,unit,lod,loq,reference_only\n"
    "VEGA,v,铅,m,mg/kg,0.01,,0\nVEGA,v,镉,m,mg/kg,0.01,,0\nVEGA,v,汞,m,mg/kg,0.01,,0\n";
constexpr std::uint32_t tasks = 14;

// Everything a summary says, by several axes, first and final: what is compared.
std::string text_of(const Result<reports::Summary>& summary, const reports::Query& query) {
  if (!summary) return "error: " + summary.error().message;
  const auto known = [](const std::optional<std::uint64_t>& count) { return count ? fmt::format("{}", *count) : "-"; };
  // What was planned is known of a moment for whole programmes only.
  const bool is_narrower = query.category || query.round || query.analyte;
  std::string text = fmt::format("version {} planned {} judged {}\n", summary->version,
                                 is_narrower ? "" : known(summary->planned), known(summary->judged));
  for (const reports::Row& row : summary->rows) {
    const auto& counts = row.figures.counts;
    text += fmt::format("{} {} {} {} {} {} {} {} {}: {} {} {} {} = {}\n", row.analyte, row.key.programme.value(),
                        row.key.city.value(), row.key.county.value(), row.key.round, row.key.category.value(),
                        static_cast<int>(row.key.stage), row.key.month, row.key.laboratory.value(), counts.pass,
                        counts.fail, counts.problem, counts.undetermined, row.figures.rate);
  }
  return text + summary->total.rate;
}

std::vector<reports::Query> queries() {
  std::vector<reports::Query> all;
  for (const auto verdicts : {reports::Verdicts::first, reports::Verdicts::final}) {
    all.push_back({.by = {Axis::programme, Axis::city}, .verdicts = verdicts});
    all.push_back({.by = {Axis::category, Axis::month, Axis::laboratory, Axis::stage}, .verdicts = verdicts});
    all.push_back({.by = {Axis::month}, .category = model::CategoryCode{"V1"}, .verdicts = verdicts});
    all.push_back({.by = {Axis::county, Axis::round}, .verdicts = verdicts});
    all.push_back({.by = {Axis::city}, .round = std::uint8_t{2}, .verdicts = verdicts});
    all.push_back({.by = {Axis::analyte}, .verdicts = verdicts});
    all.push_back({.by = {Axis::county, Axis::analyte, Axis::laboratory}, .verdicts = verdicts});
    all.push_back(
        {.by = {Axis::month}, .programme = model::ProgrammeCode{"NCP"}, .analyte = "镉", .verdicts = verdicts});
  }
  return all;
}

model::PlanCell second_round(std::uint32_t quota) {
  model::PlanCell cell = coordinator::testing::cell(quota, "V1");
  cell.round = 2;
  cell.county = model::CountyCode{510105};
  return cell;
}

// The lists that a person signs.
std::string lists_of(const journal::View& view, std::optional<UtcTime> moment) {
  using documents::TableKind;
  using reports::Query;
  using reports::Verdicts;
  const documents::Names names;
  std::string text;
  for (const auto& [kind, query] :
       {std::pair{TableKind::nonconforming, Query{.verdicts = Verdicts::first}},
        std::pair{TableKind::nonconforming, Query{}}, std::pair{TableKind::results, Query{}},
        std::pair{TableKind::nonconforming, Query{.month = 2013 * 12 + 3}},
        std::pair{TableKind::nonconforming, Query{.analyte = "镉"}},
        std::pair{TableKind::nonconforming, Query{.analyte = "铅", .verdicts = Verdicts::first}}}) {
    const documents::TableQuestion question{.query = query, .targets = {}, .as_of = moment};
    text += *documents::to_csv(documents::table_of(kind, view, names, question), {});
  }
  return text;
}

std::string figures_now(const journal::View& view) {
  std::uint64_t judged = 0;
  tables::for_each_states_row(view,
                              [&](const tables::StatesRow& row) { judged += row.counts[model::TaskState::judged]; });
  EXPECT_EQ(reports::summarize(view, {.by = {}}, {}).judged, judged) << "a sample is counted once it is judged";
  std::string text = lists_of(view, std::nullopt);
  for (const reports::Query& query : queries()) text += text_of(reports::summarize(view, query, {}), query);
  return text;
}

std::string figures_as_of(const journal::View& view, UtcTime moment) {
  std::string text = lists_of(view, moment);
  for (const reports::Query& query : queries()) {
    text += text_of(reports::summarize_as_of(view, query, {}, moment), query);
  }
  return text;
}

struct History {
  explicit History(std::uint64_t seed) : random(seed) {
    for (const std::uint32_t laboratory : {1U, 2U, 3U}) {
      world.add_laboratory(laboratory);
      benches.push_back(world.enrol(laboratory));
    }
    const Bytes bundle = rules::bundle({{"limits.csv", limits},
                                        {"panels.csv", panels},
                                        {"categories.csv", "code,name_zh,parent\nV1,蔬菜,\nV2,蔬菜,\n"}});
    edition = crypto::sha256(bundle);
    world.turn([&](journal::Draft& draft) { tables::put_reference(draft, edition, bundle); });
    note();
    plan = tables::ref_of(world.dispatched_plan({cell(tasks - 8, "V1"), second_round(4), cell(4, "V2", 510300)}));
    note();
  }

  std::uint64_t below(std::uint64_t end) { return random() % end; }
  bool chance(unsigned percent) { return below(100) < percent; }
  model::TaskId some_task() {
    return {.plan = plan.plan, .revision = plan.revision, .number = 1 + static_cast<std::uint32_t>(below(tasks))};
  }

  void conclude(Bench& bench) {
    const auto grants = world.grants_of(bench);
    if (grants.empty()) return;
    const model::Grant& grant = grants[below(grants.size())];
    const std::uint16_t version = grant.retest ? grant.retest->version : static_cast<std::uint16_t>(1 + below(3));
    conclude(bench, grant, version, chance(50));
  }
  void conclude(Bench& bench, const model::Grant& grant, std::uint16_t version, bool fails) {
    model::Judged what = judged(grant, fails ? SampleOutcome::fail : SampleOutcome::pass, version);
    what.edition = edition;
    what.judged_for =
        2013y / static_cast<int>(3 + below(4)) / 15;  // an amendment may correct the date, and with it the month
    what.items = {{0, fails ? ItemOutcome::fail : ItemOutcome::pass, Reason::within_limit, 1}};
    // Cadmium may fail too, and mercury has no limit.
    const bool cadmium_fails = fails && chance(40);
    what.items.push_back({1, cadmium_fails ? ItemOutcome::fail : ItemOutcome::pass, Reason::within_limit, 2});
    if (chance(70)) what.items.push_back({2, ItemOutcome::undetermined, Reason::no_basis, 0});
    const Hash record = bench.happen(grant, "analyst", what);
    bench.happen(grant, "reviewer", reviewed(grant, record));
    bench.happen(grant, "approver", approved(grant, record, what.outcome, version));
  }

  void send(Bench& bench) {
    if (bench.size() == 0) return;
    const std::uint64_t held = session::cursor(*world.view(), bench.id(), 1).sequence;
    const std::uint64_t from = chance(80) ? std::min(held + 1, bench.size()) : 1 + below(bench.size());
    world.acknowledged(bench, bench.events(from, 1 + below(events_max)));
  }

  void send_all(Bench& bench) {
    world.now += 1min;
    world.acknowledged(bench, bench.all_events());
    note();
  }

  // Two samples of a plan of their own that failed.
  std::vector<model::Grant> failed() {
    Bench& bench = benches.front();
    const model::PlanId own = world.dispatched_plan({cell(2, "V1")}).id;
    std::vector<model::Grant> grants = world.grants_of(bench);
    std::erase_if(grants, [own](const model::Grant& grant) { return grant.task.plan != own; });
    for (const model::Grant& grant : grants) conclude(bench, grant, 1, true);
    send_all(bench);
    return grants;
  }
  // Tested again by another laboratory, at once.
  void retest(const model::TaskId& task) {
    const auto node = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_retest(
          draft, {.task = task, .reason = "异议", .laboratory = {}, .reserve_fit = true, .expired = false}, world.now);
    });
    ASSERT_TRUE(node) << node.error().message;
    Bench& bench = *std::ranges::find(benches, *node, &Bench::id);
    const model::Grant grant = world.grants_of(bench).back();
    conclude(bench, grant, grant.retest->version, false);
    send_all(bench);
  }

  // Entering: older samples are entered by whatever is left to do in the background.
  void step(bool entering = true) {
    if (chance(70)) world.now += std::chrono::minutes{below(90)};
    if (chance(4)) world.now -= 2h;
    Bench& bench = benches[below(benches.size())];
    if (chance(50)) conclude(bench);
    if (chance(60)) send(bench);
    if (chance(8)) {
      retests +=
          world.turn([&](journal::Draft& draft) {
                 return world.coordinator.on_retest(
                     draft,
                     {.task = some_task(), .reason = "异议", .laboratory = {}, .reserve_fit = true, .expired = false},
                     world.now);
               }).has_value()
              ? 1
              : 0;
    }
    if (chance(6)) {
      world.turn([&](journal::Draft& draft) {
        return world.coordinator.on_reassign(draft, {.task = some_task(), .reason = "seeded"}, world.now);
      });
    }
    if (chance(3)) {
      world.turn(
          [&](journal::Draft& draft) { return world.coordinator.on_cancel(draft, some_task(), "seeded", world.now); });
    }
    if (entering && chance(1)) world.dispatched_plan({cell(2, "V2")});
    if (entering) world.work();
    note();
  }

  // What the figures are, under the moment a person would give for it. A clock that was set back has two such moments,
  // and the later story of it counts. Samples of before items were counted are looked at as if they had been entered.
  // They change with the version alone; what changed them without would be found at all moments before.
  void note() {
    const std::uint64_t version = tables::data_version(*world.view());
    const UtcTime moment = std::max(world.now, last_change);
    if (version != last_version || last_figures.empty()) {
      const Entered entered{world};
      seen.erase(seen.lower_bound(moment), seen.end());
      last_version = version;
      last_change = moment;
      last_figures = figures_now(entered.view());
    } else if (world.now < last_change) {
      return;
    }
    seen[moment] = last_figures;
  }

  World world;
  std::vector<Bench> benches;
  Hash edition;
  tables::PlanRef plan;
  std::mt19937_64 random;
  std::map<UtcTime, std::string> seen;
  std::uint64_t last_version = 0;
  UtcTime last_change{};
  std::string last_figures;
  int retests = 0;
  std::uint64_t events_max = 9;  // in one message
};

void expect_recounted(const World& world) {
  const auto view = world.view();
  const Entered entered{world};
  const auto from_bytes = recount_of(*view);
  const auto name = [](const std::string&, std::uint16_t item) {
    return std::string{item == 0 ? "铅" : item == 1 ? "镉" : "汞"};
  };
  for (const auto verdicts : {reports::Verdicts::first, reports::Verdicts::final}) {
    EXPECT_EQ(item_rows(entered.view(), verdicts), item_rows(*view, from_bytes, verdicts, name));
  }
  EXPECT_EQ(of_tables(*view, true), of_oracle(from_bytes.first));
  EXPECT_EQ(of_tables(*view, false), of_oracle(from_bytes.final));
}

// What was seen from that moment on.
void expect_seen(const History& history, UtcTime from) {
  const auto view = history.world.view();
  const std::string* before = nullptr;
  for (auto at = history.seen.lower_bound(from); at != history.seen.end(); ++at) {
    EXPECT_EQ(figures_as_of(*view, at->first), at->second) << to_text(at->first);
    // Between two moments stands what stood at the first.
    if (before != nullptr && *before != at->second) {
      EXPECT_EQ(figures_as_of(*view, at->first - 1ms), *before) << to_text(at->first);
    }
    before = &at->second;
  }
}

class AsOf : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(AsOf, TheFiguresOfEachMomentAreThoseSeenThen) {
  History history{GetParam()};
  for (int step = 0; step < 250; ++step) history.step();
  EXPECT_GT(history.last_version, 15U);
  EXPECT_GT(history.retests, 0);
  expect_recounted(history.world);
  expect_seen(history, UtcTime::min());
}

TEST_P(AsOf, TheCountsAreRecountedAfterEveryEvent) {
  History history{GetParam() + 100};
  history.events_max = 1;
  for (int step = 0; step < 150; ++step) {
    history.step();
    expect_recounted(history.world);
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AsOf, ::testing::Range<std::uint64_t>(1, 13));

TEST(AsOfALogThatBeganLate, SaysSinceWhenItKnows) {
  World world;
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({cell(2)});
  // A store from before the log: its counts are there, and no change of them.
  world.turn([](journal::Draft& draft) {
    for (const char letter : {tables::letter::count_log, tables::letter::count_log_head}) {
      std::vector<Bytes> keys;
      draft.scan(Bytes(1, letter), journal::after_prefix(Bytes(1, letter)), [&](BytesView key, BytesView) {
        keys.emplace_back(key);
        return true;
      });
      for (Bytes& key : keys) draft.erase(std::move(key));
    }
  });
  world.now += 1h;
  bench.conclude(world.grants_of(bench).front(), SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  EXPECT_EQ(reports::summarize_as_of(*world.view(), {}, {}, world.now - 1ms).error().code, ErrorCode::not_found);
  const auto now = reports::summarize_as_of(*world.view(), {}, {}, world.now);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->planned, 2U);
  EXPECT_EQ(now->judged, 1U);
}

// ---- a store that counted before there were items

TEST_P(AsOf, AnOlderStoreIsEnteredStepByStepAndSaysSinceWhenItKnowsItems) {
  History history{GetParam()};
  World& world = history.world;
  for (int step = 0; step < 120; ++step) history.step();
  const auto failed = history.failed();
  ASSERT_EQ(failed.size(), 2U);
  Bench& bench = history.benches.front();
  model::Judged amended = judged(failed[1], SampleOutcome::pass, 2);
  amended.edition = history.edition;
  const Hash record = bench.happen(failed[1], "analyst", amended);
  history.send_all(bench);
  const std::string before = figures_now(*world.view());
  const UtcTime moment = std::max(world.now, history.last_change);
  forget_items(world);
  const reports::Query by_analyte{.by = {Axis::analyte}};
  EXPECT_EQ(reports::check_ready(*world.view(), by_analyte).error().code, ErrorCode::unavailable);
  open_anew(world);
  EXPECT_EQ(figures_now(Entered{world}.view()), before);
  // Before any sample is entered by itself: an amendment that waited is signed, a retest counts, and whatever else.
  world.now = moment + 1h;
  bench.happen(failed[1], "reviewer", reviewed(failed[1], record));
  bench.happen(failed[1], "approver", approved(failed[1], record, SampleOutcome::pass, 2));
  history.send_all(bench);
  history.retest(failed[0].task);
  for (int step = 0; step < 20; ++step) history.step(false);
  EXPECT_EQ(reports::summarize_as_of(*world.view(), by_analyte, {}, moment).error().code, ErrorCode::unavailable);
  expect_recounted(world);
  const std::string waiting = figures_now(Entered{world}.view());
  world.work();
  EXPECT_EQ(figures_now(*world.view()), waiting);
  EXPECT_EQ(history.seen.at(moment), before);
  expect_seen(history, moment);
  EXPECT_EQ(reports::summarize_as_of(*world.view(), by_analyte, {}, history.seen.begin()->first).error().code,
            ErrorCode::not_found);
  EXPECT_TRUE(reports::summarize_as_of(*world.view(), {.by = {Axis::city}}, {}, history.seen.begin()->first));
  // And it goes on as any other.
  for (int step = 0; step < 60; ++step) history.step();
  expect_recounted(world);
  expect_seen(history, moment);
}

}  // namespace
}  // namespace lab::ledger
