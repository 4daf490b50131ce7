#include "coordinator/ledger/items.hpp"

#include <map>
#include <optional>
#include <vector>

#include "coordinator/ledger/duplicates.hpp"
#include "coordinator/ledger/retested.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/intake.hpp"

namespace lab::ledger {
namespace {

using tables::EventPlace;
using tables::ItemTable;
using tables::ProfileNumber;

Hash hash_at(const journal::View& store, const EventPlace& place) {
  const auto bytes = session::held_event(store, place.node, place.incarnation, place.sequence);
  if (!bytes) throw journal::Damage("an event that a task has noted is not held");
  return crypto::sha256(*bytes);
}

struct CountedVerdict {
  EventPlace place;
  model::Judged judged;
};

// The first verdict that was counted; nothing when it is not among the places that the file has noted.
std::optional<CountedVerdict> first_counted(const journal::View& store, const tables::TaskFile& file,
                                            std::uint16_t counted_version) {
  std::map<Hash, EventPlace> records;
  std::optional<CountedVerdict> first;
  for (const EventPlace& place : file.places()) {
    const model::Event event = tables::event_at(store, place);
    if (std::holds_alternative<model::Judged>(event.what)) records.emplace(hash_at(store, place), place);
    const auto* const approved = std::get_if<model::Approved>(&event.what);
    if (approved == nullptr || tables::exception_at(store, place)) continue;
    const auto record = records.find(approved->record);
    if (record == records.end()) continue;
    model::Judged judged = tables::judged_at(store, record->second);
    // One that is being decided just now is noted already. One that was decided again came earlier than it counted.
    if (judged.version > counted_version || (first && first->judged.version <= judged.version)) continue;
    first = CountedVerdict{record->second, std::move(judged)};
  }
  return first;
}

ProfileNumber keep_retest(journal::Draft& draft, const model::Task& task, const EventPlace& first,
                          const EventPlace& again, const model::Judged& judged) {
  const auto both = first_and_final(draft, task, first, again);
  if (!both) return keep_items(draft, task, judged);  // it was counted, so this does not happen
  const Hash edition = tables::judged_at(draft, first).edition;
  return tables::keep_profile(draft, tables::profile_of(edition, task.panel, both->items));
}

tables::ItemProfiles earlier_profiles(journal::Draft& draft, const model::Task& task, const tables::TaskFile& file,
                                      const model::ResultEntry& result) {
  const auto retest = tables::retest(draft, task.id);
  tables::ItemProfiles profiles;
  const EventPlace newest = tables::place_of(result);
  // Versions count up from 1, so the first one has not been amended: nearly every sample.
  if (!retest && result.counted_version == 1 && result.version == 1) {
    profiles.first = keep_items(draft, task, tables::judged_at(draft, newest));
    profiles.judged = profiles.final = profiles.first;
    return profiles;
  }
  profiles.judged = keep_items(draft, task, tables::judged_at(draft, newest));
  // The file notes the first places_max events of a sample; what stands behind them is known from its newest verdict,
  // or from the one that was kept beside it.
  const auto counted = tables::counted_result(draft, file);
  const EventPlace place = counted ? tables::place_of(*counted) : newest;
  const model::Judged judged = tables::judged_at(draft, place);
  const bool is_retest = retest && place.node != retest->first.node;
  profiles.final = is_retest ? keep_retest(draft, task, retest->first, place, judged) : keep_items(draft, task, judged);
  const auto first = first_counted(draft, file, result.counted_version);
  profiles.first = first ? keep_items(draft, task, first->judged) : profiles.final;
  return profiles;
}

}  // namespace

ProfileNumber keep_items(journal::Draft& draft, const model::Task& task, const model::Judged& judged) {
  return tables::keep_profile(draft, tables::profile_of(judged.edition, task.panel, judged.items));
}

bool enter_items(journal::Draft& draft, const model::Task& task, tables::TaskFile& file) {
  if (file.profiles().first != 0) return false;
  const auto result = file.result();
  if (!result || result->counted_version == 0) return false;
  const tables::ItemProfiles profiles = earlier_profiles(draft, task, file, *result);
  file.set_profiles(profiles);
  const tables::CellKey cell = tables::counted_cell(draft, task, *result);
  tables::CellKey first = cell;
  first.month = tables::first_month(draft, task.id, result->month);
  const bool is_aside = tables::is_aside(draft, task.id);
  for (const auto table : {ItemTable::counted, ItemTable::aside}) {
    if (table == ItemTable::aside && !is_aside) continue;
    tables::count_items(draft, table, {first, profiles.first}, {.first = 1});
    tables::count_items(draft, table, {cell, profiles.final}, {.final = 1});
  }
  return true;
}

void enter_sample(journal::Draft& draft, const model::TaskId& id) {
  const auto task = tables::task(draft, id);
  tables::TaskFile file = tables::task_file(draft, id);
  if (task && enter_items(draft, *task, file)) tables::put_task_file(draft, id, file);
}

void begin_items(journal::Draft& draft) {
  if (tables::items_begun(draft)) return;
  tables::ItemsBegun begun{.version = tables::data_version(draft)};
  tables::for_each_file_after(draft, {}, [&](const model::TaskId&, const tables::TaskFile&) {
    begun.entered = model::TaskId{};
    return false;
  });
  tables::put_items_begun(draft, begun);
}

bool enter_items_step(journal::Draft& draft) {
  const auto begun = tables::items_begun(draft);
  if (!begun || !begun->entered) return false;
  std::vector<model::TaskId> tasks;
  bool are_more = false;
  tables::for_each_file_after(draft, *begun->entered, [&](const model::TaskId& id, const tables::TaskFile&) {
    // A retest is decided again by two editions, which takes as long as all the rest of a step.
    are_more = tasks.size() == step_entered || (!tasks.empty() && tables::retest(draft, tasks.back()));
    if (!are_more) tasks.push_back(id);
    return !are_more;
  });
  for (const model::TaskId& id : tasks) enter_sample(draft, id);
  tables::put_items_begun(
      draft, {.version = begun->version, .entered = are_more ? std::optional{tasks.back()} : std::nullopt});
  return true;
}

}  // namespace lab::ledger
