#pragma once
// Undoes blur between modules. Pure.

#include "instruments/codes/module_matrix.hpp"

namespace lab::codes {

/// What is known of each module beforehand: 1 dark, -1 light, 0 unknown.
using KnownModules = Matrix<signed char>;

/// How dark each module is when the picture was blurred by a camera out of focus or in motion, so that each module was
/// seen mixed with its neighbours. In turns, the mixture is estimated from what the modules seem to be (least squares
/// over a neighbourhood of 5 x 5), and the modules from what the mixture explains (soft interference cancellation).
/// Around the symbol everything is light. `seen` and `known` have one size, at least 8 x 8.
SoftModules equalised(const SoftModules& seen, const KnownModules& known);

}  // namespace lab::codes
