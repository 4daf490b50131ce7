#pragma once
// Samples as they were drawn, as far as rules of sampling (planning/sampling_rules.hpp) ask: which stand together under
// a rule, which of them are set aside and why, and the verdicts of those, which are in no pass rate.
//
//   '%' 'f' task                            -> Drawn: the sampling form in force
//   '%' 'g' group, date, task               -> nothing: samples of a group, the one that counts first
//   '%' 'm' task                            -> groups it stands in
//   '%' 'l' task, group                     -> Aside
//   '%' 'a' fine cell                       -> verdicts of samples that are set aside
//   '%' 'n' task                            -> month in which its first verdict was counted, when an amendment moved it
//   '%' 'b' task                            -> nothing: its first verdict or the one that stands did not pass
//   '%' 'p'                                 -> task from which on the rules are to be looked at anew
//
// What names an enterprise is in the groups only as a hash, and none of it travels to a node.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/planning/sampling_rules.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

/// Under which name the province may give its rules; without it there are none.
constexpr const char* sampling_rules_file = "sampling_rules.csv";

/// It was read before it was taken, so one that cannot be read is damage.
std::vector<planning::SamplingRule> sampling_rules(const journal::View& store);
/// Whether shares of its cells are in escrow on that day (decision 0055).
bool is_in_escrow(const journal::View& store, const model::ProgrammeCode& programme, CivilDate day);

/// The sampling form in force: accepted under the grant that held.
struct Drawn {
  model::NodeId node;
  CivilDate sampled_on{};
  std::string batch;  // the production date, else the lot number; empty when neither was written

  bool operator==(const Drawn&) const = default;
};

std::optional<Drawn> drawn(const journal::View& store, const model::TaskId& task);
void put_drawn(journal::Draft& draft, const model::TaskId& task, const Drawn& drawn);

/// Samples that stand together under a rule. `limit` of them count.
struct Group {
  Hash of;  // rule and what it compares
  std::string rule;
  std::uint32_t limit = 1;

  bool operator==(const Group&) const = default;
};

std::vector<Group> groups_of(const journal::View& store, const model::TaskId& task);
/// Puts the sample into these groups and out of all others.
void set_groups(journal::Draft& draft, const model::TaskId& task, CivilDate sampled_on,
                const std::vector<Group>& groups);
/// In the order in which they count: by sampling date, then by task.
std::vector<model::TaskId> members(const journal::View& store, const Hash& group);

/// Why a sample is in no pass rate.
struct Aside {
  std::string rule;
  std::string reason;     // of the rule
  model::TaskId instead;  // the last of those that count in its place

  bool operator==(const Aside&) const = default;
};

/// By every rule that sets it aside, in the order of their groups; empty for nearly every sample.
std::vector<Aside> asides(const journal::View& store, const model::TaskId& task);
bool is_aside(const journal::View& store, const model::TaskId& task);
void put_aside(journal::Draft& draft, const model::TaskId& task, const Hash& group, const Aside& aside);
/// Nothing changes when it was not set aside by that group.
void erase_aside(journal::Draft& draft, const model::TaskId& task, const Hash& group);
std::optional<Aside> aside_by(const journal::View& store, const model::TaskId& task, const Hash& group);

/// The verdicts of a sample that is set aside, or not any more: one of its first kind and one that stands.
struct AsideVerdict {
  CellKey cell;
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;
  ProfileNumber profile = 0;
};
/// `enters` or leaves, with its items. Logged (count_log.hpp).
void count_aside(journal::Draft& draft, const model::TaskId& task, const AsideVerdict& first, const AsideVerdict& final,
                 bool enters, UtcTime now);
/// The verdict that stands of a sample that is set aside has changed. Logged.
void move_aside(journal::Draft& draft, const model::TaskId& task, const AsideVerdict& from, const AsideVerdict& to,
                UtcTime now);
void for_each_aside_tally(const journal::View& store,
                          const std::function<void(const CellKey& cell, const Tally& tally)>& visit);

/// Where the first verdict was counted; `month` when it has not moved.
std::uint16_t first_month(const journal::View& store, const model::TaskId& task, std::uint16_t month);
void keep_first_month(journal::Draft& draft, const model::TaskId& task, std::uint16_t month);

/// Whether a counted sample is among those whose first verdict, or the one that stands, is a fail or a problem.
void note_nonconforming(journal::Draft& draft, const model::TaskId& task, bool is_among);
/// Task by task of all plans, until `visit` returns false.
void for_each_nonconforming(const journal::View& store, const std::function<bool(const model::TaskId& task)>& visit);

/// How far a change of the rules or of quotas has been followed; nothing when all of it has.
std::optional<model::TaskId> rules_followed(const journal::View& store);
void set_rules_followed(journal::Draft& draft, const std::optional<model::TaskId>& upto);
/// Tasks with a form behind `after`, at most `most`.
std::vector<model::TaskId> drawn_tasks(const journal::View& store, const model::TaskId& after, std::size_t most);

}  // namespace lab::coordinator::tables
