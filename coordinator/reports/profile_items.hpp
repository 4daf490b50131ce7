#pragma once
// What the items of a profile (tables/item_counts.hpp) are called, and whether they count.

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coordinator/tables/item_counts.hpp"
#include "protocol/journal/view.hpp"

namespace lab::reports {

/// Behind the classes of items: judged for reference only, whatever was found.
inline constexpr std::size_t reference_class = coordinator::tables::item_classes;

/// Looks each profile up once. One thread; the store outlives it.
class ProfileItems {
 public:
  struct Item {
    std::size_t analyte = 0;  // index in analytes()
    std::size_t is = 0;       // tables::ItemClass, or reference_class
  };

  explicit ProfileItems(const journal::View& store) : store_(store) {}

  const std::vector<Item>& of(coordinator::tables::ProfileNumber number);
  /// As the limits call them; of an edition that is not held here by the place in their panel.
  [[nodiscard]] const std::vector<std::string>& analytes() const { return analytes_; }

  /// Whether the analyte is there and is what makes a sample fail.
  bool is_failed(coordinator::tables::ProfileNumber number, const std::string& analyte);

 private:
  const std::vector<coordinator::tables::ItemName>& names_of(const coordinator::tables::Profile& profile);
  std::size_t index_of(const std::string& analyte);

  const journal::View& store_;
  std::unordered_map<coordinator::tables::ProfileNumber, std::vector<Item>> items_;
  std::map<std::pair<Hash, model::PanelCode>, std::vector<coordinator::tables::ItemName>> panels_;
  std::unordered_map<std::string, std::size_t> indices_;
  std::vector<std::string> analytes_;
};

}  // namespace lab::reports
