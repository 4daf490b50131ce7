#include "tools/verify/recount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace lab::verify {
namespace {

std::size_t place_of(model::SampleOutcome outcome) {
  switch (outcome) {
    case model::SampleOutcome::pass:
      return 0;
    case model::SampleOutcome::fail:
      return 1;
    case model::SampleOutcome::problem:
      return 2;
    case model::SampleOutcome::undetermined:
      break;
  }
  return 3;
}

std::uint64_t sum(const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

// Verdicts that would have to have another outcome for the two to agree; nothing when there are not as many.
std::optional<std::uint64_t> moved(const Counts& one, const Counts& other) {
  if (sum(one) != sum(other)) return std::nullopt;
  std::uint64_t more = 0;
  for (std::size_t i = 0; i < one.size(); ++i) more += one[i] > other[i] ? one[i] - other[i] : 0;
  return more;
}

std::optional<std::uint64_t> moved(const ItemClasses& one, const ItemClasses& other) {
  std::uint64_t more = 0;
  std::uint64_t less = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    more += one[i] > other[i] ? one[i] - other[i] : 0;
    less += other[i] > one[i] ? other[i] - one[i] : 0;
  }
  return more == less ? std::optional{more} : std::nullopt;
}

// In the order of the statement's classes; nothing for a part of a sum, which is judged at its first part.
std::optional<std::size_t> class_of(const model::ItemVerdict& item) {
  if (item.reason == model::Reason::part_of_sum) return std::nullopt;
  switch (item.outcome) {
    case model::ItemOutcome::pass:
    case model::ItemOutcome::conditional_pass:
      return 1;
    case model::ItemOutcome::fail:
      return 2;
    case model::ItemOutcome::conditional_fail:
      return 3;
    case model::ItemOutcome::undetermined:
      break;
  }
  return item.reason == model::Reason::no_basis ? 4 : 0;
}

std::string text_of(const ItemClasses& counts) { return fmt::format("{}", fmt::join(counts, "/")); }

std::string text_of(const Counts& counts) { return fmt::format("{}", fmt::join(counts, "/")); }

std::string text_of(const Cell& cell) {
  const auto& [programme, city, category, stage, month, laboratory] = cell;
  return fmt::format("cell {} {} {} {} {} {}", programme, city, category, stage, month, laboratory);
}

// A lot passes when no more items are nonconforming than its order accepts, and fails otherwise.
std::string broken_lot(const std::optional<model::LotOrder>& order, const std::optional<model::LotCount>& count,
                       model::SampleOutcome outcome) {
  if (!order && !count) return {};
  if (!order || !count) return "a lot is judged by counting, and nothing else is";
  if (count->inspected != order->to_inspect) return "another number of items was inspected than ordered";
  const auto due = count->nonconforming <= order->ac ? model::SampleOutcome::pass : model::SampleOutcome::fail;
  return outcome == due ? std::string{} : "the count of the lot leads to another verdict";
}

}  // namespace

std::string Recount::order(std::uint32_t node, const model::Order& order) {
  const auto* grant = std::get_if<model::Grant>(&order.what);
  if (grant == nullptr) return {};
  const auto [place, is_new] = grants_.emplace(grant->token, Granted{node, *grant});
  if (!is_new) {
    return fmt::format("token {}.{} was given out twice", grant->token.generation, grant->token.counter);
  }
  ++tokens;
  if (!grant->retest) places_[grant->task] = &place->second;
  return {};
}

