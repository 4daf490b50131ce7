#include "lab-node/judging/editions.hpp"

#include <algorithm>

#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"

namespace lab::judging {

PanelIndex::PanelIndex(const model::Panel& panel, const rules::AnalyteNames& names)
    : panel_(panel), questions_(rules::questions_of(panel.items)) {
  // At most rules::panel_items_max of them.
  const auto items = static_cast<std::uint16_t>(panel.items.size());
  for (std::uint16_t item = 0; item < items; ++item) {
    for (const std::string& name : names.all(panel.items[item].analyte)) {
      if (name.empty()) continue;
      const auto [place, fresh] = items_.emplace(name, item);
      if (!fresh && place->second != item) place->second.reset();
    }
  }
  // An item's own name is never in doubt, whatever else shares it.
  for (std::uint16_t item = 0; item < items; ++item) {
    items_[rules::fold_analyte(panel.items[item].analyte)] = item;
  }
}

std::optional<std::uint16_t> PanelIndex::item_of(const std::string& analyte) const {
  const auto found = items_.find(rules::fold_analyte(analyte));
  return found == items_.end() ? std::nullopt : found->second;
}

bool PanelIndex::is_ambiguous(const std::string& analyte) const {
  const auto found = items_.find(rules::fold_analyte(analyte));
  return found != items_.end() && !found->second;
}

const PanelIndex* Edition::panel(const model::PanelCode& code) {
  const auto known = panels_.find(code);
  if (known != panels_.end()) return &known->second;
  const model::Panel* panel = set_.panel(code);
  if (!panel) return nullptr;
  return &panels_.try_emplace(code, *panel, set_.analytes).first->second;
}

const std::vector<model::Limit>& Edition::limits(const model::Grant& grant, CivilDate date) {
  LimitsKey key{grant.panel, grant.commodity, grant.category, date};
  const auto known = limits_.find(key);
  if (known != limits_.end()) return known->second;
  const PanelIndex* index = panel(grant.panel);
  LAB_CHECK(index != nullptr);
  if (limits_.size() >= limits_kept_max) limits_.clear();
  const rules::SampleNames names{grant.commodity, set_.categories.path(grant.category)};
  auto resolved = rules::limits_for_panel(set_.limits, index->panel().items, names, date);
  LAB_CHECK(resolved.size() == index->panel().items.size());
  return limits_.emplace(std::move(key), std::move(resolved)).first->second;
}

std::shared_ptr<Edition> Editions::at(const journal::View& store, const Hash& hash) {
  if (hash.is_zero()) return nullptr;
  const auto known = std::ranges::find_if(editions_, [&](const auto& edition) { return edition->hash() == hash; });
  if (known != editions_.end()) return *known;
  const auto bytes = node::tables::reference(store, hash);
  if (!bytes) return nullptr;
  auto set = rules::open_bundle(*bytes);
  if (!set) return nullptr;
  auto requirements = quality::Requirements::load(set->quality);
  if (!requirements) return nullptr;
  if (editions_.size() >= kept_max) editions_.erase(editions_.begin());
  editions_.push_back(std::make_shared<Edition>(hash, std::move(*set), std::move(*requirements)));
  return editions_.back();
}

std::shared_ptr<Edition> Editions::current(const journal::View& store) {
  return at(store, node::tables::current_reference(store));
}

}  // namespace lab::judging
