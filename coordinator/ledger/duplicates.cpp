#include "coordinator/ledger/duplicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "coordinator/ledger/items.hpp"
#include "coordinator/planning/cell_changes.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::ledger {
namespace {

using planning::SamplingRule;
using planning::SamplingRuleKind;
using tables::Group;

// Who made it and where it was taken, as far as the province knows.
struct Parties {
  std::string producer;
  std::string shop;
};

Parties parties_of(const journal::View& store, const model::Task& task) {
  const auto fields = tables::unit_fields(store, task.id);
  const auto unit = tables::sampled_unit(store, task.id).value_or(tables::SampledUnit{});
  const auto either = [](const std::string& first, const std::string& second) {
    return first.empty() ? second : first;
  };
  Parties parties;
  // The licence is the better name: one shop is written in several ways.
  parties.shop = compared(either(either(field_of(fields, "unit_credit_code"), unit.licence),
                                 either(field_of(fields, "unit_name"), unit.name)));
  parties.producer = compared(field_of(fields, "producer_name"));
  const bool is_source = task.stage == model::Stage::production_base || task.stage == model::Stage::slaughterhouse ||
                         task.stage == model::Stage::manufacturer;
  if (parties.producer.empty() && is_source) {
    parties.producer = compared(either(field_of(fields, "unit_name"), unit.name));
  }
  return parties;
}

Hash hash_of(std::initializer_list<std::string_view> parts) {
  journal::Fields fields;
  for (const std::string_view part : parts) tables::add_long_text(fields, part);
  return crypto::sha256(fields.bytes());
}

std::string quarter_of(CivilDate date) {
  return fmt::format("{}Q{}", static_cast<int>(date.year()), (unsigned{date.month()} - 1) / 3 + 1);
}

// A quota cell with all its rows: one that a revision has raised has several. It is known by the first of them, whose
// place never changes.
struct Cell {
  std::uint32_t index = 0;
  std::uint32_t quota = 0;
};

std::optional<Cell> cell_of(const journal::View& store, const model::TaskId& task) {
  const tables::PlanRef plan{task.plan, task.revision};
  const auto own = tables::row_with(store, plan, task.number);
  if (!own) return std::nullopt;
  const model::PlanCell& asked = own->second.cell;
  Cell cell{.index = own->first};
  const planning::CellLess less{};
  tables::for_each_cell(store, plan, 0, [&](std::uint32_t index, const tables::CellRow& row) {
    if (less(row.cell, asked) || less(asked, row.cell)) return true;
    cell.index = std::min(cell.index, index);
    cell.quota += row.cell.quota;
    return true;
  });
  return cell;
}

// The group of a sample under a rule; nothing when the rule does not speak of it, or something is not known yet.
std::optional<Group> group_of(const journal::View& store, const SamplingRule& rule, const model::Task& task,
                              const tables::Drawn& drawn, const Parties& parties) {
  if (!rule.covers(task.programme, drawn.sampled_on)) return std::nullopt;
  switch (rule.kind) {
    case SamplingRuleKind::escrow:
    case SamplingRuleKind::publish:
    case SamplingRuleKind::warning:
      return std::nullopt;
    case SamplingRuleKind::same_batch:
      if (parties.producer.empty() || drawn.batch.empty()) return std::nullopt;
      return Group{.of = hash_of({rule.code, "batch", parties.producer, compared(task.commodity), drawn.batch,
                                  quarter_of(drawn.sampled_on)}),
                   .rule = rule.code,
                   .limit = rule.limit};
    case SamplingRuleKind::shop_share: {
      if (parties.shop.empty()) return std::nullopt;
      const auto cell = cell_of(store, task.id);
      if (!cell) return std::nullopt;
      const auto share = static_cast<std::uint32_t>(std::uint64_t{cell->quota} * rule.limit / 100);
      return Group{.of = hash_of({rule.code, "shop", parties.shop,
                                  fmt::format("{}.{}.{}", task.id.plan.value(), task.id.revision, cell->index)}),
                   .rule = rule.code,
                   .limit = std::max(share, 1U)};
    }
  }
  return std::nullopt;
}

std::vector<Group> groups_now(const journal::View& store, const model::Task& task, const tables::Drawn& drawn) {
  std::vector<Group> groups;
  const auto rules = tables::sampling_rules(store);
  if (rules.empty()) return groups;
  const Parties parties = parties_of(store, task);
  for (const SamplingRule& rule : rules) {
    if (auto group = group_of(store, rule, task, drawn, parties)) groups.push_back(std::move(*group));
  }
  return groups;
}

// With the limit that holds now: the one it was filed with may be of an earlier rule or quota.
Group with_limit_now(const journal::View& store, const Group& group) {
  const auto all = tables::members(store, group.of);
  if (all.empty()) return group;
  const auto task = tables::task(store, all.front());
  const auto form = tables::drawn(store, all.front());
  if (!task || !form) return group;
  const auto groups = groups_now(store, *task, *form);
  const auto same = std::ranges::find(groups, group.of, &Group::of);
  return same == groups.end() ? group : *same;
}

// Both verdicts of a counted sample, where they are counted.
void move_between(journal::Draft& draft, const model::TaskId& id, bool enters, UtcTime now) {
  const auto task = tables::task(draft, id);
  const tables::TaskFile file = tables::task_file(draft, id);
  const auto result = file.result();
  if (!task || !result || result->counted_version == 0) return;
  const tables::ItemProfiles profiles = file.profiles();
  const tables::CellKey cell = tables::counted_cell(draft, *task, *result);
  tables::CellKey first = cell;
  first.month = tables::first_month(draft, id, result->month);
  tables::count_aside(draft, id, {first, result->first_outcome, profiles.first},
                      {cell, result->final_outcome, profiles.final}, enters, now);
}

void settle(journal::Draft& draft, const model::TaskId& task, const Group& group,
            const std::optional<tables::Aside>& wanted, UtcTime now) {
  const auto had = tables::aside_by(draft, task, group.of);
  if (had == wanted) return;
  // While it still is, or is not, one of those that are set aside.
  enter_sample(draft, task);
  const bool before = tables::is_aside(draft, task);
  if (wanted) {
    tables::put_aside(draft, task, group.of, *wanted);
  } else {
    tables::erase_aside(draft, task, group.of);
  }
  const bool after = tables::is_aside(draft, task);
  if (before != after) move_between(draft, task, after, now);
}

void decide_group(journal::Draft& draft, const Group& group, UtcTime now) {
  const auto rules = tables::sampling_rules(draft);
  const auto rule = std::ranges::find(rules, group.rule, &SamplingRule::code);
  const std::string reason = rule == rules.end() ? std::string{} : rule->reason;
  const std::vector<model::TaskId> all = tables::members(draft, group.of);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::optional<tables::Aside> wanted;
    if (i >= group.limit) wanted = tables::Aside{group.rule, reason, all[group.limit - 1]};
    settle(draft, all[i], group, wanted, now);
  }
}

