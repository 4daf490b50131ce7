#include "protocol/acceptance/switching.hpp"

#include <fmt/format.h>
#include <bit>

#include "protocol/base/check.hpp"

namespace lab::acceptance {
namespace {

constexpr unsigned window_mask = 0b11111;  // five lots, 9.3.1
constexpr int window_not_accepted = 2;     // 9.3.1
constexpr int accepted_in_a_row_back = 5;  // tightened to normal, 9.3.2
constexpr int not_accepted_stop = 5;       // tightened to discontinued, 9.4
constexpr std::uint32_t score_reduced = 30;
constexpr int ac_with_small_score = 1;  // up to this Ac the lot itself is the test, 9.3.3.2 b
constexpr std::uint32_t small_score = 2;
constexpr std::uint32_t large_score = 3;

Inspection inspection_in(State state) {
  switch (state) {
    case State::normal:
      return Inspection::normal;
    case State::tightened:
      return Inspection::tightened;
    case State::reduced:
      return Inspection::reduced;
    case State::discontinued:
      break;
  }
  LAB_CHECK(state != State::discontinued);  // nothing is inspected then
  return Inspection::tightened;
}

// Whether the lot would have passed the plan of the next smaller AQL. A plan of another sample size cannot be tested by
// the items at hand, so the lot has not shown it.
bool passes_one_step_tighter(const Tables& tables, const LotPlan& lot, std::uint64_t nonconforming) {
  const auto aql = lot.aql.one_step_tighter();
  if (!aql) return false;
  const auto plan = tables.single_plan(Scheme::gbt2828_1_2012, lot.plan.letter, *aql, Inspection::normal);
  return plan.n == lot.plan.n && nonconforming <= static_cast<std::uint64_t>(plan.ac);
}

std::uint32_t next_score(const Tables& tables, const History& history, const LotPlan& lot, const LotResult& result,
                         bool accepted) {
  if (lot.plan.ac <= ac_with_small_score) return accepted ? history.score + small_score : 0;
  return passes_one_step_tighter(tables, lot, result.nonconforming) ? history.score + large_score : 0;
}

History after_normal(const History& history, std::uint32_t score, bool accepted, const LotResult& result) {
  const unsigned recent = (unsigned{history.recent} << 1U | (accepted ? 0U : 1U)) & window_mask;
  if (std::popcount(recent) >= window_not_accepted) return {.state = State::tightened};
  if (score >= score_reduced && result.steady == true && result.approved) {
    return {.state = State::reduced, .score = score};
  }
  return {.state = State::normal, .score = score, .recent = static_cast<std::uint8_t>(recent)};
}

History after_tightened(History history, bool accepted) {
  history.accepted_in_a_row = accepted ? static_cast<std::uint8_t>(history.accepted_in_a_row + 1) : std::uint8_t{0};
  if (!accepted) ++history.not_accepted_total;
  if (history.accepted_in_a_row >= accepted_in_a_row_back) return {.state = State::normal};
  if (history.not_accepted_total >= not_accepted_stop) return {.state = State::discontinued};
  return history;
}

History after_reduced(const History& history, bool accepted, const LotResult& result) {
  const bool irregular = result.steady == false;
  return accepted && !irregular ? history : History{.state = State::normal};
}

Result<void> check_counts(const LotPlan& lot, const LotResult& result) {
  if (result.inspected != lot.to_inspect) {
    return fail(ErrorCode::malformed,
                fmt::format("{} items were inspected where the plan says {}", result.inspected, lot.to_inspect), "n");
  }
  if (result.nonconforming > result.inspected && !lot.aql.counts_nonconformities_only()) {
    return fail(ErrorCode::malformed,
                fmt::format("{} nonconforming of {} inspected cannot be at AQL {}; only above AQL 10 nonconformities "
                            "are counted, several per item",
                            result.nonconforming, result.inspected, lot.aql.text()),
                "d");
  }
  return {};
}

}  // namespace

const char* name_of(State state) {
  switch (state) {
    case State::normal:
      return "normal";
    case State::tightened:
      return "tightened";
    case State::reduced:
      return "reduced";
    case State::discontinued:
      return "discontinued";
  }
  return "";
}

Result<LotPlan> plan_lot(const Tables& tables, const History& history, std::uint64_t lot_size, Level level, Aql aql) {
  if (history.state == State::discontinued) {
    return fail(ErrorCode::conflict, "inspection is discontinued until a corrective action is found effective");
  }
  const auto letter = tables.letter_for(lot_size, level);
  if (!letter) return tl::unexpected(letter.error());
  const Inspection inspection = inspection_in(history.state);
  const SinglePlan plan = tables.single_plan(Scheme::gbt2828_1_2012, *letter, aql, inspection);
  return LotPlan{.lot_size = lot_size,
                 .aql = aql,
                 .inspection = inspection,
                 .plan = plan,
                 .to_inspect = items_to_inspect(plan.n, lot_size)};
}

Result<bool> accepts(const LotPlan& lot, const LotResult& result) {
  if (auto counts = check_counts(lot, result); !counts) return fail(std::move(counts));
  return result.nonconforming <= static_cast<std::uint64_t>(lot.plan.ac);
}

Result<LotOutcome> judge_lot(const Tables& tables, const History& history, const LotPlan& lot,
                             const LotResult& result) {
  const auto verdict = accepts(lot, result);
  if (!verdict) return tl::unexpected(verdict.error());
  const bool accepted = *verdict;
  LotOutcome outcome{.accepted = accepted, .next = history};
  const bool counts =
      !result.resubmitted && history.state != State::discontinued && lot.inspection == inspection_in(history.state);
  if (!counts) return outcome;
  switch (lot.inspection) {
    case Inspection::normal:
      outcome.next = after_normal(history, next_score(tables, history, lot, result, accepted), accepted, result);
      break;
    case Inspection::tightened:
      outcome.next = after_tightened(history, accepted);
      break;
    case Inspection::reduced:
      outcome.next = after_reduced(history, accepted, result);
      break;
  }
  return outcome;
}

History after_corrective_action(const History& history) {
  return history.state == State::discontinued ? History{.state = State::tightened} : history;
}

}  // namespace lab::acceptance
