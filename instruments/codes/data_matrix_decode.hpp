#pragma once
// From how dark each module is to modules that are right. Pure.

#include <optional>

#include "instruments/codes/data_matrix_layout.hpp"
#include "instruments/codes/module_matrix.hpp"

namespace lab::codes {

struct RepairedDataMatrix {
  HardModules modules;  // without any error: what the text is, an ordinary decoder says
  int errors = 0;       // codewords that were wrong
  int erasures = 0;     // codewords that were given up
  int spare = 0;  // check codewords left over, of the block that has fewest: from `spare_proof` on, chance is excluded
};

/// Repairs a Data Matrix with its solid lines left and below. Nothing when it cannot be repaired with check codewords
/// to spare, or `modules` have no size of a Data Matrix.
std::optional<RepairedDataMatrix> repair_data_matrix(const SoftModules& modules);

}  // namespace lab::codes
