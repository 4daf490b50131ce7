#pragma once
// Objections (异议登记): who disputes a verdict, on what ground, what was decided, and what the retest made of it. They
// name the sampled enterprise and never travel to a node.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/tables/draws.hpp"
#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::coordinator::tables {

/// What is disputed. Stored as its number: append only.
enum class ObjectionKind : std::uint8_t { conclusion, authenticity, method, procedure };
constexpr ObjectionKind objection_kind_last = ObjectionKind::procedure;

const char* name_of(ObjectionKind kind);          // "conclusion"
const char* chinese_name_of(ObjectionKind kind);  // "检验结论"
std::optional<ObjectionKind> parse_objection_kind(std::string_view text);
/// Whether testing the reserve answers it. Whether a sample is genuine, or was drawn as it should be, is found out on
/// paper.
bool is_retested(ObjectionKind kind);

/// Stored as its number: append only. `none` is that of a sample without an objection.
enum class ObjectionState : std::uint8_t { none, registered, rejected, retest_assigned, settled, upheld, overturned };
constexpr ObjectionState objection_state_last = ObjectionState::overturned;
enum class ObjectionAction : std::uint8_t { enter, accept, settle, reject, uphold, overturn };

/// Whether nobody has decided it for good.
bool is_open(ObjectionState state);
const char* name_of(ObjectionState state);
const char* name_of(ObjectionAction action);  // "register" for `enter`: that word belongs to the language

/// Which action is allowed on an objection in which state, and what it becomes. The last two are the retest's own.
struct ObjectionMove {
  ObjectionAction action;
  ObjectionState from;
  ObjectionState to;
  bool by_people;
  bool by_another;  // than the person who registered it
};
std::span<const ObjectionMove> objection_moves();
/// Nothing when the action is not allowed in that state.
const ObjectionMove* objection_move(ObjectionAction action, ObjectionState from);

struct Objection {
  model::TaskId task;
  ObjectionKind kind = ObjectionKind::conclusion;
  ObjectionState state = ObjectionState::registered;
  std::string party;    // who objects
  std::string content;  // in their words
  UtcTime raised{};     // it reached the office
  UtcTime registered{};
  model::PersonId registered_by;
  UtcTime window_end{};  // it had to be raised before; epoch when the notice had not been received yet
  std::string right;     // the text of law that gives it
  UtcTime decided{};
  model::PersonId decided_by;
  std::string reason;  // of the decision
  std::optional<Draw> draw;
  UtcTime closed{};  // the retest decided it

  bool operator==(const Objection&) const = default;
};

std::optional<Objection> objection(const journal::View& store, const model::TaskId& task);
void put_objection(journal::Draft& draft, const Objection& objection);
/// Task by task after `after`, until `visit` returns false.
void for_each_objection(const journal::View& store, const model::TaskId& after,
                        const std::function<bool(const Objection& objection)>& visit);

}  // namespace lab::coordinator::tables
