// Which samples did not pass: the way from a figure to what is behind it.

#include <algorithm>

#include "coordinator/board/enterprise_views.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/documents/counted_samples.hpp"
#include "coordinator/documents/item_results.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

// Which rule it was is known of now only.
json aside_of(const journal::View& store, const documents::CountedSample& sample, bool is_now) {
  if (!sample.is_aside.value_or(false)) return nullptr;
  const auto asides = is_now ? tables::asides(store, sample.task.id) : std::vector<tables::Aside>{};
  if (asides.empty()) return {{"rule", ""}, {"reason", ""}, {"instead", nullptr}};
  const tables::Aside& aside = asides.front();
  return {{"rule", aside.rule}, {"reason", aside.reason}, {"instead", to_text(aside.instead)}};
}

json failed_items(const std::vector<documents::JudgedItems>& verdicts) {
  json items = json::array();
  for (const documents::JudgedItems& verdict : verdicts) {
    for (const documents::ItemResult& item : verdict.items) {
      if (!is_nonconforming(item.outcome)) continue;
      items.push_back({{"analyte", item.analyte},
                       {"value", item.result},
                       {"unit", item.unit},
                       {"limit", item.limit},
                       {"standard", item.standard},
                       {"retest", verdict.is_retest}});
    }
  }
  return items;
}

// In the verdict that is asked for: after a retest there are two, and most items fail in both.
std::size_t failed_in(const std::vector<documents::JudgedItems>& verdicts, reports::Verdicts asked) {
  if (verdicts.empty()) return 0;
  const documents::JudgedItems& verdict = asked == reports::Verdicts::first ? verdicts.front() : verdicts.back();
  return static_cast<std::size_t>(std::ranges::count_if(
      verdict.items, [](const documents::ItemResult& item) { return is_nonconforming(item.outcome); }));
}

json row_of(const journal::View& store, const Province* province, const documents::CountedSample& sample, bool is_now) {
  const model::LaboratoryId laboratory = sample.cell.laboratory;
  json row = to_json(sample.task);
  row["laboratory"] = laboratory.value();
  row["first"] = model::name_of(sample.result.first_outcome);
  row["final"] = model::name_of(sample.result.final_outcome);
  row["month"] = reports::month_text(sample.cell.month);
  row["version"] = sample.result.counted_version;
  row["stage_name"] = model::chinese_name_of(sample.task.stage);
  if (const auto known = tables::laboratory(store, laboratory)) row["lab_name"] = known->name;
  add_names(row, province, sample.task.city, sample.task.category);
  row["aside"] = aside_of(store, sample, is_now);
  return row;
}

struct Asked {
  reports::Query query;
  std::optional<UtcTime> moment;
  std::size_t limit = 0;
  model::TaskId after;
};

Result<Asked> asked_in(const Visit& visit, const journal::View& store) {
  Asked asked;
  auto query = item_query_in(visit, store);  // the same filters as of the rates
  if (!query) return fail(std::move(query));
  asked.query = std::move(*query);
  if (auto ready = reports::check_ready(store, asked.query); !ready) return fail(std::move(ready));
  const auto moment = moment_in(visit.request, visit.office.clock());
  if (!moment) return tl::unexpected(moment.error());
  asked.moment = *moment;
  const auto limit = limit_in(visit.request);
  if (!limit) return tl::unexpected(limit.error());
  asked.limit = *limit;
  const auto after = task_after_in(visit.request);
  if (!after) return tl::unexpected(after.error());
  asked.after = *after;
  return asked;
}

struct List {
  json rows = json::array();
  json next = nullptr;
  std::size_t count = 0;  // as many as the rate counts
  std::size_t aside = 0;  // listed beside them
};

// One pass over the list of nonconforming samples, because they are counted too: of 24,000 samples some 1,000.
List list_of(Visit& visit, const journal::View& store, const Asked& asked, const documents::SampleTime& time) {
  const auto province = visit.provinces.get(store);
  const bool sees_units = may(*visit.person, Action::see_units);
  documents::ItemReader reader{store};
  List list;
  std::string last;
  const auto take = [&](const documents::CountedSample& sample) {
    ++(sample.is_aside.value_or(false) ? list.aside : list.count);
    if (sample.task.id <= asked.after) return true;
    if (list.rows.size() == asked.limit) {
      if (list.next.is_null()) list.next = last;
      return true;
    }
    json& row = list.rows.emplace_back(row_of(store, province ? province->get() : nullptr, sample, time.is_now()));
    const auto verdicts = reader.read(sample.task, sample.file, sample.result.counted_version);
    row["failed_items"] = failed_items(verdicts);
    row["failed"] = failed_in(verdicts, asked.query.verdicts);
    if (sees_units) row["parties"] = parties_json(store, sample.task.id);
    last = to_text(sample.task.id);
    return true;
  };
  documents::for_each_bad_sample(store, asked.query, false, take, time);
  return list;
}

void get_nonconforming(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto asked = asked_in(visit, *view);
  if (!asked) return visit.respond(problem_of(asked.error()));
  documents::SampleTime time;
  if (asked->moment) {
    auto then = documents::SampleTime::at(*view, *asked->moment);
    if (!then) return visit.respond(problem_of(then.error()));
    time = std::move(*then);
  }
  List list = list_of(visit, *view, *asked, time);
  visit.respond(answer({{"count", list.count},
                        {"aside", list.aside},
                        {"as_of", to_text(asked->moment.value_or(visit.office.clock()))},
                        {"rows", std::move(list.rows)},
                        {"next", std::move(list.next)}}));
}

}  // namespace

void add_nonconforming_routes(Routes& routes) {
  routes.add("GET", "/api/v1/nonconforming", Action::look, get_nonconforming);
}

}  // namespace lab::board
