#pragma once
// An evidence export of a coordinator, as `qlims export evidence` puts it together, and its sections taken apart.

#include <vector>

#include "protocol/model/tree_head.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::verify::testing {

Bytes exported(const coordinator::testing::World& world);
/// What the coordinator shows a laboratory now.
model::TreeHead head_of(const coordinator::testing::World& world);

struct Section {
  char kind = 0;
  Bytes body;

  bool operator==(const Section&) const = default;
};
std::vector<Section> sections_of(BytesView file);
Bytes file_of(const std::vector<Section>& sections);

}  // namespace lab::verify::testing
