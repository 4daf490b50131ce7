#pragma once
// Every determination the coordinator holds, in columns, with the verdict it was given.

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

/// Reads the newest verdict of every task, counted or not, and the determinations it rests on: of each item and
/// portion the last one that the node reported before it judged. An item that was judged without a result is one that
/// is missing. Of a retested sample the newest verdict is on what was disputed, and so are its determinations here.
/// What cannot be read although it was stored is damage and throws journal::Damage, as reading a record does.
StoredResults stored_results(const journal::View& store);

}  // namespace lab::reports