// The date on the goods; else what else tells one batch from another.
std::string batch_of(const model::Sampled& form) {
  const std::string made_on = field_of(form.fields, "made_on");
  if (const auto date = parse_date(made_on)) return "on " + to_text(*date);
  const std::string lot = compared(field_of(form.fields, "lot_number"));
  return lot.empty() ? lot : "lot " + lot;
}

}  // namespace

bool is_nonconforming(const model::ResultEntry& result) {
  return is_nonconforming(result.first_outcome) || is_nonconforming(result.final_outcome);
}

void make_fine_tallies(journal::Draft& draft) {
  if (tables::has_fine_tallies(draft)) return;
  tables::begin_fine_tallies(draft);
  for (const model::PlanEntry& plan : tables::plans(draft)) {
    std::map<tables::CellKey, tables::Tally> sums;
    tables::for_each_task(draft, tables::ref_of(plan), 1, [&](const model::Task& task) {
      if (task.state != model::TaskState::judged) return true;
      const auto result = tables::task_file(draft, task.id).result();
      if (!result || result->counted_version == 0) return true;
      tables::Tally& tally = sums[tables::counted_cell(draft, task, *result)];
      ++tally.first[result->first_outcome];
      ++tally.final[result->final_outcome];
      tables::note_nonconforming(draft, task.id, is_nonconforming(*result));
      return true;
    });
    for (const auto& [cell, tally] : sums) tables::add_to_fine_tally(draft, cell, tally);
  }
}

