#include "coordinator/tables/item_counts.hpp"

#include <fmt/format.h>

#include <map>

#include "coordinator/tables/fine_cell.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Fields profile_key(char kind) { return Fields{letter::item_profile}.add(BytesView{&kind, 1}); }

// Keys are short, and nobody has said that codes of panels are.
Bytes names_key(const Hash& edition, const model::PanelCode& panel) {
  return profile_key('n').add(crypto::sha256(Bytes{edition.view()} + panel.value())).bytes();
}

Bytes bytes_of(const Profile& profile) {
  Fields fields;
  fields.add(profile.edition);
  add_short_text(fields, profile.panel.value());
  for (const ItemState& item : profile.items) fields.add(item.item).add(static_cast<std::uint8_t>(item.is));
  return fields.bytes();
}

ItemClass class_of(const model::ItemVerdict& verdict) {
  switch (verdict.outcome) {
    case model::ItemOutcome::pass:
    case model::ItemOutcome::conditional_pass:
      return ItemClass::pass;
    case model::ItemOutcome::fail:
      return ItemClass::fail;
    case model::ItemOutcome::conditional_fail:
      return ItemClass::problem;
    case model::ItemOutcome::undetermined:
      break;
  }
  return verdict.reason == model::Reason::no_basis ? ItemClass::without_basis : ItemClass::undetermined;
}

// All panels of an edition at once, because reading it takes a while: once for each edition.
void keep_names(journal::Draft& draft, const Profile& profile) {
  if (profile.edition.is_zero() || draft.get(names_key(profile.edition, profile.panel))) return;
  const auto bytes = blob(draft, profile.edition);
  const auto set = bytes ? rules::open_bundle(*bytes) : Result<rules::ReferenceSet>{fail(ErrorCode::not_found, "")};
  if (!set) return;
  for (const model::Panel& panel : set->panels) {
    Fields fields;
    for (const model::PanelItem& item : panel.items) {
      fields.add(static_cast<std::uint8_t>(item.reference_only));
      add_long_text(fields, item.limited_as());
    }
    draft.put(names_key(profile.edition, panel.code), fields.bytes());
  }
  // A verdict by a panel that the edition does not have is not read for again.
  if (set->panel(profile.panel) == nullptr) draft.put(names_key(profile.edition, profile.panel), {});
}

Bytes tally_key(ItemTable table, const ProfileCell& where) {
  Fields key{table == ItemTable::counted ? letter::item_tally : letter::item_aside};
  return add_fine_cell(key, where.cell).add(where.profile).bytes();
}

ProfileTally read_tally(BytesView record) {
  FieldReader fields{record};
  ProfileTally tally;
  tally.first = fields.take<std::uint64_t>();
  tally.final = fields.take<std::uint64_t>();
  return tally;
}

Bytes sum_key(const model::ProgrammeCode& programme, ProfileNumber profile) {
  Fields key = profile_key('s');
  add_short_text(key, programme.value());
  return key.add(profile).bytes();
}

std::uint64_t stepped(std::uint64_t count, int step) {
  LAB_CHECK(step >= 0 || count >= static_cast<std::uint64_t>(-step));
  return count + static_cast<std::uint64_t>(static_cast<std::int64_t>(step));
}

void change_tally(journal::Draft& draft, Bytes key, const ProfileStep& step) {
  const auto record = draft.get(key);
  ProfileTally tally = record ? read_tally(*record) : ProfileTally{};
  tally = {.first = stepped(tally.first, step.first), .final = stepped(tally.final, step.final)};
  if (tally != ProfileTally{}) {
    draft.put(std::move(key), Fields{}.add(tally.first).add(tally.final).bytes());
  } else if (record) {
    draft.erase(std::move(key));
  }
}

}  // namespace

Profile profile_of(const Hash& edition, const model::PanelCode& panel, std::span<const model::ItemVerdict> items) {
  std::map<std::uint16_t, ItemClass> last;
  for (const model::ItemVerdict& item : items) {
    if (item.reason == model::Reason::part_of_sum) {
      last.erase(item.item);
    } else {
      last[item.item] = class_of(item);
    }
  }
  Profile profile{.edition = edition, .panel = panel, .items = {}};
  for (const auto& [item, is] : last) profile.items.push_back({item, is});
  return profile;
}

