#include <array>
#include <unordered_map>
#include <utility>

#include "coordinator/reports/profile_items.hpp"
#include "coordinator/reports/summary_rows.hpp"
#include "coordinator/tables/item_counts.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;
using tables::ItemClass;
using tables::ItemTable;
using tables::ProfileNumber;

// Samples of one profile; what was taken away is modulo 2^64.
struct Samples {
  std::uint64_t counted = 0;  // set aside or not
  std::uint64_t aside = 0;
};
using ByProfile = std::unordered_map<ProfileNumber, Samples>;

// Of one analyte, by outcome; those for reference only stand behind the classes.
struct ItemSums {
  std::array<std::uint64_t, reference_class + 1> counted{};
  std::uint64_t aside = 0;
};

// Adds up the samples of each row by profile: there are some thousand profiles, and far more cells.
class SamplesOfRows {
 public:
  explicit SamplesOfRows(const Query& query) : query_(query) {}

  void add(const tables::ProfileCell& where, const tables::ProfileTally& tally, ItemTable table) {
    if (!takes(query_, where.cell)) return;
    Samples& samples = row_of(where.cell)[where.profile];
    const std::uint64_t count = query_.verdicts == Verdicts::first ? tally.first : tally.final;
    (table == ItemTable::counted ? samples.counted : samples.aside) += count;
  }

  [[nodiscard]] const std::map<tables::CellKey, ByProfile>& rows() const { return rows_; }

 private:
  // Neighbours are in one row more often than not.
  ByProfile& row_of(const tables::CellKey& cell) {
    tables::CellKey key = projected(cell, query_.by);
    if (last_ == nullptr || *last_key_ != key) {
      const auto place = rows_.try_emplace(std::move(key)).first;
      last_key_ = &place->first;
      last_ = &place->second;
    }
    return *last_;
  }

  const Query& query_;
  std::map<tables::CellKey, ByProfile> rows_;
  const tables::CellKey* last_key_ = nullptr;
  ByProfile* last_ = nullptr;
};

tables::ProfileTally negative(const tables::ProfileTally& tally) {
  return {.first = 0 - tally.first, .final = 0 - tally.final};
}

// Whether the sums by programme will do.
bool is_coarse(const Query& query) {
  return !query.city && !query.county && !query.category && !query.stage && !query.round && !query.month &&
         !query.laboratory &&
         std::ranges::all_of(query.by, [](Axis axis) { return axis == Axis::programme || axis == Axis::analyte; });
}

void add_samples(SamplesOfRows& samples, const journal::View& store, const Query& query,
                 const tables::LaterChanges* later) {
  for (const auto table : {ItemTable::counted, ItemTable::aside}) {
    const auto add = [&](const tables::ProfileCell& where, const tables::ProfileTally& tally) {
      samples.add(where, tally, table);
    };
    if (table == ItemTable::counted && is_coarse(query)) {
      tables::for_each_profile_sum(store, query.programme, add);
    } else {
      tables::for_each_profile_tally(store, table, query.programme, add);
    }
    if (later == nullptr) continue;
    const auto& changes = table == ItemTable::counted ? later->items : later->items_aside;
    for (const auto& [where, tally] : changes) samples.add(where, negative(tally), table);
  }
}

Sums sums_of(const ItemSums& items) {
  const auto of = [&](ItemClass is) { return items.counted[static_cast<std::size_t>(is)]; };
  Sums sums;
  sums.counts = {.pass = of(ItemClass::pass),
                 .fail = of(ItemClass::fail),
                 .problem = of(ItemClass::problem),
                 .undetermined = of(ItemClass::undetermined)};
  sums.without_basis = of(ItemClass::without_basis);
  sums.reference = items.counted[reference_class];
  sums.counts.undetermined += sums.without_basis + sums.reference;
  sums.aside = items.aside;
  return sums;
}

}  // namespace

Rows count_item_rows(const journal::View& store, const Query& query, const tables::LaterChanges* later) {
  SamplesOfRows samples{query};
  add_samples(samples, store, query, later);
  ProfileItems items_of_profiles{store};
  const bool by_analyte = has(query.by, Axis::analyte);
  Rows rows;
  for (const auto& [key, by_profile] : samples.rows()) {
    std::vector<ItemSums> sums;
    for (const auto& [number, count] : by_profile) {
      if (count.counted == 0) continue;  // nothing is set aside that is not counted
      const auto& items = items_of_profiles.of(number);
      sums.resize(std::max(sums.size(), items_of_profiles.analytes().size()));
      for (const ProfileItems::Item& item : items) {
        sums[item.analyte].counted[item.is] += count.counted - count.aside;
        sums[item.analyte].aside += count.aside;
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::string& analyte = items_of_profiles.analytes()[i];
      if (query.analyte && *query.analyte != analyte) continue;
      const Sums found = sums_of(sums[i]);
      if (found.counts.total() + found.aside == 0) continue;
      rows[{key, by_analyte ? analyte : std::string{}}] += found;
      if (rows.size() > item_rows_max) return rows;
    }
  }
  return rows;
}

}  // namespace lab::reports
