#pragma once
// Pass rates by analyte, out of the product and out of a recount of the raw bytes that knows nothing of it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/ledger/items.hpp"
#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/drawn.hpp"
#include "tests/coordinator/support/world.hpp"
#include "tests/oracle/recount.hpp"

namespace lab::coordinator::testing {

inline Bytes whole_export(const journal::View& view, const auto& page_of) {
  Bytes all;
  std::string after;
  do {
    const auto page = page_of(view, after);
    EXPECT_TRUE(page.has_value());
    all += page->bytes;
    after = page->next;
  } while (!after.empty());
  return all;
}

inline oracle::Recount recount_of(const journal::View& view) {
  const Bytes orders =
      whole_export(view, [](const auto& store, const auto& after) { return reports::export_orders(store, after, 7); });
  const Bytes events =
      whole_export(view, [](const auto& store, const auto& after) { return reports::export_events(store, after, 7); });
  return oracle::recount(orders, events);
}

/// Row -> pass, fail, conditional fail, undetermined, of these without basis, set aside.
using ItemRows = std::map<std::string, std::array<std::uint64_t, 6>>;
using NameItem = std::function<std::string(const std::string& panel, std::uint16_t item)>;

/// As rows name items of editions that the province does not hold.
inline std::string unnamed_item(const std::string& panel, std::uint16_t item) {
  return item == model::whole_sample ? "整批" : fmt::format("{} 第 {} 项", panel, item + 1);
}

/// By analyte and everything else but the laboratory.
inline ItemRows item_rows(const journal::View& view, reports::Verdicts verdicts) {
  using reports::Axis;
  const auto summary = reports::summarize(view,
                                          {.by = {Axis::analyte, Axis::programme, Axis::city, Axis::county,
                                                  Axis::category, Axis::stage, Axis::round, Axis::month},
                                           .verdicts = verdicts},
                                          {});
  // The sums by programme are what the cells add up to.
  std::map<std::string, statistics::Counts> of_cells;
  std::map<std::string, statistics::Counts> of_sums;
  for (const reports::Row& row : summary.rows) of_cells[row.analyte] += row.figures.counts;
  const reports::Query coarse{.by = {Axis::analyte}, .verdicts = verdicts};
  const auto sums = reports::summarize(view, coarse, {});
  for (const reports::Row& row : sums.rows) of_sums[row.analyte] = row.figures.counts;
  EXPECT_EQ(of_cells, of_sums);
  ItemRows rows;
  for (const reports::Row& row : summary.rows) {
    const auto& counts = row.figures.counts;
    rows[fmt::format("{} {} {} {} {} {} {} {}", row.analyte, row.key.programme.value(), row.key.city.value(),
                     row.key.county.value(), row.key.category.value(), static_cast<int>(row.key.stage), row.key.round,
                     reports::month_text(row.key.month))] = {
        counts.pass, counts.fail, counts.problem, counts.undetermined, row.figures.without_basis, row.figures.aside};
  }
  return rows;
}

/// The same from the raw bytes; only which samples are set aside is looked up, which tests of their own recount.
inline ItemRows item_rows(const journal::View& view, const oracle::Recount& recount, reports::Verdicts verdicts,
                          const NameItem& name = unnamed_item) {
  ItemRows rows;
  for (const auto& [key, found] : verdicts == reports::Verdicts::first ? recount.first_items : recount.final_items) {
    const auto& [plan, revision, number] = key;
    const bool is_aside = tables::is_aside(view, {.plan = model::PlanId{plan}, .revision = revision, .number = number});
    const auto& [programme, city, category, stage, month, node] = found.cell;
    for (const auto& [item, is] : found.items) {
      auto& row = rows[fmt::format("{} {} {} {} {} {} {} {}", name(found.panel, item), programme, city, found.county,
                                   category, stage, found.round, month)];
      if (is_aside) {
        ++row[5];
        continue;
      }
      constexpr std::array<std::size_t, 5> column{3, 0, 1, 2, 3};
      ++row[column.at(is)];
      if (is == 4) ++row[4];
    }
  }
  return rows;
}

/// A change of the log of counts as it was written before items were counted. Since then there stands behind its cells
/// whose verdict it is: the task, and of each cell profile and version; a bit of its kind says so.
///   moment, programme, planned, judged, kind, the cell that loses, the cell that gains; and that
inline Bytes without_sample(BytesView change) {
  constexpr unsigned kind_sample = 8;
  journal::FieldReader fields{change};
  fields.take<std::uint64_t>();  // moment
  tables::take_short_text(fields);
  fields.take_bytes(2 * sizeof(std::uint64_t));  // planned, judged
  const std::size_t kind_at = change.size() - fields.rest().size();
  const auto kind = fields.take<std::uint8_t>();
  for (int cell = 0; cell < 2; ++cell) {
    if (fields.take<std::uint8_t>() == 0) continue;
    tables::take_short_text(fields);
    fields.take<std::uint32_t>();  // city
    tables::take_short_text(fields);
    fields.take_bytes(1 + 2 + 4 + 1 + 4 + 1);  // stage, month, laboratory, outcome, county, round
  }
  Bytes older{change.substr(0, change.size() - fields.rest().size())};
  older[kind_at] = static_cast<char>(kind & ~kind_sample);
  return older;
}

inline std::vector<std::pair<Bytes, Bytes>> records_of(const journal::View& view, char letter) {
  std::vector<std::pair<Bytes, Bytes>> records;
  view.scan(Bytes(1, letter), journal::after_prefix(Bytes(1, letter)), [&](BytesView key, BytesView record) {
    records.emplace_back(key, record);
    return true;
  });
  return records;
}

/// Leaves everything as a program that did not count items would have written it.
inline void forget_items(World& world) {
  world.turn([](journal::Draft& draft) {
    for (const char letter : {tables::letter::item_profile, tables::letter::item_tally, tables::letter::item_aside,
                              tables::letter::items_begun}) {
      for (auto& [key, record] : records_of(draft, letter)) draft.erase(std::move(key));
    }
    for (auto& [key, record] : records_of(draft, tables::letter::file)) {
      tables::TaskFile file{std::move(record)};
      file.set_profiles({});
      draft.put(std::move(key), file.record());
    }
    for (auto& [key, record] : records_of(draft, tables::letter::count_log)) {
      draft.put(std::move(key), without_sample(record));
    }
  });
}

/// The program of now begins on the store.
inline void open_anew(World& world) {
  world.turn([&](journal::Draft& draft) { world.coordinator.on_start(draft, Bytes(secret_octets, 'k')); });
}

/// The store with every sample of before entered, as it would be if that were done by now; it stays as it is.
class Entered {
 public:
  explicit Entered(const World& world) : store_(world.view()), draft_(*store_) {
    while (ledger::enter_items_step(draft_)) {
    }
  }
  [[nodiscard]] const journal::View& view() const { return draft_; }

 private:
  std::unique_ptr<journal::View> store_;
  journal::Draft draft_;
};

}  // namespace lab::coordinator::testing
