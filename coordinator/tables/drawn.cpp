#include "coordinator/tables/drawn.hpp"

#include <algorithm>

#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/fine_cell.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/keys.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tally_fields.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Fields key_in(char kind) { return Fields{letter::drawn}.add(BytesView{&kind, 1}); }
Bytes task_key(char kind, const model::TaskId& task) { return key_in(kind).add(task).bytes(); }

std::uint32_t days_of(CivilDate date) {
  constexpr std::int64_t before_1970 = 1U << 31U;  // so that earlier days stay in order
  return static_cast<std::uint32_t>(std::chrono::sys_days{date}.time_since_epoch().count() + before_1970);
}

CivilDate date_of(std::uint32_t days) {
  constexpr std::int64_t before_1970 = 1U << 31U;
  return CivilDate{std::chrono::sys_days{std::chrono::days{static_cast<std::int64_t>(days) - before_1970}}};
}

Bytes member_key(const Hash& group, CivilDate date, const model::TaskId& task) {
  return key_in('g').add(group).add(days_of(date)).add(task).bytes();
}

Bytes aside_key(const model::TaskId& task, const Hash& group) { return key_in('l').add(task).add(group).bytes(); }

Aside read_aside(BytesView record) {
  FieldReader fields{record};
  Aside aside;
  aside.rule = take_short_text(fields);
  aside.reason = take_long_text(fields);
  aside.instead = fields.take_task();
  return aside;
}

Bytes tally_key(const CellKey& cell) {
  Fields key = key_in('a');
  return add_fine_cell(key, cell).bytes();
}

void change_tally(journal::Draft& draft, const AsideVerdict& what, bool first, bool enters) {
  Bytes key = tally_key(what.cell);
  const auto record = draft.get(key);
  Tally tally = record ? read_tally(*record) : Tally{};
  std::uint64_t& count = (first ? tally.first : tally.final)[what.outcome];
  LAB_CHECK(enters || count > 0);
  count += enters ? 1 : ~std::uint64_t{0};
  if (tally == Tally{}) {
    if (record) draft.erase(std::move(key));
    return;
  }
  draft.put(std::move(key), bytes_of(tally));
}

CellChange change_of(const AsideVerdict& what) {
  return {.cell = what.cell, .outcome = what.outcome, .profile = what.profile};
}

void change_both(journal::Draft& draft, const AsideVerdict& what, bool first, bool enters) {
  change_tally(draft, what, first, enters);
  const int by = enters ? 1 : -1;
  count_items(draft, ItemTable::aside, {what.cell, what.profile}, {.first = first ? by : 0, .final = first ? 0 : by});
}

void count_one(journal::Draft& draft, const model::TaskId& task, const AsideVerdict& what, bool first, bool enters,
               UtcTime now) {
  CountChange change{
      .programme = what.cell.programme, .loses = {}, .gains = {}, .is_first = first, .is_aside = true, .task = task};
  (enters ? change.gains : change.loses) = change_of(what);
  log_change(draft, change, now);
  change_both(draft, what, first, enters);
}

}  // namespace

std::vector<planning::SamplingRule> sampling_rules(const journal::View& store) {
  const auto text = province_file(store, sampling_rules_file);
  if (!text) return {};
  const auto table = planning::read_table(*text, sampling_rules_file);
  auto rules = table ? planning::load_sampling_rules(*table)
                     : Result<std::vector<planning::SamplingRule>>{tl::unexpected(table.error())};
  if (!rules) throw journal::Damage("the stored rules of sampling cannot be read: " + to_text(rules.error()));
  return std::move(*rules);
}

bool is_in_escrow(const journal::View& store, const model::ProgrammeCode& programme, CivilDate day) {
  return std::ranges::any_of(sampling_rules(store), [&](const planning::SamplingRule& rule) {
    return rule.kind == planning::SamplingRuleKind::escrow && rule.covers(programme, day);
  });
}

std::optional<Drawn> drawn(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(task_key('f', task));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  Drawn drawn;
  drawn.node = model::NodeId{fields.take<std::uint32_t>()};
  drawn.sampled_on = date_of(fields.take<std::uint32_t>());
  drawn.batch = take_long_text(fields);
  return drawn;
}

void put_drawn(journal::Draft& draft, const model::TaskId& task, const Drawn& drawn) {
  Fields fields;
  fields.add(drawn.node).add(days_of(drawn.sampled_on));
  add_long_text(fields, drawn.batch);
  draft.put(task_key('f', task), fields.bytes());
}

std::vector<Group> groups_of(const journal::View& store, const model::TaskId& task) {
  std::vector<Group> groups;
  const auto record = store.get(task_key('m', task));
  if (!record) return groups;
  FieldReader fields{*record};
  fields.take<std::uint32_t>();  // the date they are filed under
  while (!fields.rest().empty()) {
    Group group;
    group.of = fields.take_hash();
    group.rule = take_short_text(fields);
    group.limit = fields.take<std::uint32_t>();
    groups.push_back(std::move(group));
  }
  return groups;
}

