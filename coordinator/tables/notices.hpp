#pragma once
// Notices of nonconforming samples: made with the verdict, sent by a person, received by the party. They name the
// sampled enterprise and never travel to a node.

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "coordinator/tables/results.hpp"

namespace lab::coordinator::tables {

/// Stored as its number: append only.
enum class NoticeState : std::uint8_t { made, sent, received, withdrawn };
constexpr NoticeState notice_state_last = NoticeState::withdrawn;

enum class NoticeAction : std::uint8_t { send, receive, withdraw };
constexpr NoticeAction notice_action_last = NoticeAction::withdraw;

const char* name_of(NoticeState state);    // "made"
const char* name_of(NoticeAction action);  // "send"

/// Which action is allowed on a notice in which state, and what it becomes. Nobody withdraws by hand: a verdict that
/// passes after all does.
struct NoticeMove {
  NoticeAction action;
  NoticeState from;
  NoticeState to;
  bool by_people;
};
std::span<const NoticeMove> notice_moves();
/// Nothing when the action is not allowed in that state.
const NoticeMove* notice_move(NoticeAction action, NoticeState from);

struct Notice {
  model::TaskId task;
  EventPlace verdict;   // the Judged event it is about: its content cannot change any more
  UtcTime confirmed{};  // the verdict was approved
  UtcTime made{};       // it was counted here
  NoticeState state = NoticeState::made;
  // Once sent:
  UtcTime sent{};
  model::PersonId sent_by;
  std::string addressee;
  std::string way;  // how: by post, by hand, by the local authority
  Hash text;        // of what was sent, see notice_text()
  // Once received:
  UtcTime received{};
  model::PersonId receipt_by;  // who recorded it
  std::string receipt;         // how it is known: name and time of the signature

  bool operator==(const Notice&) const = default;
};

std::optional<Notice> notice(const journal::View& store, const model::TaskId& task);
void put_notice(journal::Draft& draft, const Notice& notice);
/// Task by task after `after`, until `visit` returns false.
void for_each_notice(const journal::View& store, const model::TaskId& after,
                     const std::function<bool(const Notice& notice)>& visit);

/// The words that were sent; nothing before that.
std::optional<std::string> notice_text(const journal::View& store, const model::TaskId& task);
void put_notice_text(journal::Draft& draft, const model::TaskId& task, std::string_view text);

}  // namespace lab::coordinator::tables
