#include <fmt/format.h>

#include <array>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "coordinator/reports/summary_rows.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/rules/reference_set.hpp"

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
constexpr std::size_t reference_class = tables::item_classes;
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

// What the items of each profile are called, looked up once.
class Analytes {
 public:
  explicit Analytes(const journal::View& store) : store_(store) {}

  struct Item {
    std::size_t analyte = 0;  // index in names()
    std::size_t is = 0;       // class, or reference_class
  };

  const std::vector<Item>& items_of(ProfileNumber number) {
    const auto [place, is_new] = items_.try_emplace(number);
    if (!is_new) return place->second;
    const tables::Profile profile = tables::profile(store_, number);
    const auto& names = names_of(profile);
    for (const tables::ItemState& state : profile.items) {
      const bool is_known = state.item < names.size();
      const bool reference = is_known && names[state.item].reference_only;
      place->second.push_back({index_of(is_known ? names[state.item].analyte : unnamed(profile, state.item)),
                               reference ? reference_class : static_cast<std::size_t>(state.is)});
    }
    return place->second;
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  static std::string unnamed(const tables::Profile& profile, std::uint16_t item) {
    if (item == model::whole_sample) return "整批";
    return fmt::format("{} 第 {} 项", profile.panel.value(), item + 1);
  }

  const std::vector<tables::ItemName>& names_of(const tables::Profile& profile) {
    const auto [place, is_new] = panels_.try_emplace({profile.edition, profile.panel});
    if (!is_new) return place->second;
    place->second = tables::item_names(store_, profile.edition, profile.panel);
    if (!place->second.empty() || profile.edition.is_zero()) return place->second;
    // The edition came after the first verdict by it.
    const auto bytes = tables::blob(store_, profile.edition);
    const auto set = bytes ? rules::open_bundle(*bytes) : Result<rules::ReferenceSet>{fail(ErrorCode::not_found, "")};
    const model::Panel* const panel = set ? set->panel(profile.panel) : nullptr;
    if (panel == nullptr) return place->second;
    for (const model::PanelItem& item : panel->items) {
      place->second.push_back({item.limited_as(), item.reference_only});
    }
    return place->second;
  }

  std::size_t index_of(const std::string& name) {
    const auto [place, is_new] = numbers_.try_emplace(name, names_.size());
    if (is_new) names_.push_back(name);
    return place->second;
  }

  const journal::View& store_;
  std::unordered_map<ProfileNumber, std::vector<Item>> items_;
  std::map<std::pair<Hash, model::PanelCode>, std::vector<tables::ItemName>> panels_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::string> names_;
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
  Analytes analytes{store};
  const bool by_analyte = has(query.by, Axis::analyte);
  Rows rows;
  for (const auto& [key, by_profile] : samples.rows()) {
    std::vector<ItemSums> sums;
    for (const auto& [number, count] : by_profile) {
      if (count.counted == 0) continue;  // nothing is set aside that is not counted
      const auto& items = analytes.items_of(number);
      sums.resize(std::max(sums.size(), analytes.names().size()));
      for (const Analytes::Item& item : items) {
        sums[item.analyte].counted[item.is] += count.counted - count.aside;
        sums[item.analyte].aside += count.aside;
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::string& analyte = analytes.names()[i];
      if (query.analyte && *query.analyte != analyte) continue;
      const Sums found = sums_of(sums[i]);
      if (found.counts.total() + found.aside == 0) continue;
      rows[{key, by_analyte ? analyte : std::string{}}] += found;
    }
  }
  return rows;
}

}  // namespace lab::reports
