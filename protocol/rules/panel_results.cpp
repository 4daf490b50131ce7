#include "protocol/rules/panel_results.hpp"

#include "protocol/base/check.hpp"

namespace lab::rules {

void PanelResults::add(const model::Determination& result, std::uint8_t portion) {
  LAB_CHECK(portion >= 1);
  if (result.item < items_.size()) items_[result.item][portion] = &result;
}

const model::Determination* PanelResults::of(std::uint16_t item, std::uint8_t portion) const {
  const auto found = items_[item].find(portion);
  return found == items_[item].end() ? nullptr : found->second;
}

}  // namespace lab::rules
