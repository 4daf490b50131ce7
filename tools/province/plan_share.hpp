#pragma once
// A province small enough for one machine: a share of the plan's samples, and some of its laboratories. Pure.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::province {

/// The plan's CSV with every quota divided, so that the total is the whole total divided (rounded down) and every city
/// and category keeps its part: what is cut off one cell is carried on to the next. Cells left with nothing are
/// dropped.
Result<std::string> share_of_plan(std::string_view csv, int divide_by);

/// The sum of a plan's quotas.
Result<long> samples_in_plan(std::string_view csv);

/// How many of a plan's lots cannot be granted before others of their series are counted: of each series all but one.
Result<long> lots_that_wait(std::string_view csv);

struct ChosenLaboratories {
  std::string
      csv;  // their rows; when some are left out, the others take everything: all panels, room for the whole plan
  std::vector<std::pair<int, std::string>> laboratories;  // number and name
};

/// The first `count` laboratories of the list (all of them when there are no more), for a plan of `samples`.
Result<ChosenLaboratories> choose_laboratories(std::string_view csv, int count, long samples);

}  // namespace lab::province
