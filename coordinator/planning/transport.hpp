#pragma once
// The transportation problem: goods from sources to sinks at the least cost. The only header in front of LEMON.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lab::planning {

struct Lane {
  std::size_t source = 0;
  std::size_t sink = 0;
  std::int64_t cost = 0;  // per unit, >= 0
};

struct Shipment {
  std::vector<std::int64_t> carried;   // per lane
  std::vector<std::int64_t> stranded;  // per source: what no sink has room for
};

/// Carries as much as possible, and that at the least total cost; whole units, the same answer for the same input.
/// Precondition: supplies and rooms are not negative, and lanes name existing sources and sinks.
Shipment transport(const std::vector<std::int64_t>& supplies, const std::vector<std::int64_t>& rooms,
                   const std::vector<Lane>& lanes);

}  // namespace lab::planning
