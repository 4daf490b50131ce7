#pragma once
// Every determination the coordinator holds, in columns, with the verdict it was given.

#include <cstdint>
#include <vector>

#include "protocol/journal/view.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/rules/result_columns.hpp"

namespace lab::reports {

struct StoredResults {
  rules::ResultColumns columns;
  std::vector<model::TaskId> tasks;  // of each sample of the columns, ascending within a plan
  /// Judged samples whose reference set or panel is not held here, so that nobody can say what was measured.
  std::uint64_t without_panel = 0;
};

/// The tasks of every plan in `of` equal shares, of which this is number `index`.
struct Part {
  std::uint32_t index = 0;
  std::uint32_t of = 1;
};

/// Reads the newest verdict of every task of a part, counted or not, and the determinations it rests on: of each item
/// and portion the last one that the node reported before it judged. An item that was judged without a result is one
/// that is missing. Of a retested sample the newest verdict is on what was disputed, and so are its determinations
/// here. Lots are left out: no limit decides about them. Parts may be read at the same time, each from a snapshot of
/// its own.
StoredResults stored_results(const journal::View& store, const Part& part = {});

}  // namespace lab::reports
