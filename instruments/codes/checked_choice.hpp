#pragma once
// The likeliest sequence of characters whose check character is right. Pure.

#include <span>
#include <vector>

namespace lab::codes {

/// One character that may stand at a place.
struct CheckedOption {
  int value = 0;
  int residue = 0;  // what it adds to the check sum, 0 and up
  float gain = 0;
};

struct CheckedSequence {
  std::vector<int> values;
  float gain = 0;  // sum
};

/// The best sequences, the best first, that take one option at each place and whose residues add up to a multiple of
/// `modulus`; at most two, which is what it takes to know how much better the best is. Exact (dynamic programming over
/// the sum).
std::vector<CheckedSequence> best_checked(std::span<const std::vector<CheckedOption>> places, int modulus);

}  // namespace lab::codes
