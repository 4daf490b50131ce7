#include "coordinator/ledger/retested.hpp"

#include <algorithm>
#include <vector>

#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::ledger {
namespace {

namespace tables = coordinator::tables;

Result<model::Panel> panel_of(const journal::View& store, const Hash& edition, const model::PanelCode& code) {
  const auto bytes = tables::blob(store, edition);
  if (!bytes) return fail(ErrorCode::not_found, "判定依据不在省平台");
  const auto set = rules::open_bundle(*bytes);
  const model::Panel* const panel = set ? set->panel(code) : nullptr;
  if (panel == nullptr) return fail(ErrorCode::not_found, "判定依据中没有该检测包");
  return *panel;
}

// The retest's items under the numbers of the first panel; those it does not have are left out.
std::vector<model::ItemVerdict> renumbered(const std::vector<model::ItemVerdict>& items, const model::Panel& own,
                                           const model::Panel& first) {
  std::vector<model::ItemVerdict> found;
  for (model::ItemVerdict item : items) {
    if (item.item >= own.items.size() || item.reason == model::Reason::part_of_sum) continue;
    const auto place = std::ranges::find(first.items, own.items[item.item].limited_as(),
                                         [](const model::PanelItem& one) { return one.limited_as(); });
    if (place == first.items.end()) continue;
    item.item = static_cast<std::uint16_t>(place - first.items.begin());
    found.push_back(item);
  }
  return found;
}

}  // namespace

Result<rules::FirstAndFinal> first_and_final(const journal::View& store, const model::Task& task,
                                             const tables::EventPlace& first, const tables::EventPlace& retest) {
  const model::Judged disputed = tables::judged_at(store, first);
  const model::Judged again = tables::judged_at(store, retest);
  const auto panel = panel_of(store, disputed.edition, task.panel);
  if (!panel) return tl::unexpected(panel.error());
  const auto own = panel_of(store, again.edition, task.panel);
  if (!own) return tl::unexpected(own.error());
  return rules::first_and_final(disputed.items, renumbered(again.items, *own, *panel), panel->items);
}

}  // namespace lab::ledger
