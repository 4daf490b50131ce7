#pragma once
// What a run cost: processor time, flushes, room on disk.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace lab::province_year {

/// User and system time of a process, of its children and of those it has waited for, so far.
double cpu_seconds_of_tree(pid_t root);

/// What the flush shim wrote for every program that has ended.
struct Flushes {
  std::uint64_t flushes = 0;
  std::uint64_t octets = 0;  // written to files
};
Flushes read_flush_log(const std::filesystem::path& log);

/// Room that the files of a folder take; holes take none.
std::uint64_t octets_on_disk(const std::filesystem::path& folder);

double median(std::vector<double> values);
/// `share` 0.5 is the median. Zero when there are none.
double quantile(std::vector<double> values, double share);

}  // namespace lab::province_year
