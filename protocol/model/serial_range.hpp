#pragma once
// Which serials there are.

#include <cstdint>

#include "protocol/model/sample_number.hpp"

namespace lab::model {

/// Whether there are so many serials from `first` on, and at least one.
constexpr bool are_serials(std::uint32_t first, std::uint32_t count) {
  constexpr std::uint32_t last = SampleNumber::serial_max;
  return count > 0 && first <= last && count <= last - first + 1;
}

}  // namespace lab::model
