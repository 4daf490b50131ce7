#pragma once
// Names beside codes in what the page sees. Private to this folder.

#include <nlohmann/json.hpp>

#include "coordinator/board/province.hpp"
#include "coordinator/documents/names.hpp"

namespace lab::board {

/// city_name and category_name where the province knows them; `province` may be nothing.
inline void add_names(nlohmann::json& row, const Province* province, model::CityCode city,
                      const model::CategoryCode& category) {
  if (province == nullptr) return;
  if (const auto* known = province->divisions.find_city(city)) row["city_name"] = known->name;
  if (const auto* known = province->categories.find(category.value())) row["category_name"] = known->name;
}

/// For documents; valid as long as the province, which may be nothing.
inline documents::Names names_of(const Province* province) {
  if (province == nullptr) return {};
  return {.divisions = &province->divisions, .categories = &province->categories, .programmes = province->programmes};
}

}  // namespace lab::board