ProfileNumber keep_profile(journal::Draft& draft, const Profile& profile) {
  const Bytes bytes = bytes_of(profile);
  Bytes by_hash = profile_key('h').add(crypto::sha256(bytes)).bytes();
  if (const auto known = draft.get(by_hash)) return FieldReader{*known}.take<ProfileNumber>();
  keep_names(draft, profile);
  Bytes count_key = profile_key('c').bytes();
  const auto count = draft.get(count_key);
  const ProfileNumber number = (count ? FieldReader{*count}.take<ProfileNumber>() : 0) + 1;
  draft.put(std::move(count_key), Fields{}.add(number).bytes());
  draft.put(std::move(by_hash), Fields{}.add(number).bytes());
  draft.put(profile_key('p').add(number).bytes(), bytes);
  return number;
}

Profile profile(const journal::View& store, ProfileNumber number) {
  const auto record = store.get(profile_key('p').add(number).bytes());
  if (!record) throw journal::Damage(fmt::format("item profile {} is missing", number));
  FieldReader fields{*record};
  Profile profile;
  profile.edition = fields.take_hash();
  profile.panel = model::PanelCode{take_short_text(fields)};
  while (!fields.rest().empty()) {
    const auto item = fields.take<std::uint16_t>();
    profile.items.push_back({item, static_cast<ItemClass>(fields.take<std::uint8_t>())});
  }
  return profile;
}

std::optional<std::vector<ItemName>> item_names(const journal::View& store, const Hash& edition,
                                                const model::PanelCode& panel) {
  const auto record = store.get(names_key(edition, panel));
  if (!record) return std::nullopt;
  std::vector<ItemName> names;
  for (FieldReader fields{*record}; !fields.rest().empty();) {
    const bool reference_only = fields.take<std::uint8_t>() != 0;
    names.push_back({take_long_text(fields), reference_only});
  }
  return names;
}

void count_items(journal::Draft& draft, ItemTable table, const ProfileCell& where, const ProfileStep& step) {
  change_tally(draft, tally_key(table, where), step);
  if (table == ItemTable::counted) change_tally(draft, sum_key(where.cell.programme, where.profile), step);
}

void for_each_profile_tally(const journal::View& store, ItemTable table,
                            const std::optional<model::ProgrammeCode>& programme,
                            const std::function<void(const ProfileCell& where, const ProfileTally& tally)>& visit) {
  Fields prefix{table == ItemTable::counted ? letter::item_tally : letter::item_aside};
  if (programme) add_short_text(prefix, programme->value());
  ProfileCell where;
  scan_prefix(store, prefix.bytes(), [&](BytesView key, BytesView record) {
    FieldReader fields = FieldReader::of_key(key);
    where.cell = take_fine_cell(fields);
    where.profile = fields.take<ProfileNumber>();
    visit(where, read_tally(record));
    return true;
  });
}

void for_each_profile_sum(const journal::View& store, const std::optional<model::ProgrammeCode>& programme,
                          const std::function<void(const ProfileCell& where, const ProfileTally& tally)>& visit) {
  Fields prefix = profile_key('s');
  if (programme) add_short_text(prefix, programme->value());
  ProfileCell where;
  scan_prefix(store, prefix.bytes(), [&](BytesView key, BytesView record) {
    FieldReader fields{key.substr(2)};
    where.cell.programme = model::ProgrammeCode{take_short_text(fields)};
    where.profile = fields.take<ProfileNumber>();
    visit(where, read_tally(record));
    return true;
  });
}

std::optional<ItemsBegun> items_begun(const journal::View& store) {
  const auto record = store.get(Bytes(1, letter::items_begun));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  ItemsBegun begun{.version = fields.take<std::uint64_t>()};
  if (!fields.rest().empty()) begun.entered = fields.take_task();
  return begun;
}

void put_items_begun(journal::Draft& draft, const ItemsBegun& begun) {
  Fields fields;
  fields.add(begun.version);
  if (begun.entered) fields.add(*begun.entered);
  draft.put(Bytes(1, letter::items_begun), fields.bytes());
}

}  // namespace lab::coordinator::tables
