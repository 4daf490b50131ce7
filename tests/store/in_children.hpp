#pragma once
// Many small examinations, each of which may kill whoever makes it: they run in child processes, and the next child
// goes on after the one that died.

#include <cstddef>
#include <functional>
#include <vector>

namespace lab::faults {

/// Calls work(i) for 0 .. count-1 in `jobs` children at a time; returns what it returned (0 .. 1000), or minus the
/// signal that ended the child. More than `patience_seconds` for one is -SIGALRM. The children's error output is thrown
/// away.
std::vector<int> run_in_children(std::size_t count, int jobs, unsigned patience_seconds,
                                 const std::function<int(std::size_t)>& work);

}  // namespace lab::faults
