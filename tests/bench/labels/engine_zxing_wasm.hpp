#pragma once
// The zxing-cpp of the present, which Debian does not have: as a program for node, from npm.

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/labels/engines.hpp"

namespace lab::bench {

/// An answer for each of the files, in their order. None for a picture on which it failed. Nothing at all, and why on
/// standard error, when it was not fetched (`tests/instruments/peers/fetch BUILD/peers zxing-wasm`) or did not run.
std::vector<std::optional<Answer>> by_zxing_wasm(const std::vector<std::string>& files);

}  // namespace lab::bench
