#include "coordinator/board/diary_parts.hpp"

#include <algorithm>
#include <array>

namespace lab::board {
namespace {

using coordinator::tables::DiaryKind;
using Fields = std::vector<std::pair<std::string, std::string>>;

struct Sentence {
  DiaryKind kind;
  std::string_view form;
  std::string_view pattern;  // {name} is a word without blanks; {reason} is whatever a person wrote
};

constexpr std::string_view orders = "node {node} orders {first}..{last} hash {hash}";
constexpr std::string_view hash_alone = "{hash}";
constexpr std::string_view tasks_of_plan = "plan {plan}: {tasks} tasks";
constexpr std::string_view generation_alone = "generation {generation}";
constexpr std::string_view credit =
    "publication {publication} enterprise {enterprise} class {class} rule {rule} {state} by {person} reason {hash}";
constexpr std::string_view credit_listed =
    "publication {publication} enterprise {enterprise} class {class} blacklisted rule {rule} {state} by {person} "
    "reason {hash}";

// Where a kind has several, the first that fits is meant.
constexpr std::array sentences{
    Sentence{DiaryKind::plan_imported, "plan_imported", "plan {plan}: {tasks} tasks from file {hash}"},
    Sentence{DiaryKind::plan_revised, "plan_revised",
             "plan {plan} revision {revision} by {person} tasks +{created} -{cancelled} from file {hash}: {reason}"},
    Sentence{DiaryKind::plan_expanded, "plan_expanded", tasks_of_plan},
    Sentence{DiaryKind::reference_taken, "reference_taken", hash_alone},
    Sentence{DiaryKind::laboratories_taken, "laboratories_taken", "{count}"},
    Sentence{DiaryKind::ticket_issued, "ticket_issued", "laboratory {laboratory} ticket {hash}"},
    Sentence{DiaryKind::node_enrolled, "node_enrolled", "node {node} laboratory {laboratory} key {hash}"},
    Sentence{DiaryKind::node_revoked, "node_revoked", "node {node}: {reason}"},
    Sentence{DiaryKind::keys_replaced, "keys_replaced",
             "node {node} key {hash} instead of {former}, which is accepted until {until}"},
    Sentence{DiaryKind::allocated, "allocated", tasks_of_plan},
    Sentence{DiaryKind::granted, "granted", orders},
    Sentence{DiaryKind::revoked, "revoked", orders},
    Sentence{DiaryKind::serials_leased, "serials_leased", orders},
    Sentence{DiaryKind::reserve_held, "reserve_held", orders},
    Sentence{DiaryKind::reserve_freed, "reserve_freed", orders},
    Sentence{DiaryKind::share_recalled, "share_recalled", orders},
    Sentence{DiaryKind::share_returned, "share_returned", "task {task} by node {node}"},
    Sentence{DiaryKind::accepted, "accepted",
             "node {node} incarnation {incarnation} events {first}..{last} head {hash} counted {counted} late {late} "
             "quarantined {quarantined}"},
    Sentence{DiaryKind::series_moved, "series_accepted",
             "series {series} step {step} lot_counted {task} inspected {inspected} nonconforming {nonconforming} "
             "accepted, now {severity}"},
    Sentence{DiaryKind::series_moved, "series_refused",
             "series {series} step {step} lot_counted {task} inspected {inspected} nonconforming {nonconforming} "
             "not accepted, now {severity}"},
    Sentence{DiaryKind::series_moved, "series_corrected",
             "series {series} step {step} corrective_action by {person}: {reason}, now {severity}"},
    Sentence{DiaryKind::series_moved, "series_conditions",
             "series {series} step {step} conditions by {person}: {reason}, now {severity}"},
    Sentence{DiaryKind::retest_ordered, "retest_drawn",
             "task {task} first laboratory {first_laboratory} retest laboratory {laboratory} node {node} draw seed "
             "{hash} candidates {candidates} drawn {drawn} reason {reason}"},
    Sentence{DiaryKind::retest_ordered, "retest_ordered",
             "task {task} first laboratory {first_laboratory} retest laboratory {laboratory} node {node} reason "
             "{reason}"},
    Sentence{DiaryKind::recovery_begun, "recovery_begun", generation_alone},
    Sentence{DiaryKind::recovery_ended, "recovery_ended", generation_alone},
    Sentence{DiaryKind::node_waived, "node_waived", "node {node} by {proposer} and {person}: {reason}"},
    Sentence{DiaryKind::node_resynced, "node_resynced", "node {node} incarnation {incarnation}"},
    Sentence{DiaryKind::station_chosen, "station_chosen", "node {node} boot {boot}: {reason}"},
    Sentence{DiaryKind::task_cancelled, "task_cancelled", "{task}: {reason}"},
    Sentence{DiaryKind::person_decided, "person_decided", "{person} {method} {path} sha256 {hash}"},
    Sentence{DiaryKind::loss_known, "loss_known",
             "generation {generation} had {had} events, this store {left} when it was put back: {lost} events known "
             "lost"},
    Sentence{DiaryKind::loss_known, "loss_counted",
             "everything was collected: {least} to {most} of the events known lost are missing"},
    Sentence{DiaryKind::loss_known, "loss_tasks",
             "node {node} was put back as well, events of its tasks may be lost: {reason}"},
    Sentence{DiaryKind::loss_known, "loss_remains",
             "everything was collected: at least {missing} of the events known lost are missing"},
    Sentence{DiaryKind::exception_decided, "exception_decided", "event {event} {decision} by {person}: {reason}"},
    Sentence{DiaryKind::replayed, "replayed", "event {event} {disposition}: {reason}"},
    Sentence{DiaryKind::clock_fired, "clock_fired", "task {task} {clock} due {due}"},
    Sentence{DiaryKind::notice_made, "notice_made_undated", "task {task} confirmed {confirmed} due none"},
    Sentence{DiaryKind::notice_made, "notice_made", "task {task} confirmed {confirmed} due {due}"},
    Sentence{DiaryKind::notice_sent, "notice_sent", "task {task} by {person} text {hash}"},
    Sentence{DiaryKind::notice_received, "notice_received_windowless",
             "task {task} at {received} recorded by {person} window none"},
    Sentence{DiaryKind::notice_received, "notice_received",
             "task {task} at {received} recorded by {person} window {window}"},
    Sentence{DiaryKind::notice_withdrawn, "notice_withdrawn", "task {task}"},
    Sentence{DiaryKind::objection_registered, "objection_registered",
             "task {task} kind {objection} by {person} content {hash}"},
    Sentence{DiaryKind::objection_decided, "objection_decided", "task {task} {objection_state} by {person} draw none"},
    Sentence{DiaryKind::objection_decided, "objection_drawn",
             "task {task} {objection_state} by {person} draw seed {hash} candidates {candidates} drawn {laboratory}"},
    Sentence{DiaryKind::objection_closed, "objection_closed", "task {task} {objection_state}"},
    Sentence{DiaryKind::report_frozen, "report_frozen", "report {report} version {version} content {hash} by {person}"},
    Sentence{DiaryKind::borders_taken, "borders_taken", hash_alone},
    Sentence{DiaryKind::enterprises_taken, "enterprises_taken", "{added} new, {known} known, file {hash}"},
    Sentence{DiaryKind::enterprises_merged, "enterprises_merged",
             "enterprise {enterprise} into {into} by {person} reason {hash}"},
    Sentence{DiaryKind::enterprises_parted, "enterprises_parted",
             "enterprise {enterprise} from {into} by {person} reason {hash}"},
    Sentence{DiaryKind::credit_proposed, "credit_listed", credit_listed},
    Sentence{DiaryKind::credit_proposed, "credit", credit},
    Sentence{DiaryKind::credit_decided, "credit_listed", credit_listed},
    Sentence{DiaryKind::credit_decided, "credit", credit},
    Sentence{DiaryKind::credit_withdrawal_proposed, "credit_listed", credit_listed},
    Sentence{DiaryKind::credit_withdrawal_proposed, "credit", credit},
    Sentence{DiaryKind::credit_withdrawal_decided, "credit_listed", credit_listed},
    Sentence{DiaryKind::credit_withdrawal_decided, "credit", credit},
    Sentence{DiaryKind::signal_received, "signal_received", "signal {signal} {signal_kind} by {person} source {hash}"},
    Sentence{DiaryKind::signal_assessed, "signal_assessed", "signal {signal} {signal_state} by {person} reason {hash}"},
    Sentence{DiaryKind::signal_planned, "signal_planned", "signal {signal} plan {plan} by {person} reason {hash}"}};

bool fits(std::string_view pattern, std::string_view text, Fields& fields);

// `pattern` stands behind the brace. The shortest value with which the rest fits too.
bool field_fits(std::string_view pattern, std::string_view text, Fields& fields) {
  const std::size_t end = pattern.find('}');
  const std::string_view name = pattern.substr(0, end);
  const std::string_view behind = pattern.substr(end + 1);
  const std::size_t known = fields.size();
  fields.emplace_back(name, "");
  for (std::size_t length = 1; length <= text.size(); ++length) {
    const bool is_blank = text[length - 1] == ' ';
    if (is_blank && name != "reason") break;
    if (!behind.empty() && length < text.size() && behind.front() != text[length]) continue;
    if (!fits(behind, text.substr(length), fields)) continue;
    fields[known].second = std::string{text.substr(0, length)};
    return true;
  }
  fields.resize(known);
  return false;
}

bool fits(std::string_view pattern, std::string_view text, Fields& fields) {
  const std::size_t brace = std::min(pattern.find('{'), pattern.size());
  if (!text.starts_with(pattern.substr(0, brace))) return false;
  text.remove_prefix(brace);
  if (brace == pattern.size()) return text.empty();
  return field_fits(pattern.substr(brace + 1), text, fields);
}

}  // namespace

std::optional<DiaryParts> diary_parts(DiaryKind kind, std::string_view subject) {
  for (const Sentence& one : sentences) {
    if (one.kind != kind) continue;
    DiaryParts parts{.form = one.form, .fields = {}};
    if (fits(one.pattern, subject, parts.fields)) return parts;
  }
  return std::nullopt;
}

}  // namespace lab::board
