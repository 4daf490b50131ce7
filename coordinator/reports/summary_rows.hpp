#pragma once
// Rows of a summary while they are added up. Private to this folder.

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/count_log.hpp"
#include "protocol/journal/view.hpp"

namespace lab::reports {

/// Fields that the rows are not by are empty.
struct RowKey {
  coordinator::tables::CellKey cell;
  std::string analyte{};

  auto operator<=>(const RowKey&) const = default;
};

/// Counted samples or items, and beside them those that are set aside.
struct Sums {
  statistics::Counts counts;
  std::uint64_t aside = 0;
  std::uint64_t without_basis = 0;  // of the undetermined items
  std::uint64_t reference = 0;      // the same

  Sums& operator+=(const Sums& other) {
    counts += other.counts;
    aside += other.aside;
    without_basis += other.without_basis;
    reference += other.reference;
    return *this;
  }
};

using Rows = std::map<RowKey, Sums>;

inline bool has(const std::vector<Axis>& by, Axis axis) { return std::ranges::find(by, axis) != by.end(); }

/// The key with only the fields that the rows are by.
coordinator::tables::CellKey projected(const coordinator::tables::CellKey& cell, const std::vector<Axis>& by);

/// Summary::planned of now.
std::optional<std::uint64_t> count_planned(const journal::View& store, const Query& query);
/// Whether the filters ask for no less than whole programmes.
bool is_of_programmes(const Query& query);

/// Items by their outcome, out of the counts by profile; `later` is nothing for the counts of now.
Rows count_item_rows(const journal::View& store, const Query& query, const coordinator::tables::LaterChanges* later);

}  // namespace lab::reports
