#include "coordinator/reports/stored_results.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/rules/panel_results.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

model::Event event_at(const journal::View& store, const tables::EventPlace& place) {
  const auto flat = session::held_event(store, place.node, place.incarnation, place.sequence);
  if (!flat) throw journal::Damage("an event whose place is noted is not held");
  auto event = wire::decode_event(*flat);
  if (!event) throw journal::Damage("a held event cannot be read: " + to_text(event.error()));
  return std::move(*event);
}

class Reader {
 public:
  explicit Reader(const journal::View& store) : store_(store) {}

  StoredResults read() {
    for (const model::PlanEntry& plan : tables::plans(store_)) {
      tables::for_each_file(store_, tables::ref_of(plan), [&](const model::TaskId& task, const tables::TaskFile& file) {
        if (const auto result = file.result()) add_sample(task, file, *result);
        return true;
      });
    }
    return std::move(results_);
  }

 private:
  // The panel of one reference set in the columns; nothing when it is not held.
  std::optional<std::uint32_t> panel_of(const Hash& edition, const model::PanelCode& code) {
    const auto [place, fresh] = panels_.emplace(std::pair{edition, code}, std::nullopt);
    if (!fresh) return place->second;
    const auto bytes = tables::blob(store_, edition);
    if (!bytes) return std::nullopt;
    const auto set = rules::open_bundle(*bytes);
    const model::Panel* panel = set ? set->panel(code) : nullptr;
    if (panel) place->second = results_.columns.add_panel(*panel);
    return place->second;
  }

  void add_sample(const model::TaskId& id, const tables::TaskFile& file, const model::ResultEntry& result) {
    const auto task = tables::task(store_, id);
    if (!task) throw journal::Damage("a task with a result is not there");
    const tables::EventPlace judged_at{result.node, result.incarnation, result.judged_at};
    const model::Event event = event_at(store_, judged_at);
    const auto* judged = std::get_if<model::Judged>(&event.what);
    if (judged == nullptr) throw journal::Damage("the event of a verdict is none");
    const auto panel = panel_of(judged->edition, task->panel);
    if (!panel) {
      ++results_.without_panel;
      return;
    }
    read_determinations(file, judged_at);
    std::vector<rules::StoredDetermination> stored;
    stored.reserve(judged->items.size());
    for (const model::ItemVerdict& item : judged->items) {
      stored.push_back({.result = last_of(item.item), .outcome = item.outcome, .reason = item.reason});
      add_further_portions(item, stored);
    }
    results_.columns.add({.city = task->city,
                          .category = task->category,
                          .commodity = task->commodity,
                          .sampled_on = judged->judged_for},
                         *panel, stored);
    results_.tasks.push_back(id);
  }

  void add_further_portions(const model::ItemVerdict& item, std::vector<rules::StoredDetermination>& stored) const {
    if (item.item >= found_.size()) return;
    for (const std::uint8_t portion : found_.further_portions_of(item.item)) {
      stored.push_back({.result = *found_.of(item.item, portion),
                        .outcome = item.outcome,
                        .reason = item.reason,
                        .portion = portion});
    }
  }

  // The last determination of each item and portion before the verdict, by the node that made it.
  void read_determinations(const tables::TaskFile& file, const tables::EventPlace& judged_at) {
    measured_.clear();
    std::size_t items = 0;
    for (const tables::EventPlace& place : file.places()) {
      if (place.node != judged_at.node || !(place < judged_at)) continue;
      model::Event event = event_at(store_, place);
      auto* const measured = std::get_if<model::Measured>(&event.what);
      if (measured == nullptr) continue;
      measured_.push_back(std::move(*measured));
      for (const model::Determination& one : measured_.back().determinations) {
        items = std::max<std::size_t>(items, one.item + 1U);
      }
    }
    found_ = rules::PanelResults{items};
    for (const model::Measured& measured : measured_) {
      for (const model::Determination& one : measured.determinations) found_.add(one, measured.portion);
    }
  }

  // One that is missing, where there is none. Valid until the next sample.
  const model::Determination& last_of(std::uint16_t item) {
    const model::Determination* const found = item < found_.size() ? found_.of(item) : nullptr;
    if (found != nullptr) return *found;
    model::Determination& nothing = nothing_[item];
    nothing.item = item;
    return nothing;
  }

  const journal::View& store_;
  StoredResults results_;
  std::map<std::pair<Hash, model::PanelCode>, std::optional<std::uint32_t>> panels_;
  std::deque<model::Measured> measured_;                   // of the sample at hand
  rules::PanelResults found_{0};                           // into measured_
  std::map<std::uint16_t, model::Determination> nothing_;  // items without a result
};

}  // namespace

StoredResults stored_results(const journal::View& store) { return Reader{store}.read(); }

}  // namespace lab::reports
