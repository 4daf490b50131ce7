#include "lab-node/desk/permissions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab-node/reception/reception.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using enum model::SampleState;

// In the order of `roles`.
constexpr std::uint8_t sampler = 1;
constexpr std::uint8_t at_bench = 2;
constexpr std::uint8_t reviewer = 4;
constexpr std::uint8_t approver = 8;
constexpr std::uint8_t administrator = 16;
constexpr std::uint8_t auditor = 32;
constexpr std::uint8_t everybody = 63;
static_assert(everybody == (1U << roles.size()) - 1);

template <class... State>
constexpr std::uint16_t in(State... states) {
  return static_cast<std::uint16_t>((0U | ... | (1U << static_cast<unsigned>(states))));
}
constexpr std::uint16_t no_sample = 0;
// A provisional verdict takes the results of a second portion.
constexpr std::uint16_t takes_results = in(received, measuring, judged);

// What an action may change, by whom, and from which state of the sample.
constexpr std::array table{
    Guard{Action::look, everybody, no_sample, false},
    Guard{Action::fill_form, sampler, in(assigned)},
    Guard{Action::decline, sampler, in(assigned, sampled)},
    Guard{Action::renumber, sampler | at_bench, in(assigned, sampled)},
    // Reserve copies may be handed over later than the one that is tested.
    Guard{Action::receive, at_bench | administrator, in(sampled, received, measuring, judged, reviewed, approved)},
    Guard{Action::measure, at_bench, takes_results},
    Guard{Action::retract, at_bench, in(judged)},
    Guard{Action::judge_again, at_bench, in(measuring)},
    Guard{Action::inspect_lot, at_bench, in(received, measuring)},
    Guard{Action::decide_quarantine, at_bench | administrator, takes_results},
    Guard{Action::replay, at_bench | administrator, takes_results},
    Guard{Action::decide_run, reviewer, no_sample},
    // The administrator has configured the instrument; a technician would vouch for results of their own.
    Guard{Action::confirm_instrument, reviewer | administrator, no_sample},
    Guard{Action::review, reviewer, in(judged)},
    Guard{Action::return_record, reviewer | approver, in(judged, reviewed)},
    Guard{Action::approve, approver, in(reviewed)},
    Guard{Action::amend, approver, in(approved)},
    // When and how, by the state of its keeping, is for lab-node/shelf.
    Guard{Action::dispose, at_bench | administrator, in(received, measuring, judged, reviewed, approved)},
    Guard{Action::keep_picture, sampler | at_bench | administrator, no_sample},
    Guard{Action::see_people, administrator | auditor, no_sample},
    Guard{Action::manage_people, administrator, no_sample},
};
static_assert(table.size() == actions_count);
static_assert(std::ranges::is_sorted(table, {}, &Guard::action));

constexpr std::uint16_t not_ours = in(revoked);

}  // namespace

const char* name_of(Action action) {
  static constexpr std::array names{"look",
                                    "fill_form",
                                    "decline",
                                    "renumber",
                                    "receive",
                                    "measure",
                                    "retract",
                                    "judge_again",
                                    "inspect_lot",
                                    "decide_quarantine",
                                    "replay",
                                    "decide_run",
                                    "confirm_instrument",
                                    "review",
                                    "return_record",
                                    "approve",
                                    "amend",
                                    "dispose",
                                    "keep_picture",
                                    "see_people",
                                    "manage_people"};
  static_assert(names.size() == actions_count);
  return names[static_cast<std::size_t>(action)];
}

bool Guard::has(std::string_view role) const {
  const auto at = std::ranges::find(desk::roles, role) - desk::roles.begin();
  return (roles >> at & 1U) != 0;
}

bool Guard::has(model::SampleState state) const { return (states >> static_cast<unsigned>(state) & 1U) != 0; }

std::span<const Guard> guards() { return table; }

const Guard& guard_of(Action action) { return table[static_cast<std::size_t>(action)]; }

bool may(std::string_view role, Action action) { return guard_of(action).has(role); }

bool may(const service::Person& person, Action action) {
  return std::ranges::any_of(person.roles, [&](const std::string& role) { return may(role, action); });
}

std::vector<std::string> actions_of(const service::Person& person) {
  std::vector<std::string> names;
  for (const Guard& guard : table) {
    if (may(person, guard.action)) names.emplace_back(name_of(guard.action));
  }
  return names;
}

std::optional<node::Refusal> forbidden(const journal::View& before, Action action, const journal::Effects& effects) {
  const Guard& guard = guard_of(action);
  for (const journal::Effect& effect : effects) {
    const auto* put = std::get_if<journal::Put>(&effect);
    if (put == nullptr || tables::kind_of_key(put->key) != tables::samples_kind) continue;
    const auto record = before.get(put->key);
    const auto sample = record ? std::optional{tables::sample_of(*record)} : std::nullopt;
    if (!sample) return node::Refusal{"wrong_state", "此操作不能登记新的样品"};
    const bool is_foreign = (not_ours >> static_cast<unsigned>(sample->state) & 1U) != 0;
    if (guard.has(sample->state) && !(guard.own_laboratory && is_foreign)) continue;
    return node::Refusal{"wrong_state", fmt::format("样品 {} 的状态为“{}”，不能进行此操作", sample->grant.number.text(),
                                                    reception::chinese_name_of(sample->state))};
  }
  return std::nullopt;
}

}  // namespace lab::desk