std::string compared(std::string_view name) {
  constexpr std::string_view ideographic_space = "\u3000";
  std::string text;
  for (std::size_t i = 0; i < name.size();) {
    const auto octet = static_cast<unsigned char>(name[i]);
    if (name.substr(i).starts_with(ideographic_space)) {
      i += ideographic_space.size();
      continue;
    }
    // U+FF01..U+FF5E, EF BC 81 .. EF BD 9E, are ASCII at full width: letters, digits and brackets that people mix with
    // the others.
    if (octet == 0xEF && i + 2 < name.size()) {
      const auto second = static_cast<unsigned char>(name[i + 1]);
      const auto third = static_cast<unsigned char>(name[i + 2]);
      const unsigned point = (0x0FU << 12U) | ((second & 0x3FU) << 6U) | (third & 0x3FU);
      if (point >= 0xFF01 && point <= 0xFF5E) {
        text += static_cast<char>(point - 0xFF01 + '!');
        i += 3;
        continue;
      }
    }
    if (octet > ' ') text += name[i];
    ++i;
  }
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

void take_form(journal::Draft& draft, const model::Task& task, const model::Sampled& form, model::NodeId node,
               UtcTime now) {
  if (!form.sampled_on.ok()) return;
  tables::put_drawn(draft, task.id, {.node = node, .sampled_on = form.sampled_on, .batch = batch_of(form)});
  review_sample(draft, task.id, now);
}

void review_sample(journal::Draft& draft, const model::TaskId& id, UtcTime now) {
  const auto task = tables::task(draft, id);
  const auto form = tables::drawn(draft, id);
  const std::vector<Group> before = tables::groups_of(draft, id);
  std::vector<Group> after;
  if (task && form && task->state != model::TaskState::cancelled) after = groups_now(draft, *task, *form);
  if (before.empty() && after.empty()) return;
  tables::set_groups(draft, id, form ? form->sampled_on : CivilDate{}, after);
  for (const Group& group : before) {
    const bool stays = std::ranges::find(after, group.of, &Group::of) != after.end();
    if (stays) continue;
    settle(draft, id, group, std::nullopt, now);
    decide_group(draft, with_limit_now(draft, group), now);
  }
  for (const Group& group : after) decide_group(draft, group, now);
}

void follow_count(journal::Draft& draft, const model::TaskId& task, const VerdictMove& move, UtcTime now) {
  if (!move.first && move.before_cell.month != move.cell.month) {
    tables::keep_first_month(draft, task, move.before_cell.month);
  }
  if (!tables::is_aside(draft, task)) return;
  if (move.first) {
    const tables::AsideVerdict verdict{move.cell, move.outcome, move.profile};
    tables::count_aside(draft, task, verdict, verdict, true, now);
  } else {
    tables::move_aside(draft, task, {move.before_cell, move.before, move.before_profile},
                       {move.cell, move.outcome, move.profile}, now);
  }
}

void review_all(journal::Draft& draft) { tables::set_rules_followed(draft, model::TaskId{}); }

void review_shares(journal::Draft& draft, const tables::PlanRef& plan) {
  const auto rules = tables::sampling_rules(draft);
  if (std::ranges::find(rules, SamplingRuleKind::shop_share, &SamplingRule::kind) == rules.end()) return;
  const model::TaskId before{.plan = plan.plan, .revision = plan.revision, .number = 0};
  tables::set_rules_followed(draft, std::min(tables::rules_followed(draft).value_or(before), before));
}

bool review_step(journal::Draft& draft, UtcTime now) {
  const auto after = tables::rules_followed(draft);
  if (!after) return false;
  const auto tasks = tables::drawn_tasks(draft, *after, step_reviewed);
  for (const model::TaskId& task : tasks) review_sample(draft, task, now);
  tables::set_rules_followed(draft, tasks.size() < step_reviewed ? std::nullopt : std::optional{tasks.back()});
  return true;
}

}  // namespace lab::ledger
