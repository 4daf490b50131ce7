#include "coordinator/documents/item_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/retests.hpp"
#include "protocol/rules/explain.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::documents {
namespace {

namespace tables = coordinator::tables;

std::string number_of(const std::optional<Decimal>& number) { return number ? number->to_text() : ""; }

std::string limit_text(const model::Limit& limit) {
  const std::string unit = limit.unit.empty() ? "" : " " + limit.unit;
  switch (limit.kind) {
    case model::LimitKind::at_most:
      return (limit.upper_inclusive ? "≤" : "<") + number_of(limit.upper) + unit;
    case model::LimitKind::at_least:
      return (limit.lower_inclusive ? "≥" : ">") + number_of(limit.lower) + unit;
    case model::LimitKind::range:
      return number_of(limit.lower) + "～" + number_of(limit.upper) + unit;
    case model::LimitKind::not_detected:
      return "不得检出";
    case model::LimitKind::banned:
      return "禁止使用";
    case model::LimitKind::none:
      break;
  }
  return "";
}

std::string standard_text(const model::Limit& limit) {
  return limit.clause.empty() ? limit.standard : limit.standard + " " + limit.clause;
}

// By item: what the first portion gave, and behind it what confirmed it.
struct Found {
  std::string text;
  std::string unit;
};

std::map<std::uint16_t, Found> found_of(const std::vector<model::Measured>& all) {
  std::map<std::pair<std::uint16_t, std::uint8_t>, const model::Determination*> last;
  for (const model::Measured& measured : all) {
    for (const model::Determination& one : measured.determinations) last[{one.item, measured.portion}] = &one;
  }
  std::map<std::uint16_t, Found> found;
  for (const auto& [key, one] : last) {
    Found& item = found[key.first];
    if (item.text.empty()) {
      item = {one->value.text, one->unit};
    } else {
      item.text += fmt::format("；确证 {}", one->value.text);
    }
  }
  return found;
}

struct CountedVerdict {
  tables::EventPlace place;
  model::Judged judged;
  bool is_retest = false;
};

}  // namespace

struct ItemReader::Sets {
  const rules::ReferenceSet* at(const journal::View& store, const Hash& edition) {
    const auto [place, is_new] = sets.try_emplace(edition);
    if (!is_new) return place->second ? &*place->second : nullptr;
    const auto bytes = tables::blob(store, edition);
    auto set = bytes ? rules::open_bundle(*bytes) : Result<rules::ReferenceSet>{fail(ErrorCode::not_found, "")};
    if (set) place->second = std::move(*set);
    return place->second ? &*place->second : nullptr;
  }

  const std::vector<model::Limit>& limits_of(const Hash& edition, const rules::ReferenceSet& set,
                                             const model::Panel& panel, const model::Task& task, CivilDate date) {
    const auto [place, is_new] =
        limits.try_emplace({edition, panel.code, task.commodity, task.category, std::chrono::sys_days{date}});
    if (is_new) {
      const rules::SampleNames names{task.commodity, set.categories.path(task.category)};
      place->second = rules::limits_for_panel(set.limits, panel.items, names, date);
    }
    return place->second;
  }

  using Key = std::tuple<Hash, model::PanelCode, std::string, model::CategoryCode, std::chrono::sys_days>;
  std::map<Hash, std::optional<rules::ReferenceSet>> sets;
  std::map<Key, std::vector<model::Limit>> limits;
};

ItemReader::ItemReader(const journal::View& store) : store_(store), sets_(std::make_unique<Sets>()) {}
ItemReader::~ItemReader() = default;

namespace {

// The verdict that counted as version `counted`, and before it, when it is that of a retest, the disputed one. Other
// verdicts of the sample are among the exceptions, wait for their signatures, or were of a node that lost the task.
std::vector<CountedVerdict> counted_verdicts(const journal::View& store, const model::Task& task,
                                             const tables::TaskFile& file, std::uint16_t counted) {
  const auto standing = tables::approved_verdict(store, file, counted);
  if (!standing) return {};
  const auto retest = tables::retest(store, task.id);
  const bool is_retest =
      retest && retest->state != tables::RetestState::ordered && standing->place.node != retest->first.node;
  std::vector<CountedVerdict> verdicts;
  if (is_retest) verdicts.push_back({retest->first, tables::judged_at(store, retest->first), false});
  verdicts.push_back({standing->place, tables::judged_at(store, standing->place), is_retest});
  return verdicts;
}

ItemResult whole_lot(const model::Judged& judged, const model::ItemVerdict& verdict) {
  ItemResult item{.analyte = "整批", .method = "GB/T 2828.1", .outcome = verdict.outcome};
  if (judged.lot) item.result = fmt::format("检验 {}，不合格品 {}", judged.lot->inspected, judged.lot->nonconforming);
  item.reason = rules::chinese_name_of(verdict.reason);
  return item;
}

}  // namespace

std::vector<JudgedItems> ItemReader::read(const model::Task& task, const tables::TaskFile& file,
                                          std::uint16_t counted) {
  std::vector<JudgedItems> all;
  for (const CountedVerdict& verdict : counted_verdicts(store_, task, file, counted)) {
    const model::Judged& judged = verdict.judged;
    JudgedItems& one = all.emplace_back(JudgedItems{
        .is_retest = verdict.is_retest, .outcome = judged.outcome, .judged_for = judged.judged_for, .items = {}});
    const rules::ReferenceSet* const set = sets_->at(store_, judged.edition);
    const model::Panel* const panel = set == nullptr ? nullptr : set->panel(task.panel);
    const auto found = found_of(tables::measured_before(store_, file, verdict.place));
    for (const model::ItemVerdict& item : judged.items) {
      if (item.reason == model::Reason::part_of_sum) continue;
      if (item.item == model::whole_sample) {
        one.items.push_back(whole_lot(judged, item));
        continue;
      }
      ItemResult& row =
          one.items.emplace_back(ItemResult{.analyte = fmt::format("{} 第 {} 项", task.panel.value(), item.item + 1)});
      row.outcome = item.outcome;
      row.reason = rules::chinese_name_of(item.reason);
      if (const auto known = found.find(item.item); known != found.end()) {
        row.result = known->second.text;
        row.unit = known->second.unit;
      }
      if (panel == nullptr || item.item >= panel->items.size()) continue;
      row.analyte = panel->items[item.item].limited_as();
      row.method = panel->items[item.item].method;
      const model::Limit& limit = sets_->limits_of(judged.edition, *set, *panel, task, judged.judged_for)[item.item];
      row.limit = limit_text(limit);
      row.standard = standard_text(limit);
    }
  }
  return all;
}

}  // namespace lab::documents
