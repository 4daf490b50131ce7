#pragma once
// What was measured of the items of one panel: a result per item, and more of them where further portions were tested.

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "protocol/model/event.hpp"

namespace lab::rules {

/// Borrows the determinations it is given.
class PanelResults {
 public:
  explicit PanelResults(std::size_t items) : first_(items, nullptr) {}

  /// A later one of the same item and portion takes the place of the earlier. Items the panel does not have are passed
  /// over. Precondition: `portion` is 1 or more.
  void add(const model::Determination& result, std::uint8_t portion);

  /// Null while there is none. Precondition: the panel has the item.
  [[nodiscard]] const model::Determination* of(std::uint16_t item, std::uint8_t portion = 1) const;
  /// Portions from 2 on in which the item was measured, ascending.
  [[nodiscard]] std::vector<std::uint8_t> further_portions_of(std::uint16_t item) const;
  [[nodiscard]] std::size_t size() const { return first_.size(); }

 private:
  std::vector<const model::Determination*> first_;  // by item; further portions are rare
  std::map<std::pair<std::uint16_t, std::uint8_t>, const model::Determination*> further_;
};

}  // namespace lab::rules
