#pragma once
// A report of what another limit table or decision rule would change: made on every core, kept for its pages. Private
// to this folder.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "coordinator/reports/stored_results.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/rules/rejudge.hpp"

namespace lab::board {

/// What a report is of. Without a table the hash is that of nothing, and the version says which set is in use.
struct Question {
  Hash table;
  rules::RejudgeRule rule;
  std::uint64_t version = 0;  // of the store

  bool operator==(const Question&) const = default;
};

/// What one thread has judged: a part of the tasks.
struct JudgedPart {
  reports::StoredResults stored;
  rules::RejudgeReport figures;
  std::vector<rules::ChangedItem> changes;  // their limits are in `limits`
  std::deque<model::Limit> limits;
};

struct Report {
  Question of;
  UtcTime as_of{};
  /// In order. Not a vector: when it grows it copies what may throw when moved, and changes point into their part.
  std::deque<JudgedPart> parts;
  rules::RejudgeReport figures;  // of all of them
};

/// Judges every stored result by `set`. `first` is a snapshot of the version asked for; each further thread opens its
/// own, and when the store has gone on meanwhile, one thread does it all. Throws journal::Damage.
Report report_on(const journal::Store& store, std::unique_ptr<journal::Snapshot> first, const Question& question,
                 const rules::ReferenceSet& set, UtcTime now);

}  // namespace lab::board
