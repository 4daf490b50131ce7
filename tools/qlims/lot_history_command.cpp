// qlims lot history: a series of lots under the switching rules.

#include <fmt/format.h>
#include <vector>

#include "protocol/acceptance/switching.hpp"
#include "tools/qlims/jsonl_command.hpp"
#include "tools/qlims/lot_commands.hpp"

namespace lab::qlims {
namespace {

using acceptance::Aql;
using acceptance::History;
using acceptance::Level;
using acceptance::LotPlan;
using acceptance::LotResult;
using acceptance::State;
using acceptance::Tables;

constexpr const char* example =
    "Fields: steps: the lots in order, each {N, lev, aql, d}: lot size, inspection level (II if not given), AQL, and\n"
    "  nonconforming items found; and where it applies {steady, approved, corrective_action, resubmitted}\n"
    "  steady             production is steady; false ends reduced inspection, true is needed for it\n"
    "  approved           the responsible authority wants reduced inspection; needed for it at the lot that starts it\n"
    "  corrective_action  found effective before this lot: discontinued inspection goes on as tightened\n"
    "  resubmitted        a lot seen before: judged, but it does not count\n"
    "  steady, approved and corrective_action beside steps hold for every step that does not say otherwise.\n"
    "Answer: steps, each {insp, n, ac, re, accepted, state, score}: how this lot was inspected (n of the table), and\n"
    "  the state of inspection (normal, tightened, reduced, discontinued) and the switching score after it.\n"
    "  A lot that comes while inspection is discontinued is not inspected: insp is discontinued, n to accepted are "
    "null.\n"
    "  docs/decisions/0008-switching-rules.md says how GB/T 2828.1-2012, 9.3 and 9.4 are read.\n"
    "Example:\n"
    "  echo "
    "'{\"steps\":[{\"N\":1000,\"lev\":\"II\",\"aql\":\"1.0\",\"d\":1},{\"N\":1000,\"lev\":\"II\",\"aql\":\"1.0\",\"d\":"
    "3}]}' "
    "| qlims lot history";

struct Conditions {
  std::optional<bool> steady;
  std::optional<bool> approved;
  std::optional<bool> corrective_action;
};

struct Step {
  std::uint64_t lot_size = 0;
  Level level = Level::ii;
  Aql aql = Aql::at(0);
  std::uint64_t nonconforming = 0;
  bool resubmitted = false;
  Conditions conditions;
};

std::optional<bool> read_flag(Fields& in, std::string_view name, std::optional<bool> otherwise) {
  return in.has(name) ? std::optional{in.flag(name, false)} : otherwise;
}

Conditions read_conditions(Fields& in, const Conditions& otherwise) {
  return {.steady = read_flag(in, "steady", otherwise.steady),
          .approved = read_flag(in, "approved", otherwise.approved),
          .corrective_action = read_flag(in, "corrective_action", otherwise.corrective_action)};
}

Error in_step(std::size_t index, Error error) {
  error.message = fmt::format("steps[{}]: {}", index, error.message);
  return error;
}

Result<Step> read_step(Fields& in, const Conditions& of_all) {
  Step step{.lot_size = require_count(in, "N"),
            .level = read_level(in, "lev"),
            .aql = require_aql(in, "aql"),
            .nonconforming = require_count(in, "d"),
            .resubmitted = in.flag("resubmitted", false),
            .conditions = read_conditions(in, of_all)};
  if (auto finished = in.finish(); !finished) return fail(std::move(finished));
  return step;
}

Result<std::vector<Step>> read_steps(Fields& in) {
  in.require("steps");
  const Conditions of_all = read_conditions(in, {});
  std::vector<Fields> objects = in.objects("steps");
  if (auto finished = in.finish(); !finished) return fail(std::move(finished));
  std::vector<Step> steps;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto step = read_step(objects[i], of_all);
    if (!step) return tl::unexpected(in_step(i, step.error()));
    steps.push_back(*std::move(step));
  }
  return steps;
}

void write_state(const History& history, JsonWriter& out) {
  out.text("state", name_of(history.state));
  out.integer("score", history.score);
  out.end_object();
}

void write_uninspected(const History& history, JsonWriter& out) {
  out.begin_object("");
  out.text("insp", name_of(State::discontinued));
  for (const char* name : {"n", "ac", "re", "accepted"}) out.null(name);
  write_state(history, out);
}

void write_inspected(const LotPlan& lot, bool accepted, const History& next, JsonWriter& out) {
  out.begin_object("");
  out.text("insp", name_of(lot.inspection));
  out.integer("n", lot.plan.n);
  out.integer("ac", lot.plan.ac);
  out.integer("re", lot.plan.re);
  out.flag("accepted", accepted);
  write_state(next, out);
}

// The history after one lot.
Result<History> take_step(const Tables& tables, History history, const Step& step, JsonWriter& out) {
  if (step.conditions.corrective_action == true) history = after_corrective_action(history);
  if (history.state == State::discontinued) {
    write_uninspected(history, out);
    return history;
  }
  const auto lot = plan_lot(tables, history, step.lot_size, step.level, step.aql);
  if (!lot) return tl::unexpected(lot.error());
  const LotResult result{.inspected = lot->to_inspect,
                         .nonconforming = step.nonconforming,
                         .resubmitted = step.resubmitted,
                         .steady = step.conditions.steady,
                         .approved = step.conditions.approved.value_or(false)};
  const auto outcome = judge_lot(tables, history, *lot, result);
  if (!outcome) return tl::unexpected(outcome.error());
  write_inspected(*lot, outcome->accepted, outcome->next, out);
  return outcome->next;
}

Result<void> history_line(const Tables& tables, Fields& in, JsonWriter& out) {
  const auto steps = read_steps(in);
  if (!steps) return tl::unexpected(steps.error());
  History history;
  out.begin_list("steps");
  for (std::size_t i = 0; i < steps->size(); ++i) {
    const auto next = take_step(tables, history, (*steps)[i], out);
    if (!next) return tl::unexpected(in_step(i, next.error()));
    history = *next;
  }
  out.end_list();
  return {};
}

}  // namespace

void add_lot_history_command(CLI::App& lot) {
  add_jsonl_command(lot, "history", "Lots in a series under the switching rules (JSON Lines)", example,
                    [tables = std::optional<Tables>{}](Fields& in, JsonWriter& out) mutable {
                      if (!tables) tables = Tables::load();
                      return history_line(*tables, in, out);
                    });
}

}  // namespace lab::qlims
