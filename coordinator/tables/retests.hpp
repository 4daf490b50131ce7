#pragma once
// Retests: whose verdict is disputed, who tests the reserve, and what came of it. A task has one; its verdict is final.

#include <optional>
#include <string>

#include "coordinator/tables/draws.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/task.hpp"

namespace lab::coordinator::tables {

/// Stored as its number: append only.
enum class RetestState : std::uint8_t { ordered, upheld, overturned };

const char* name_of(RetestState state);

struct RetestEntry {
  EventPlace first;  // the Judged event that is disputed; its node made the first verdict
  model::LaboratoryId first_laboratory;
  model::LaboratoryId laboratory;  // the one that retests
  std::string reason;
  UtcTime ordered{};
  RetestState state = RetestState::ordered;
  // The lot that was drawn, kept when a person names another laboratory afterwards; nothing when none was drawn but,
  // maybe, that of an objection.
  std::optional<Draw> draw{};

  /// Whether `laboratory` is the one of the lot.
  [[nodiscard]] bool is_drawn() const { return draw && draw->drawn == laboratory; }
  bool operator==(const RetestEntry&) const = default;
};

std::optional<RetestEntry> retest(const journal::View& store, const model::TaskId& task);
void put_retest(journal::Draft& draft, const model::TaskId& task, const RetestEntry& entry);

/// Where the verdict of a counted sample stands: with its first laboratory, whoever tested it again.
CellKey counted_cell(const journal::View& store, const model::Task& task, const model::ResultEntry& result);

}  // namespace lab::coordinator::tables
