#pragma once
// Serials that a node may give by itself.

#include <cstdint>
#include <functional>

#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/serials.hpp"

namespace lab::coordinator::tables {

struct Lease {
  model::NodeId node;
  model::SerialKind kind;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t incarnation = 1;  // of the node's stream in which it asked

  bool operator==(const Lease&) const = default;
};

void put_lease(journal::Draft& draft, const Lease& lease);
void for_each_lease(const journal::View& store, model::NodeId node, const model::SerialKind& kind,
                    const std::function<void(const Lease& lease)>& visit);
/// Whether `number` is among the serials leased to that node in that incarnation.
bool is_leased(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
               const model::SampleNumber& number);

}  // namespace lab::coordinator::tables