std::string Recount::event(const model::Event& event, const Hash& hash) {
  if (const auto* judged = std::get_if<model::Judged>(&event.what)) {
    records_[hash] = {.node = event.node.value(),
                      .task = event.task,
                      .outcome = judged->outcome,
                      .version = judged->version,
                      .day = judged->judged_for,
                      .lot = judged->lot,
                      .analyst = event.person.value(),
                      .reviewer = {},
                      .panel = {to_hex(judged->edition.view()), {}},
                      .items = {}};
    for (const model::ItemVerdict& item : judged->items) {
      records_[hash].items.erase(item.item);
      if (const auto is = class_of(item)) records_[hash].items[item.item] = *is;
    }
  }
  if (const auto* reviewed = std::get_if<model::Reviewed>(&event.what)) {
    const auto record = records_.find(reviewed->record);
    const bool is_exception = statement_.exceptions.contains({event.node.value(), event.incarnation, event.sequence});
    if (record != records_.end() && !is_exception) {
      record->second.reviewer = reviewed->agreed ? event.person.value() : std::string{};
    }
  }
  const auto* approval = std::get_if<model::Approved>(&event.what);
  if (approval == nullptr) return {};
  if (statement_.exceptions.contains({event.node.value(), event.incarnation, event.sequence})) return {};
  return approved(event, *approval);
}

std::string Recount::approved(const model::Event& event, const model::Approved& approval) {
  const auto record = records_.find(approval.record);
  if (record == records_.end()) return "is counted, and the record it approves is not in its stream";
  const Record& judged = record->second;
  if (judged.node != event.node.value() || judged.task != event.task) return "approves another task's record";
  if (judged.outcome != approval.outcome || judged.version != approval.version) {
    return "is counted with another outcome or version than its record has";
  }
  const std::string& approver = event.person.value();
  const std::string& reviewer = judged.reviewer;
  const bool three = !judged.analyst.empty() && !reviewer.empty() && !approver.empty() && judged.analyst != reviewer &&
                     judged.analyst != approver && reviewer != approver && approval.reviewer.value() == reviewer;
  if (!three) return "is counted without three different people";
  const auto grant = grants_.find(event.token);
  const Granted* granted = grant == grants_.end() ? nullptr : &grant->second;
  if (granted == nullptr && event.token.generation >= statement_.head.generation) {
    return fmt::format("is counted under token {}.{}, which was never given out", event.token.generation,
                       event.token.counter);
  }
  if (granted != nullptr && (granted->node != event.node.value() || granted->grant.task != event.task)) {
    return "is counted under the token of another node or task";
  }
  if (granted != nullptr) {
    if (std::string why = broken_lot(granted->grant.lot, judged.lot, judged.outcome); !why.empty()) return why;
  }
  if (standing_[event.task].version >= approval.version) return "is counted again";
  count(event, judged, granted, granted != nullptr && granted->grant.retest.has_value());
  return {};
}

std::optional<Cell> Recount::cell_of(const model::Event& event, const Record& record) const {
  const auto place = places_.find(event.task);
  const auto node = statement_.nodes.find(event.node.value());
  if (place == places_.end() || node == statement_.nodes.end()) return std::nullopt;
  const model::Grant& grant = place->second->grant;
  const auto month = static_cast<std::uint32_t>(static_cast<int>(record.day.year()) * 12 +
                                                static_cast<int>(unsigned{record.day.month()}) - 1);
  return Cell{grant.programme.value(),
              grant.city.value(),
              grant.category.value(),
              static_cast<std::uint32_t>(grant.stage),
              month,
              node->second.laboratory};
}

void Recount::count(const model::Event& event, const Record& record, const Granted* granted, bool is_retest) {
  Standing& standing = standing_[event.task];
  std::optional<Cell> cell = cell_of(event, record);
  if (is_retest && standing.cell) {  // it stays with the laboratory whose verdict was disputed
    const auto laboratory = std::get<5>(*standing.cell);
    cell = cell.value_or(*standing.cell);
    std::get<5>(*cell) = laboratory;
  }
  const auto counts = [this](const std::optional<Cell>& at) -> CellCounts& { return at ? cells_[*at] : unplaced_; };
  const std::size_t outcome = place_of(record.outcome);
  if (standing.version == 0) {
    ++counts(cell).first[outcome];
    ++verdicts;
  } else {
    --counts(standing.cell).final[standing.outcome];
    ++amended;
  }
  ++counts(cell).final[outcome];
  adopted += granted == nullptr;
  if (is_retest) {
    ++retested;
    if (cell) ++retested_in_[*cell];
  }
  count_items(event.task, standing, record, is_retest);
  standing.version = record.version;
  standing.cell = cell;
  standing.outcome = outcome;
}

