#pragma once
// What each step of our reader is worth, by itself: an ablation table.

#include "tests/instruments/label/corpus.hpp"

namespace lab::bench {

/// Prints the table for these pictures; with `list`, also which steps read each of them.
/// A step reads a picture when it sees one of the expected texts, proven or not.
void print_step_table(const std::vector<label::CorpusPicture>& pictures, bool list);

}  // namespace lab::bench
