#pragma once
// Internal to this folder. A QR or Data Matrix code whose errors have been corrected.

#include <optional>

#include "instruments/codes/module_matrix.hpp"
#include "instruments/label/reader/evidence.hpp"

namespace lab::label {

/// What the code says, if that is proven: by the check codewords left over, or, where correction has used them up, by
/// being a sample number with its own check character.
std::optional<Sighting> proven_text(const codes::HardModules& modules, int spare_checks);

}  // namespace lab::label