// A retest replaces the disputed items it decided; which those are is in the panel, so here they stay as they were.
void Recount::count_items(const model::TaskId& task, Standing& standing, const Record& record, bool is_retest) {
  if (is_retest) {
    ++retested_with_[standing.panel];
    return;
  }
  const bool is_first = standing.version == 0;
  for (const auto& [item, is] : standing.items) --items_[{standing.panel, item}].final[is];
  const auto place = places_.find(task);
  standing.panel = record.panel;
  if (place != places_.end()) standing.panel.second = to_hex(place->second->grant.panel.value());
  standing.items = record.items;
  for (const auto& [item, is] : standing.items) {
    ItemCounts& counts = items_[{standing.panel, item}];
    ++counts.final[is];
    if (is_first) ++counts.first[is];
  }
}

void Recount::compare(const std::function<void(std::string where, std::string what)>& tell) const {
  compare_cells(tell);
  if (items_left_out().empty()) compare_items(tell);
}

std::string Recount::items_left_out() const {
  if (statement_.form < statement_form_with_items) return "the statement does not say them";
  // Without the orders nobody knows the panels.
  if (sum(unplaced_.first) > 0) return "orders that name their panels were lost";
  return {};
}

void Recount::compare_items(const std::function<void(std::string where, std::string what)>& tell) const {
  std::map<Item, std::pair<ItemCounts, ItemCounts>> all;
  for (const auto& [item, counts] : items_) all[item].first = counts;
  for (const auto& [item, counts] : statement_.items) all[item].second = counts;
  for (const auto& [item, both] : all) {
    if (both.first == both.second) continue;
    const auto& [ours, theirs] = both;
    const auto retests = retested_with_.find(item.first);
    const auto others = moved(ours.final, theirs.final);
    if (ours.first == theirs.first && others && retests != retested_with_.end() && *others <= retests->second) continue;
    tell(fmt::format("item {} of panel {} in edition {}", item.second, item.first.second, item.first.first),
         fmt::format("first {} final {} from the events, first {} final {} in the statement", text_of(ours.first),
                     text_of(ours.final), text_of(theirs.first), text_of(theirs.final)));
  }
}

void Recount::compare_cells(const std::function<void(std::string where, std::string what)>& tell) const {
  std::set<Cell> all;
  for (const auto& [cell, counts] : cells_) all.insert(cell);
  for (const auto& [cell, counts] : statement_.cells) all.insert(cell);
  Counts first_over{};
  Counts final_over{};
  for (const Cell& cell : all) {
    const auto counted = cells_.find(cell);
    const auto stated = statement_.cells.find(cell);
    const CellCounts ours = counted == cells_.end() ? CellCounts{} : counted->second;
    const CellCounts theirs = stated == statement_.cells.end() ? CellCounts{} : stated->second;
    if (ours == theirs) continue;
    bool is_over = true;  // what is counted there without an order that says so
    for (std::size_t i = 0; i < 4; ++i) is_over = is_over && theirs.first[i] >= ours.first[i];
    if (is_over && sum(unplaced_.first) > 0) {
      for (std::size_t i = 0; i < 4; ++i) {
        first_over[i] += theirs.first[i] - ours.first[i];
        final_over[i] += theirs.final[i] - std::min(theirs.final[i], ours.final[i]);
      }
      continue;
    }
    const auto retests = retested_in_.find(cell);
    const auto other_outcome = moved(ours.final, theirs.final);
    const bool explained = ours.first == theirs.first && other_outcome && retests != retested_in_.end() &&
                           *other_outcome <= retests->second;
    if (explained) continue;
    tell(text_of(cell),
         fmt::format("first {} final {} from the events, first {} final {} in the statement", text_of(ours.first),
                     text_of(ours.final), text_of(theirs.first), text_of(theirs.final)));
  }
  if (first_over != unplaced_.first) {
    tell("cells",
         fmt::format("{} verdicts under lost orders, {} counted", text_of(unplaced_.first), text_of(first_over)));
  }
}

}  // namespace lab::verify
