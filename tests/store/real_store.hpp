#pragma once
// A coordinator's store with what real work leaves in it: laboratories, a plan, orders, events, verdicts, tables, a
// reference set of several pages; grown in some hundred commits, so that free pages and old copies lie between.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/store/history.hpp"

namespace lab::faults {

struct RealStore {
  std::filesystem::path folder;
  Records records;                 // by a store in memory that was given the same
  Records before_last;             // the same, before the last commit
  std::string file;                // data.mdb, up to the last page in use
  std::vector<std::string> older;  // the same at earlier moments
};

/// Made anew in `folder`.
RealStore make_real_store(const std::filesystem::path& folder);

}  // namespace lab::faults
