#pragma once
// Our side: a coordinator's store that was counted into, asked in process and over HTTP.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"

namespace lab::bench {

/// Milliseconds of every call, in their order.
using Times = std::vector<double>;

/// What is asked of the summary: by which axes, and of which city (0: all).
struct Asked {
  std::string axes;
  std::uint32_t city = 0;
};

class Coordinator {
 public:
  /// `folder` must not exist: a coordinator with one person, and a reference set for the names and targets.
  static Result<Coordinator> set_up(const std::filesystem::path& folder);

  /// Counts the first `verdicts` of a Draw as the ledger does, cell and city, first verdict and amendment.
  Result<void> count(std::uint64_t verdicts);
  /// Calls of reports::summarize, each on a snapshot of its own as the route does it.
  Result<Times> in_process(const Asked& asked, int calls);
  /// GET /api/v1/summary of the running program over one kept connection.
  Result<Times> over_http(const Asked& asked, int calls);
  /// Of the fine cells, after the coarse ones were found to be their sums.
  Result<std::map<coordinator::tables::CellKey, coordinator::tables::Tally>> cells();

 private:
  Coordinator(std::filesystem::path folder, std::string token) : folder_(std::move(folder)), token_(std::move(token)) {}
  template <class Work>
  Result<void> while_running(const Work& work);

  std::filesystem::path folder_;
  std::string token_;
};

}  // namespace lab::bench
