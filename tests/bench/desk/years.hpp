#pragma once
// The samples of years in a node's store.

#include <cstdint>

#include "protocol/base/result.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/model/sample.hpp"

namespace lab::desk_bench {

/// Of years before the one that is worked in; a year has 90,000 of them. `task` from 1.
model::Grant grant_of(std::uint32_t task);

/// Puts `count` samples like `pattern`, each with a grant of its own. Errors are the store's.
Result<void> put_years(journal::Store& store, model::Sample pattern, std::uint32_t count);

}  // namespace lab::desk_bench
