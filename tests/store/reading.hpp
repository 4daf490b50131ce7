#pragma once
// What a store says of itself, read as the daemons read it.

#include "protocol/journal/store.hpp"
#include "tests/store/history.hpp"

namespace lab::faults {

/// Every record, by a scan over all keys. Throws journal::Damage.
Records read_all(const journal::Store& store);

/// A whole scrub pass. Throws journal::Damage.
void scrub(const journal::Store& store);

}  // namespace lab::faults
