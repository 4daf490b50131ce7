#pragma once
// The verdict on a lot: by how many of its items do not conform, and the plan it was ordered with.

#include <string>

#include "lab-node/tables/refusal.hpp"
#include "protocol/model/sample.hpp"

namespace lab::judging {

inline bool is_lot(const model::Sample& sample) { return sample.grant.lot.has_value(); }

/// Whether `count` can be that of this lot. Refused: bad_order (the order cannot be read here), bad_count (another
/// number of items than ordered, or more nonconforming than inspected where items are counted). Precondition: the
/// sample is of a lot.
node::Decided<void> check_count(const model::Sample& sample, const model::LotCount& count);

/// Pure: the same count and order give the same verdict. It has one entry, for the sample as a whole, and no reference
/// set. Precondition: the sample has been drawn, and its count passes check_count.
model::Judged lot_verdict(const model::Sample& sample);

/// What is to be inspected, and what was found with the verdict when there is a count; Chinese.
/// Precondition: the sample is of a lot.
std::string explain_lot(const model::Sample& sample);

}  // namespace lab::judging
