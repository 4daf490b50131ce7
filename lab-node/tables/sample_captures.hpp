#pragma once
// From a result back to the capture that it was read from.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/journal/view.hpp"
#include "protocol/model/sample.hpp"

namespace lab::node::tables {

constexpr std::size_t captures_looked_at = 10'000;  // of the newest, for all results of a sample

/// The capture with these octets. Those of a meter are alike from sample to sample, and their hash leads to the first
/// of them only: then that of this sample is looked for among the newest. `left` says how many captures may still be
/// looked at, and is lowered. Nothing rather than one of another sample.
std::optional<std::uint64_t> capture_behind(const journal::View& store, const model::Sample& sample, const Hash& raw,
                                            std::size_t& left);

}  // namespace lab::node::tables
