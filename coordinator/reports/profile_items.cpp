#include "coordinator/reports/profile_items.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/registry.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::reports {

namespace tables = coordinator::tables;
using tables::ItemClass;
using tables::ProfileNumber;

namespace {

std::string unnamed(const tables::Profile& profile, std::uint16_t item) {
  if (item == model::whole_sample) return "整批";
  return fmt::format("{} 第 {} 项", profile.panel.value(), item + 1);
}

}  // namespace

const std::vector<ProfileItems::Item>& ProfileItems::of(ProfileNumber number) {
  const auto [place, is_new] = items_.try_emplace(number);
  if (!is_new) return place->second;
  const tables::Profile profile = tables::profile(store_, number);
  const auto& names = names_of(profile);
  for (const tables::ItemState& state : profile.items) {
    const bool is_known = state.item < names.size();
    const bool reference = is_known && names[state.item].reference_only;
    place->second.push_back({index_of(is_known ? names[state.item].analyte : unnamed(profile, state.item)),
                             reference ? reference_class : static_cast<std::size_t>(state.is)});
  }
  return place->second;
}

bool ProfileItems::is_failed(ProfileNumber number, const std::string& analyte) {
  return std::ranges::any_of(of(number), [&](const Item& item) {
    const bool fails =
        item.is == static_cast<std::size_t>(ItemClass::fail) || item.is == static_cast<std::size_t>(ItemClass::problem);
    return fails && analytes_[item.analyte] == analyte;
  });
}

const std::vector<tables::ItemName>& ProfileItems::names_of(const tables::Profile& profile) {
  const auto [place, is_new] = panels_.try_emplace({profile.edition, profile.panel});
  if (!is_new) return place->second;
  if (auto kept = tables::item_names(store_, profile.edition, profile.panel)) {
    place->second = std::move(*kept);
    return place->second;
  }
  // The edition came after the first verdict by it.
  const auto bytes = tables::blob(store_, profile.edition);
  const auto set = bytes ? rules::open_bundle(*bytes) : Result<rules::ReferenceSet>{fail(ErrorCode::not_found, "")};
  const model::Panel* const panel = set ? set->panel(profile.panel) : nullptr;
  if (panel == nullptr) return place->second;
  for (const model::PanelItem& item : panel->items) place->second.push_back({item.limited_as(), item.reference_only});
  return place->second;
}

std::size_t ProfileItems::index_of(const std::string& analyte) {
  const auto [place, is_new] = indices_.try_emplace(analyte, analytes_.size());
  if (is_new) analytes_.push_back(analyte);
  return place->second;
}

}  // namespace lab::reports
