#pragma once
// A laboratory that was drawn by lot, so that the draw can be repeated by whoever doubts it.

#include <optional>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "protocol/model/ids.hpp"

namespace lab::coordinator::tables {

/// How the other laboratory was found. Whoever has the seed and the list draws the same one again; see
/// dispatch/draw.hpp.
struct Draw {
  Hash seed;
  std::vector<model::LaboratoryId> candidates;  // in order
  model::LaboratoryId drawn;

  bool operator==(const Draw&) const = default;
};

/// As part of a record.
void add_draw(journal::Fields& record, const std::optional<Draw>& draw);
std::optional<Draw> take_draw(journal::FieldReader& fields);

}  // namespace lab::coordinator::tables
