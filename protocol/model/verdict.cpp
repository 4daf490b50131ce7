#include "protocol/model/verdict.hpp"

namespace lab::model {

const char* name_of(LimitKind kind) {
  switch (kind) {
    case LimitKind::none:
      return "none";
    case LimitKind::at_most:
      return "<=";
    case LimitKind::at_least:
      return ">=";
    case LimitKind::range:
      return "range";
    case LimitKind::not_detected:
      return "ND";
    case LimitKind::banned:
      return "banned";
  }
  return "none";
}

const char* name_of(ItemOutcome outcome) {
  switch (outcome) {
    case ItemOutcome::undetermined:
      return "undetermined";
    case ItemOutcome::pass:
      return "pass";
    case ItemOutcome::fail:
      return "fail";
    case ItemOutcome::conditional_pass:
      return "conditional_pass";
    case ItemOutcome::conditional_fail:
      return "conditional_fail";
  }
  return "undetermined";
}

const char* name_of(Reason reason) {
  switch (reason) {
    case Reason::within_limit:
      return "within_limit";
    case Reason::beyond_limit:
      return "beyond_limit";
    case Reason::not_detected:
      return "not_detected";
    case Reason::detected:
      return "detected";
    case Reason::no_basis:
      return "no_basis";
    case Reason::not_a_number:
      return "not_a_number";
    case Reason::missing_result:
      return "missing_result";
    case Reason::negative_result:
      return "negative_result";
    case Reason::over_range:
      return "over_range";
    case Reason::unit_mismatch:
      return "unit_mismatch";
    case Reason::method_unfit:
      return "method_unfit";
    case Reason::lod_missing:
      return "lod_missing";
    case Reason::limit_malformed:
      return "limit_malformed";
    case Reason::bound_undecided:
      return "bound_undecided";
    case Reason::in_guard_band:
      return "in_guard_band";
    case Reason::qualitative:
      return "qualitative";
    case Reason::no_uncertainty:
      return "no_uncertainty";
    case Reason::total_suffices:
      return "total_suffices";
    case Reason::species_needed:
      return "species_needed";
    case Reason::unconfirmed:
      return "unconfirmed";
    case Reason::confirmation_disagrees:
      return "confirmation_disagrees";
    case Reason::lot_accepted:
      return "lot_accepted";
    case Reason::lot_not_accepted:
      return "lot_not_accepted";
    case Reason::part_of_sum:
      return "part_of_sum";
  }
  return "no_basis";
}

const char* name_of(SampleOutcome outcome) {
  switch (outcome) {
    case SampleOutcome::undetermined:
      return "undetermined";
    case SampleOutcome::pass:
      return "pass";
    case SampleOutcome::fail:
      return "fail";
    case SampleOutcome::problem:
      return "problem";
  }
  return "undetermined";
}

const char* chinese_name_of(ItemOutcome outcome) {
  switch (outcome) {
    case ItemOutcome::undetermined:
      return "不予判定";
    case ItemOutcome::pass:
      return "合格";
    case ItemOutcome::fail:
      return "不合格";
    case ItemOutcome::conditional_pass:
      return "有条件合格";
    case ItemOutcome::conditional_fail:
      return "有条件不合格";
  }
  return "不予判定";
}

const char* chinese_name_of(SampleOutcome outcome) {
  switch (outcome) {
    case SampleOutcome::undetermined:
      return "不予判定";
    case SampleOutcome::pass:
      return "合格";
    case SampleOutcome::fail:
      return "不合格";
    case SampleOutcome::problem:
      return "问题样品";
  }
  return "不予判定";
}

}  // namespace lab::model
