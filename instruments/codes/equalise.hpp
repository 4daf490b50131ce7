#pragma once
// Undoes blur between modules. Pure.

#include "instruments/codes/module_matrix.hpp"

namespace lab::codes {

/// What is known of each module beforehand: 1 dark, -1 light, 0 unknown.
using KnownModules = Matrix<signed char>;

/// Of the roles of a QR code or a Data Matrix: what is neither light nor dark by itself is not known.
template <typename Role>
KnownModules known_modules(const Matrix<Role>& roles) {
  KnownModules known(roles.columns(), roles.rows());
  for (int row = 0; row < roles.rows(); ++row) {
    for (int column = 0; column < roles.columns(); ++column) {
      if (roles.at(column, row) == Role::dark) known.at(column, row) = 1;
      if (roles.at(column, row) == Role::light) known.at(column, row) = -1;
    }
  }
  return known;
}

/// How dark each module is when the picture was blurred by a camera out of focus or in motion, so that each module was
/// seen mixed with its neighbours. In turns, the mixture is estimated from what the modules seem to be (least squares
/// over a neighbourhood of 5 x 5), and the modules from what the mixture explains (soft interference cancellation).
/// Around the symbol everything is light. `seen` and `known` have one size, at least 8 x 8.
SoftModules equalised(const SoftModules& seen, const KnownModules& known);

}  // namespace lab::codes
