#include "protocol/rules/panel_results.hpp"

#include "protocol/base/check.hpp"

namespace lab::rules {

void PanelResults::add(const model::Determination& result, std::uint8_t portion) {
  LAB_CHECK(portion >= 1);
  if (result.item >= first_.size()) return;
  if (portion == 1) {
    first_[result.item] = &result;
  } else {
    further_[{result.item, portion}] = &result;
  }
}

const model::Determination* PanelResults::of(std::uint16_t item, std::uint8_t portion) const {
  if (portion == 1) return first_[item];
  const auto found = further_.find({item, portion});
  return found == further_.end() ? nullptr : found->second;
}

std::vector<std::uint8_t> PanelResults::further_portions_of(std::uint16_t item) const {
  std::vector<std::uint8_t> portions;
  for (auto at = further_.lower_bound({item, 0}); at != further_.end() && at->first.first == item; ++at) {
    portions.push_back(at->first.second);
  }
  return portions;
}

}  // namespace lab::rules
