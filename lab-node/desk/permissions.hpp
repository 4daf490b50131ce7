#pragma once
// The guards of the desk: who may do what with a sample in which state. One table, which every route goes through.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/effects.hpp"
#include "protocol/model/sample.hpp"
#include "protocol/service/people.hpp"

namespace lab::desk {

inline constexpr std::string_view technician = "technician";  // whose name a port's captures carry
inline constexpr std::array<std::string_view, 6> roles{"sampler",  technician,          "reviewer",
                                                       "approver", "lab_administrator", "auditor"};
inline constexpr service::AccountRules accounts{.roles = roles, .sign = true, .administrator = "lab_administrator"};

enum class Action : std::uint8_t {
  look,
  fill_form,
  decline,
  renumber,
  receive,
  measure,  // captures, weighings, results typed by hand
  retract,  // a verdict that nobody has reviewed
  judge_again,
  inspect_lot,
  decide_quarantine,
  replay,
  decide_run,
  confirm_instrument,
  review,         // agree to a record
  return_record,  // send it back
  approve,
  amend,         // an approved report is wrong
  dispose,       // a container leaves the shelf
  keep_picture,  // of a label, a seal, or of what was found where nothing could be sampled
  see_people,
  manage_people
};
constexpr std::size_t actions_count = static_cast<std::size_t>(Action::manage_people) + 1;
const char* name_of(Action action);

/// One line of the table.
struct Guard {
  Action action;
  std::uint8_t roles = 0;    // one bit for each of `roles`
  std::uint16_t states = 0;  // one bit for each SampleState that a sample may have before it is changed so
  /// The sample is this laboratory's: a grant that was taken back, perhaps given to another one, is no longer. What is
  /// not about a sample is the laboratory's own in any case, since its node has no other people.
  bool own_laboratory = true;

  [[nodiscard]] bool has(std::string_view role) const;
  [[nodiscard]] bool has(model::SampleState state) const;
};
/// One line for each action, in their order. Four eyes (who measured, reviewed and approves are three) and what a run's
/// checks ask for depend on more than a table can say, and are kept by lab-node/outbox.
std::span<const Guard> guards();
const Guard& guard_of(Action action);

bool may(std::string_view role, Action action);
bool may(const service::Person& person, Action action);
/// Names of everything that a person may do by their roles.
std::vector<std::string> actions_of(const service::Person& person);

/// What keeps `effects` from being stored: they change a sample that is in a state, or of a laboratory, in which
/// `action` may not change it. `before` is the store without them.
std::optional<node::Refusal> forbidden(const journal::View& before, Action action, const journal::Effects& effects);

}  // namespace lab::desk
