#include "tests/bench/summary/ours.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/journal/store.hpp"
#include "tests/bench/postgres/server.hpp"
#include "tests/bench/summary/drawn.hpp"
#include "tools/api/api.hpp"
#include "tools/process/child.hpp"

namespace lab::bench {
namespace {

namespace fs = std::filesystem;
namespace tables = coordinator::tables;
using namespace std::chrono_literals;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::uint16_t port = 17'670;
constexpr auto patience = 60s;
constexpr std::uint64_t verdicts_of_a_commit = 5'000;  // a batch holds 30,000 changes

double milliseconds_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

fs::path store_of(const fs::path& folder) { return folder / "store"; }

Result<api::Api> connect(const std::string& token) {
  return api::Api::to(fmt::format("http://127.0.0.1:{}", port), token);
}

json reference_set() {
  std::string categories = "code,name_zh,parent\n";
  for (int i = 0; i < 40; ++i) categories += fmt::format("V{0:02},类别{0},\n", i);
  const json tables{{"categories.csv", categories},
                    {"limits.csv",
                     "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
                     "毒死蜱,,大白菜,<=,0.1,mg/kg,GB 2763-2012,,2013-03-01,\n"},
                    {"panels.csv",
                     "panel,panel_name,analyte,method,unit,lod,loq,reference_only\n"
                     "P,P,毒死蜱,NY/T 761,mg/kg,0.001,0.003,0\n"}};
  json files = json::array();
  for (const auto& [name, text] : tables.items()) files.push_back({{"name", name}, {"text", text}});
  return {{"files", files}};
}

std::string summary_target(const Asked& asked) {
  std::string target = "/api/v1/summary?by=" + asked.axes;
  if (asked.city != 0) target += fmt::format("&city={}", asked.city);
  return target;
}

// All items as the sample, or one of them that does not pass.
tables::ProfileNumber profile_of(journal::Draft& draft, const DrawnVerdict& verdict, model::SampleOutcome outcome) {
  tables::Profile profile{.edition = {}, .panel = model::PanelCode{fmt::format("P{}", verdict.panel)}, .items = {}};
  for (std::uint16_t item = 0; item < drawn_items; ++item) profile.items.push_back({item, tables::ItemClass::pass});
  tables::ItemClass& failing = profile.items[verdict.failing].is;
  if (outcome == model::SampleOutcome::fail) failing = tables::ItemClass::fail;
  if (outcome == model::SampleOutcome::problem) failing = tables::ItemClass::problem;
  if (outcome == model::SampleOutcome::undetermined) failing = tables::ItemClass::undetermined;
  return tables::keep_profile(draft, profile);
}

void add_to(tables::Tally& sum, tables::Tally tally) {
  using enum model::SampleOutcome;
  for (const auto outcome : {pass, fail, problem, undetermined}) {
    sum.first[outcome] += tally.first[outcome];
    sum.final[outcome] += tally.final[outcome];
  }
}

void count_with_items(journal::Draft& draft, const DrawnVerdict& verdict) {
  using tables::ItemTable;
  tables::count_first(draft, verdict.cell, verdict.first);
  const auto first = profile_of(draft, verdict, verdict.first);
  tables::count_items(draft, ItemTable::counted, {verdict.cell, first}, {.first = 1, .final = 1});
  if (verdict.final == verdict.first) return;
  tables::move_final(draft, verdict.cell, verdict.first, verdict.cell, verdict.final);
  tables::count_items(draft, ItemTable::counted, {verdict.cell, first}, {.final = -1});
  tables::count_items(draft, ItemTable::counted, {verdict.cell, profile_of(draft, verdict, verdict.final)},
                      {.final = 1});
}

}  // namespace

Result<Coordinator> Coordinator::set_up(const fs::path& folder) {
  const fs::path log = folder.string() + "-person.log";
  auto added = run_to_end({.arguments = {(process::program_folder() / "coordinator").string(), "--data",
                                         folder.string(), "--add-person", "planner:计划:coordinator+administrator"},
                           .log = log},
                          patience);
  if (!added) return fail(std::move(added));
  std::string token = text_of(log);
  while (!token.empty() && token.back() == '\n') token.pop_back();
  Coordinator made{folder, token};
  auto loaded = made.while_running([](api::Api& api) -> Result<void> {
    if (auto taken = api.post("/api/v1/reference", reference_set()); !taken) return fail(std::move(taken));
    return {};
  });
  if (!loaded) return fail(std::move(loaded));
  return made;
}

template <class Work>
Result<void> Coordinator::while_running(const Work& work) {
  auto child = process::Child::start(
      {.arguments = {(process::program_folder() / "coordinator").string(), "--data", folder_.string(), "--http",
                     fmt::format("127.0.0.1:{}", port), "--zmq", fmt::format("tcp://127.0.0.1:{}", port + 1), "--enrol",
                     fmt::format("tcp://127.0.0.1:{}", port + 2)},
       .log = folder_.string() + ".log"});
  if (!child) return fail(std::move(child));
  auto api = connect(token_);
  if (!api) return fail(std::move(api));
  const auto until = Clock::now() + patience;
  while (!api->get("/api/v1/status")) {
    if (Clock::now() > until) {
      return fail(ErrorCode::unavailable, "the coordinator did not start: " + text_of(folder_.string() + ".log"));
    }
    std::this_thread::sleep_for(20ms);
    api = connect(token_);
  }
  return work(*api);
}

Result<void> Coordinator::count(std::uint64_t verdicts) {
  constexpr std::uint64_t map_bytes = std::uint64_t{4} << 30;
  auto store = journal::open_lmdb(store_of(folder_), {.map_bytes = map_bytes});
  if (!store) return fail(std::move(store));
  Draw draw;
  for (std::uint64_t done = 0; done < verdicts;) {
    const auto view = (*store)->read();
    journal::Draft draft{*view};
    for (std::uint64_t i = 0; i < verdicts_of_a_commit && done < verdicts; ++i, ++done) {
      const DrawnVerdict verdict = draw.next();
      count_with_items(draft, verdict);
    }
    auto batch = (*store)->write();
    if (auto applied = journal::apply(draft.take(), *batch); !applied) return fail(std::move(applied));
    if (auto kept = batch->commit(); !kept) return kept;
  }
  return {};
}

Result<Times> Coordinator::in_process(const Asked& asked, int calls) {
  auto store = journal::open_lmdb(store_of(folder_));
  if (!store) return fail(std::move(store));
  auto by = reports::parse_axes(asked.axes);
  if (!by) return fail(std::move(by));
  reports::Query query{.by = *by, .programme = {}};
  if (asked.city != 0) query.city = model::CityCode{asked.city};
  const reports::Targets targets{{model::ProgrammeCode{"NCP"}, *Decimal::parse("0.96")}};
  Times times;
  std::uint64_t guard = 0;
  for (int call = 0; call < calls; ++call) {
    const auto begun = Clock::now();
    guard += reports::summarize(*(*store)->read(), query, targets).total.counts.pass;
    times.push_back(milliseconds_since(begun));
  }
  if (guard == 0) return fail(ErrorCode::not_found, "nothing was counted");
  return times;
}

Result<Times> Coordinator::over_http(const Asked& asked, int calls) {
  Times times;
  auto answered = while_running([&](api::Api& api) -> Result<void> {
    for (int call = 0; call < calls; ++call) {
      const auto begun = Clock::now();
      auto summary = api.get(summary_target(asked));
      if (!summary) return fail(std::move(summary));
      times.push_back(milliseconds_since(begun));
    }
    return {};
  });
  if (!answered) return fail(std::move(answered));
  return times;
}

Result<std::map<tables::CellKey, tables::Tally>> Coordinator::cells() {
  auto store = journal::open_lmdb(store_of(folder_));
  if (!store) return fail(std::move(store));
  const auto view = (*store)->read();
  std::map<tables::CellKey, tables::Tally> cells;
  std::map<tables::CellKey, tables::Tally> sums;
  tables::for_each_fine_tally(*view, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    cells.emplace(cell, tally);
    add_to(sums[tables::coarse(cell)], tally);
  });
  bool is_their_sum = true;
  tables::for_each_cell_tally(*view, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    const auto found = sums.find(cell);
    is_their_sum &= found != sums.end() && found->second == tally;
    if (found != sums.end()) sums.erase(found);
  });
  if (!is_their_sum || !sums.empty()) return fail(ErrorCode::conflict, "a cell is not the sum of its fine cells");
  return cells;
}

}  // namespace lab::bench
