#pragma once
// Codewords that know how sure they are of themselves, and their correction: the least sure are given up, few at first,
// until the block is right (generalised minimum distance decoding; G. D. Forney, 1966). Pure.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "instruments/codes/module_matrix.hpp"
#include "instruments/codes/reed_solomon.hpp"

namespace lab::codes {

struct SoftCodeword {
  std::uint8_t value = 0;
  float sureness = 0;  // of its least sure module; 0 knows nothing. Only the order counts.
};

/// The codewords along a path of modules, eight to a codeword, the highest bit first.
std::vector<SoftCodeword> soft_codewords(const SoftModules& modules, std::span<const ModulePlace> path);

/// Check codewords that must be left over for a correction to prove itself. Erasing until nothing contradicts makes any
/// noise right; with this many left, one block of noise in 256 cubed, shared among all that is tried.
constexpr int spare_proof = 3;

/// Corrects in place, leaving over as many check codewords as can be. Nothing, and the block unchanged, when nothing
/// corrects it.
std::optional<Correction> correct_softly(const ReedSolomon& code, std::span<SoftCodeword> block, int check_count);

/// Check codewords that the correction of a block has left over.
inline int spare_of(const Correction& correction, int check_count) {
  return check_count - 2 * correction.errors - correction.erasures;
}

/// Of all blocks of a symbol together.
struct Repair {
  int errors = 0;
  int erasures = 0;
  int spare = std::numeric_limits<int>::max();  // check codewords left over, of the block that has fewest
};

/// Corrects every block in place; `blocks` says where in `codewords` those of each block stand. Nothing when one of
/// them is beyond correction.
std::optional<Repair> correct_blocks(const ReedSolomon& code, std::span<SoftCodeword> codewords,
                                     std::span<const std::vector<std::size_t>> blocks, int check_count);

}  // namespace lab::codes
