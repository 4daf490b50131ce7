#pragma once
// What counted verdicts say of the single items, kept so that a verdict costs one counter and not one for each of its
// items: nearly all samples of a cell have the same outcome at every item, so what is counted is samples by the whole
// list of their outcomes, the profile. Which analyte an item is, is looked up when somebody asks.
//
//   '<' 'p' number             -> Profile
//   '<' 'h' hash of a profile  -> its number
//   '<' 'c'                    -> how many profiles there are
//   '<' 'n' hash of both        -> of an edition and a panel: names of its items
//   '<' 's' programme, profile  -> samples: the sum of the cells, set aside or not
//   '>' fine cell, profile     -> samples by first verdict, and by the one that stands
//   '(' fine cell, profile     -> the same of samples that are set aside
//   '?'                        -> ItemsBegun

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::coordinator::tables {

/// What became of one item. Stored as its number: append only.
enum class ItemClass : std::uint8_t {
  undetermined,   // there is a limit, and no verdict
  pass,           // also when close to the limit: conditional_pass is a pass of the sample, too
  fail,           //
  problem,        // conditional_fail
  without_basis,  // no limit applies: not judged, never a pass
};

constexpr std::size_t item_classes = 5;

struct ItemState {
  std::uint16_t item = 0;  // index in the panel, or model::whole_sample
  ItemClass is = ItemClass::undetermined;

  bool operator==(const ItemState&) const = default;
};

/// Outcomes of all items of a sample, ascending. A sum stands at its first part only.
struct Profile {
  Hash edition;  // of the reference set its items are numbered by; none of a lot
  model::PanelCode panel;
  std::vector<ItemState> items;

  bool operator==(const Profile&) const = default;
};

/// Of several verdicts on one item the last one is taken.
Profile profile_of(const Hash& edition, const model::PanelCode& panel, std::span<const model::ItemVerdict> items);

/// Its number, from 1; the same profile has the same number. The names of its panel's items are kept with the first
/// profile of that edition, if the edition is held here.
ProfileNumber keep_profile(journal::Draft& draft, const Profile& profile);
/// One that was given out and is not there is damage: throws journal::Damage.
Profile profile(const journal::View& store, ProfileNumber number);

/// What an item is called and whether it counts.
struct ItemName {
  std::string analyte;          // as the limits call it: a sum by its residue definition
  bool reference_only = false;  // judged and shown, and never fails a sample

  bool operator==(const ItemName&) const = default;
};
/// In the order of the panel, empty of one that its edition does not have; nothing when the edition was not held here
/// when the first verdict by it came.
std::optional<std::vector<ItemName>> item_names(const journal::View& store, const Hash& edition,
                                                const model::PanelCode& panel);

/// Samples with one profile in one fine cell.
struct ProfileTally {
  std::uint64_t first = 0;
  std::uint64_t final = 0;

  bool operator==(const ProfileTally&) const = default;
};

/// A sample in a fine cell.
struct ProfileCell {
  CellKey cell;
  ProfileNumber profile = 0;

  auto operator<=>(const ProfileCell&) const = default;
};

enum class ItemTable : std::uint8_t { counted, aside };

/// First verdicts and verdicts that stand, which come or (below zero) go.
struct ProfileStep {
  int first = 0;
  int final = 0;
};

/// Makes the step in the cell and, of counted samples, in the sum of its programme. What has come down to nothing is
/// erased. Precondition: nothing goes below zero.
void count_items(journal::Draft& draft, ItemTable table, const ProfileCell& where, const ProfileStep& step);
/// All of them, or those of one programme.
void for_each_profile_tally(const journal::View& store, ItemTable table,
                            const std::optional<model::ProgrammeCode>& programme,
                            const std::function<void(const ProfileCell& where, const ProfileTally& tally)>& visit);

/// The sums of counted samples; `where` has a programme and nothing else.
void for_each_profile_sum(const journal::View& store, const std::optional<model::ProgrammeCode>& programme,
                          const std::function<void(const ProfileCell& where, const ProfileTally& tally)>& visit);

/// Since when items are counted.
struct ItemsBegun {
  std::uint64_t version = 0;  // of the data: changes after it say which sample and which items
  /// Samples counted before are entered up to here; nothing: all of them are.
  std::optional<model::TaskId> entered{};

  bool operator==(const ItemsBegun&) const = default;
};

/// Nothing in a store that no program with items has opened.
std::optional<ItemsBegun> items_begun(const journal::View& store);
void put_items_begun(journal::Draft& draft, const ItemsBegun& begun);

}  // namespace lab::coordinator::tables
