#pragma once
// What was measured of the items of one panel: a result per item, and more of them where further portions were tested.

#include <cstdint>
#include <map>
#include <vector>

#include "protocol/model/event.hpp"

namespace lab::rules {

/// Borrows the determinations it is given.
class PanelResults {
 public:
  explicit PanelResults(std::size_t items) : items_(items) {}

  /// A later one of the same item and portion takes the place of the earlier. Items the panel does not have are passed
  /// over. Precondition: `portion` is 1 or more.
  void add(const model::Determination& result, std::uint8_t portion);

  /// Null while there is none.
  [[nodiscard]] const model::Determination* of(std::uint16_t item, std::uint8_t portion = 1) const;
  /// Every portion of the item, in their order.
  [[nodiscard]] const std::map<std::uint8_t, const model::Determination*>& portions_of(std::uint16_t item) const {
    return items_[item];
  }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

 private:
  std::vector<std::map<std::uint8_t, const model::Determination*>> items_;
};

}  // namespace lab::rules
