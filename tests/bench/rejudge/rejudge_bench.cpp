// Re-judging stored determinations against another edition: in columns, beside a plain scan of the same columns and
// beside asking judge() for each one, in interleaved rounds; then the same from an LMDB store as the ledger leaves it.
//   rejudge_bench [MILLIONS] [FOLDER]     default 10; FOLDER must not exist, default: a fresh one here

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "coordinator/board/rejudging.hpp"
#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/model/read_value.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/rules/rejudge.hpp"
#include "protocol/wire/codec.hpp"

namespace {

using namespace lab;
namespace tables = coordinator::tables;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 5;
constexpr int items = 50;  // of a panel
constexpr int products = 40;
constexpr int cities = 21;
constexpr std::size_t item_by_item = 1'000'000;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Every product its own limit for every item, in two editions by date; `step` makes another table of the same shape.
std::string limits_csv(int step) {
  std::string text = "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n";
  for (int item = 0; item < items; ++item) {
    for (int product = 0; product < products; ++product) {
      const int limit = 20 + (item * 7 + product * 3) % 60 + ((item + product) % 20 == 0 ? step : 0);
      text += fmt::format("a{0},,p{1},<=,0.{2:03},mg/kg,S,,,2014-12-31\na{0},,p{1},<=,0.{3:03},mg/kg,S,,2015-01-01,\n",
                          item, product, limit + 5, limit);
    }
  }
  return text;
}

std::string panels_csv() {
  std::string text = "panel,panel_name,analyte,method,unit,lod,loq,reference_only\n";
  for (int item = 0; item < items; ++item) text += fmt::format("P,P,a{},m,mg/kg,0.001,0.003,0\n", item);
  return text;
}

Bytes reference_bundle(int step) {
  return rules::bundle({{"limits.csv", limits_csv(step)},
                        {"categories.csv", "code,name_zh,parent\nV,蔬菜,\n"},
                        {"panels.csv", panels_csv()}});
}

// What laboratories report: half of the items not detected, the rest small numbers in one of two units.
model::Determination random_result(std::mt19937_64& random, int item) {
  model::Determination result{.item = static_cast<std::uint16_t>(item), .value = {}, .unit = "mg/kg"};
  const auto draw = random();
  if (draw % 2 == 0) {
    result.value = model::read_value("ND");
  } else if (draw % 16 == 1) {
    result.value = model::read_value(Decimal{static_cast<std::int64_t>(draw % 89'000), -3}.to_text());
    result.unit = "μg/kg";
  } else {
    result.value = model::read_value(Decimal{static_cast<std::int64_t>(draw % 900), -4}.to_text());
  }
  return result;
}

struct Drawn {
  rules::SampleFacts facts;
  std::vector<model::Determination> results;
  std::vector<model::ItemVerdict> verdicts;  // by the table in use
};

// Draws samples and judges them by the table in use, as laboratories would have.
class Draw {
 public:
  explicit Draw(const rules::ReferenceSet& set) : set_(set), panel_(*set.panel(model::PanelCode{"P"})) {}

  Drawn next() {
    Drawn drawn;
    const int product = static_cast<int>(random_() % products);
    drawn.facts = {.city = model::CityCode{510000 + 100 * (1 + static_cast<unsigned>(random_() % cities))},
                   .category = model::CategoryCode{"V"},
                   .commodity = fmt::format("p{}", product),
                   .sampled_on = from_day_number(15'706 + static_cast<int>(random_() % 2'900))};  // 2013 to 2020
    const auto& limits = limits_[static_cast<std::size_t>(product)][drawn.facts.sampled_on < new_edition ? 0 : 1];
    for (int item = 0; item < items; ++item) {
      drawn.results.push_back(random_result(random_, item));
      const auto& panel_item = panel_.items[static_cast<std::size_t>(item)];
      const auto& limit = limits[static_cast<std::size_t>(item)];
      const auto finding = rules::judge(rules::evidence_of(drawn.results.back(), panel_item, limit), limit);
      drawn.verdicts.push_back({.item = static_cast<std::uint16_t>(item),
                                .outcome = finding.outcome,
                                .reason = finding.reason,
                                .limit_row = limit.row});
    }
    return drawn;
  }

 private:
  std::vector<std::array<std::vector<model::Limit>, 2>> all_limits() const {
    std::vector<std::array<std::vector<model::Limit>, 2>> all(products);
    for (int product = 0; product < products; ++product) {
      const rules::SampleNames names{fmt::format("p{}", product), {"蔬菜"}};
      const CivilDate before = from_day_number(to_day_number(new_edition) - 1);
      all[static_cast<std::size_t>(product)] = {rules::limits_for_panel(set_.limits, panel_.items, names, before),
                                                rules::limits_for_panel(set_.limits, panel_.items, names, new_edition)};
    }
    return all;
  }

  const CivilDate new_edition = *parse_date("2015-01-01");
  const rules::ReferenceSet& set_;
  const model::Panel& panel_;
  std::mt19937_64 random_{10};
  std::vector<std::array<std::vector<model::Limit>, 2>> limits_ = all_limits();
};

rules::ResultColumns columns_of(const rules::ReferenceSet& set, std::size_t determinations) {
  rules::ResultColumns columns;
  const auto panel = columns.add_panel(*set.panel(model::PanelCode{"P"}));
  Draw draw{set};
  std::vector<rules::StoredDetermination> stored;
  while (columns.size() < determinations) {
    const Drawn drawn = draw.next();
    stored.clear();
    for (std::size_t i = 0; i < drawn.results.size(); ++i) {
      stored.push_back(
          {.result = drawn.results[i], .outcome = drawn.verdicts[i].outcome, .reason = drawn.verdicts[i].reason});
    }
    columns.add(drawn.facts, panel, stored);
  }
  return columns;
}

// The sum of a column, eight octets at a time.
template <class Number>
std::uint64_t sum_of(std::span<const Number> column) {
  const auto* octets = reinterpret_cast<const char*>(column.data());
  std::uint64_t sum = 0;
  for (std::size_t left = column.size_bytes() / sizeof(sum); left > 0; --left, octets += sizeof(sum)) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets, sizeof(word));
    sum += word;
  }
  return sum;
}

// Reads every octet that rejudge() reads, and nothing else: the memory's own time for it.
std::uint64_t scan(const rules::ResultColumns& columns) {
  return sum_of(columns.digits()) + sum_of(columns.items()) + sum_of(columns.form_of()) + sum_of(columns.outcomes());
}
constexpr double octets_read = 8 + 2 + 2 + 1;

// judge() for the first determinations of the columns, with limits already at hand.
std::uint64_t one_by_one(const rules::ResultColumns& columns, const std::vector<model::Limit>& limits) {
  std::uint64_t failed = 0;
  const auto& panel_items = columns.panels()[0].items;
  for (std::size_t at = 0; at < std::min(item_by_item, columns.size()); ++at) {
    const model::Determination result = columns.determination(at);
    const model::Limit& limit = limits[result.item];
    const auto finding = rules::judge(rules::evidence_of(result, panel_items[result.item], limit), limit);
    failed += finding.outcome == model::ItemOutcome::fail ? 1 : 0;
  }
  return failed;
}

void bench_columns(const rules::ReferenceSet& in_use, const rules::ReferenceSet& next, std::size_t determinations) {
  const rules::ResultColumns columns = columns_of(in_use, determinations);
  const rules::SampleNames names{"p0", {"蔬菜"}};
  const auto limits = rules::limits_for_panel(next.limits, columns.panels()[0].items, names, *parse_date("2016-01-01"));
  std::vector<double> scans;
  std::vector<double> judgings;
  std::vector<double> singles;
  std::uint64_t guard = 0;
  rules::RejudgeReport report;
  for (int round = 0; round < rounds; ++round) {
    auto begun = Clock::now();
    guard += scan(columns);
    scans.push_back(seconds_since(begun));
    begun = Clock::now();
    report = rules::rejudge(columns, next.limits, next.categories);
    judgings.push_back(seconds_since(begun));
    begun = Clock::now();
    guard += one_by_one(columns, limits);
    singles.push_back(seconds_since(begun));
  }
  const auto count = static_cast<double>(columns.size());
  const double scan_s = median(scans);
  const double judge_s = median(judgings);
  const double single_ns = median(singles) / static_cast<double>(std::min(item_by_item, columns.size())) * 1e9;
  fmt::print("rejudge: {} determinations of {} samples in columns: {:.1f} ms, {:.2f} ns each; {} would change ({})\n",
             columns.size(), report.samples, judge_s * 1e3, judge_s / count * 1e9, report.changed_items, guard % 2);
  fmt::print("rejudge: the same {:.0f} MB read alone: {:.1f} ms, {:.1f} GB/s; rejudge reaches {:.0f} % of that\n",
             count * octets_read / 1e6, scan_s * 1e3, count * octets_read / scan_s / 1e9, scan_s / judge_s * 100);
  fmt::print("rejudge: judge() one by one: {:.0f} ns each; columns are {:.0f} times as fast\n", single_ns,
             single_ns / (judge_s / count * 1e9));
}

// ---- the same from a store

struct Numbered {
  std::uint32_t sample = 0;
  model::TaskId task;
  model::SampleNumber number;
};

model::Event event_of(const Numbered& at, std::uint64_t sequence, model::Happening what) {
  return {.node = model::NodeId{1},
          .incarnation = 1,
          .sequence = sequence,
          .previous = {},
          .at = {},
          .task = at.task,
          .token = {},
          .person = model::PersonId{"analyst"},
          .what = std::move(what)};
}

// One sample as take_events and the ledger leave it: two events, a task, its file.
void put_sample(journal::Draft& draft, const Numbered& at, Drawn drawn, const Hash& edition) {
  const std::uint64_t first = at.sample * 2ULL + 1;
  tables::TaskFile file;
  const auto put_event = [&](std::uint64_t sequence, model::Happening what) {
    draft.put(journal::Fields('e').add(std::uint32_t{1}).add(std::uint32_t{1}).add(sequence).bytes(),
              wire::pack(wire::encode(event_of(at, sequence, std::move(what)))));
    file.add_place({.node = model::NodeId{1}, .incarnation = 1, .sequence = sequence});
  };
  put_event(first, model::Measured{.number = at.number,
                                   .capture = edition,
                                   .instrument = "GC-01",
                                   .profile = "masshunter-quant/1",
                                   .determinations = std::move(drawn.results)});
  const model::Judged judged{.number = at.number,
                             .edition = edition,
                             .judged_for = drawn.facts.sampled_on,
                             .version = 1,
                             .outcome = model::SampleOutcome::pass,
                             .items = std::move(drawn.verdicts)};
  put_event(first + 1, judged);
  file.set_result(model::ResultEntry{
      .node = model::NodeId{1}, .incarnation = 1, .judged_at = first + 1, .judged_for = drawn.facts.sampled_on});
  tables::put_task_file(draft, at.task, file);
  const model::Task task{.id = at.task,
                         .programme = model::ProgrammeCode{"NCP"},
                         .city = drawn.facts.city,
                         .category = drawn.facts.category,
                         .commodity = drawn.facts.commodity,
                         .panel = model::PanelCode{"P"},
                         .due = drawn.facts.sampled_on,
                         .number = at.number,
                         .blind_code = fmt::format("B{}", at.sample)};
  tables::add_task(draft, task);
  tables::put_determinations(draft, task, file, {.node = model::NodeId{1}, .incarnation = 1, .sequence = first + 1},
                             judged);
}

// A year of a programme has fewer numbers than the samples asked for.
model::SampleNumber number_of(std::uint32_t sample) {
  constexpr std::uint32_t in_a_year = 50'000;
  return model::SampleNumber::make(13 + static_cast<int>(sample / in_a_year), model::ProgrammeCode{"NCP"},
                                   sample % in_a_year + 1);
}

void commit(journal::Store& store, const std::function<void(journal::Draft&)>& decide) {
  const auto view = store.read();
  journal::Draft draft{*view};
  decide(draft);
  auto batch = store.write();
  if (!journal::apply(draft.take(), *batch) || !batch->commit()) std::abort();
}

void fill(journal::Store& store, const rules::ReferenceSet& set, const Bytes& bundle, std::uint32_t samples) {
  const Hash edition = crypto::sha256(bundle);
  commit(store, [&](journal::Draft& draft) {
    tables::put_reference(draft, edition, bundle);
    tables::put_plan(draft, {.id = model::PlanId{1},
                             .revision = 1,
                             .year = 2013,
                             .title = "bench",
                             .due = *parse_date("2013-12-31"),
                             .tasks = samples});
  });
  Draw draw{set};
  for (std::uint32_t sample = 0; sample < samples;) {
    commit(store, [&](journal::Draft& draft) {
      for (int i = 0; i < 200 && sample < samples; ++i, ++sample) {
        const Numbered at{.sample = sample,
                          .task = {.plan = model::PlanId{1}, .revision = 1, .number = sample + 1},
                          .number = number_of(sample)};
        put_sample(draft, at, draw.next(), edition);
      }
    });
  }
}

void bench_store(const rules::ReferenceSet& in_use, const rules::ReferenceSet& next,
                 const std::filesystem::path& folder, std::size_t determinations) {
  const auto store = journal::open_lmdb(folder);
  if (!store) {
    fmt::print(stderr, "{}\n", to_text(store.error()));
    std::exit(1);
  }
  fill(**store, in_use, reference_bundle(0), static_cast<std::uint32_t>(determinations / items));
  std::vector<double> reads;
  std::vector<double> totals;
  std::size_t count = 0;
  std::size_t threads = 0;
  for (int round = 0; round < rounds; ++round) {
    auto begun = Clock::now();
    count = reports::stored_results(*(*store)->read()).columns.size();
    reads.push_back(seconds_since(begun));
    begun = Clock::now();
    const auto report = board::report_on(**store, (*store)->read(), {}, next, {});
    totals.push_back(seconds_since(begun));
    threads = report.parts.size();
  }
  fmt::print(
      "rejudge: {} determinations from an LMDB store: read on one thread {:.0f} ms; read, judged and noted for\n"
      "rejudge: the report on {} threads {:.0f} ms, {:.1f} ns each (target P10: 25 ns, 10 million in 250 ms)\n",
      count, median(reads) * 1e3, threads, median(totals) * 1e3, median(totals) / static_cast<double>(count) * 1e9);
}

}  // namespace

int main(int argc, char** argv) {
  crypto::start();
  const auto millions = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10UL;
  const std::filesystem::path folder = argc > 2 ? argv[2] : fmt::format("rejudge-bench-{}", ::getpid());
  const auto in_use = rules::open_bundle(reference_bundle(0));
  const auto next = rules::open_bundle(reference_bundle(-15));
  if (!in_use || !next) return 1;
  bench_columns(*in_use, *next, millions * 1'000'000);
  bench_store(*in_use, *next, folder, millions * 1'000'000);
  std::filesystem::remove_all(folder);
}
