#pragma once
// From how dark each module is to modules that are right. Pure.

#include <optional>

#include "instruments/codes/module_matrix.hpp"
#include "instruments/codes/qr_layout.hpp"

namespace lab::codes {

struct RepairedQr {
  HardModules modules;  // a QR code without any error: what its text is, an ordinary decoder says
  QrFormat format;
  int errors = 0;    // codewords that were wrong
  int erasures = 0;  // codewords that were given up
  int spare = 0;  // check codewords left over, of the block that has fewest: from `spare_proof` on, chance is excluded
};

/// Repairs a QR code, the upper left module first, neither turned nor mirrored. Nothing when it cannot be repaired, or
/// `modules` have no size of a QR code.
std::optional<RepairedQr> repair_qr(const SoftModules& modules);

}  // namespace lab::codes
