#pragma once
// Bars that lean, bend or jump at a fold do not stand at the same place in all bands. Pure.

#include <vector>

#include "instruments/codes/bar_alphabet.hpp"

namespace lab::codes {

/// Shifts each band, by another amount at each place, to where its bars stand in the middle one. Goes from the middle
/// outwards, so that only the difference between neighbours has to be found: up to three samples each.
/// The bands are of one length.
void align_bands(std::vector<BarBand>& bands);

}  // namespace lab::codes