void set_groups(journal::Draft& draft, const model::TaskId& task, CivilDate sampled_on,
                const std::vector<Group>& groups) {
  const Bytes key = task_key('m', task);
  if (const auto before = draft.get(key)) {
    const CivilDate date = date_of(FieldReader{*before}.take<std::uint32_t>());
    for (const Group& group : groups_of(draft, task)) draft.erase(member_key(group.of, date, task));
    if (groups.empty()) draft.erase(key);
  }
  if (groups.empty()) return;
  Fields fields;
  fields.add(days_of(sampled_on));
  for (const Group& group : groups) {
    fields.add(group.of);
    add_short_text(fields, group.rule);
    fields.add(group.limit);
    draft.put(member_key(group.of, sampled_on, task), {});
  }
  draft.put(key, fields.bytes());
}

std::vector<model::TaskId> members(const journal::View& store, const Hash& group) {
  std::vector<model::TaskId> found;
  const Bytes prefix = key_in('g').add(group).bytes();
  scan_prefix(store, prefix, [&](BytesView key, BytesView) {
    FieldReader fields{key.substr(prefix.size())};
    fields.take<std::uint32_t>();
    found.push_back(fields.take_task());
    return true;
  });
  return found;
}

std::vector<Aside> asides(const journal::View& store, const model::TaskId& task) {
  std::vector<Aside> found;
  scan_prefix(store, task_key('l', task), [&](BytesView, BytesView record) {
    found.push_back(read_aside(record));
    return true;
  });
  return found;
}

bool is_aside(const journal::View& store, const model::TaskId& task) {
  bool found = false;
  scan_prefix(store, task_key('l', task), [&](BytesView, BytesView) {
    found = true;
    return false;
  });
  return found;
}

void put_aside(journal::Draft& draft, const model::TaskId& task, const Hash& group, const Aside& aside) {
  Fields fields;
  add_short_text(fields, aside.rule);
  add_long_text(fields, aside.reason);
  draft.put(aside_key(task, group), fields.add(aside.instead).bytes());
}

void erase_aside(journal::Draft& draft, const model::TaskId& task, const Hash& group) {
  if (draft.get(aside_key(task, group))) draft.erase(aside_key(task, group));
}

std::optional<Aside> aside_by(const journal::View& store, const model::TaskId& task, const Hash& group) {
  const auto record = store.get(aside_key(task, group));
  if (!record) return std::nullopt;
  return read_aside(*record);
}

void count_aside(journal::Draft& draft, const model::TaskId& task, const AsideVerdict& first, const AsideVerdict& final,
                 bool enters, UtcTime now) {
  count_one(draft, task, first, true, enters, now);
  count_one(draft, task, final, false, enters, now);
}

void move_aside(journal::Draft& draft, const model::TaskId& task, const AsideVerdict& from, const AsideVerdict& to,
                UtcTime now) {
  log_change(draft,
             {.programme = from.cell.programme,
              .loses = change_of(from),
              .gains = change_of(to),
              .is_aside = true,
              .task = task},
             now);
  change_both(draft, from, false, false);
  change_both(draft, to, false, true);
}

void for_each_aside_tally(const journal::View& store,
                          const std::function<void(const CellKey& cell, const Tally& tally)>& visit) {
  scan_prefix(store, key_in('a').bytes(), [&](BytesView key, BytesView record) {
    FieldReader fields{key.substr(2)};
    visit(take_fine_cell(fields), read_tally(record));
    return true;
  });
}

std::uint16_t first_month(const journal::View& store, const model::TaskId& task, std::uint16_t month) {
  const auto record = store.get(task_key('n', task));
  return record ? FieldReader{*record}.take<std::uint16_t>() : month;
}

void keep_first_month(journal::Draft& draft, const model::TaskId& task, std::uint16_t month) {
  if (!draft.get(task_key('n', task))) draft.put(task_key('n', task), Fields{}.add(month).bytes());
}

void note_nonconforming(journal::Draft& draft, const model::TaskId& task, bool is_among) {
  const Bytes key = task_key('b', task);
  if (is_among) {
    draft.put(key, {});
  } else if (draft.get(key)) {
    draft.erase(key);
  }
}

void for_each_nonconforming(const journal::View& store, const std::function<bool(const model::TaskId& task)>& visit) {
  scan_prefix(store, key_in('b').bytes(),
              [&](BytesView key, BytesView) { return visit(FieldReader{key.substr(2)}.take_task()); });
}

std::optional<model::TaskId> rules_followed(const journal::View& store) {
  const auto record = store.get(key_in('p').bytes());
  if (!record) return std::nullopt;
  return FieldReader{*record}.take_task();
}

void set_rules_followed(journal::Draft& draft, const std::optional<model::TaskId>& upto) {
  if (upto) {
    draft.put(key_in('p').bytes(), Fields{}.add(*upto).bytes());
  } else {
    draft.erase(key_in('p').bytes());
  }
}

std::vector<model::TaskId> drawn_tasks(const journal::View& store, const model::TaskId& after, std::size_t most) {
  std::vector<model::TaskId> found;
  store.scan(journal::after_prefix(task_key('f', after)), journal::after_prefix(key_in('f').bytes()),
             [&](BytesView key, BytesView) {
               found.push_back(FieldReader{key.substr(2)}.take_task());
               return found.size() < most;
             });
  return found;
}

}  // namespace lab::coordinator::tables
