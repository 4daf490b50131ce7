#include "protocol/model/run.hpp"

namespace lab::model {

const char* name_of(CheckKind kind) {
  constexpr std::array<const char*, check_kinds> names{"blank", "duplicate", "spike", "control", "calibration"};
  return names[static_cast<std::size_t>(kind)];
}

const char* name_of(Finding finding) {
  switch (finding) {
    case Finding::accepted:
      return "accepted";
    case Finding::warning:
      return "warning";
    case Finding::failed:
      return "failed";
  }
  return "";
}

const char* name_of(CheckReason reason) {
  switch (reason) {
    case CheckReason::within:
      return "within";
    case CheckReason::both_undetected:
      return "both_undetected";
    case CheckReason::control_warning:
      return "control_warning";
    case CheckReason::outside:
      return "outside";
    case CheckReason::contaminated:
      return "contaminated";
    case CheckReason::control_rejected:
      return "control_rejected";
    case CheckReason::curve_unfit:
      return "curve_unfit";
    case CheckReason::no_window:
      return "no_window";
    case CheckReason::no_concentration:
      return "no_concentration";
    case CheckReason::not_a_number:
      return "not_a_number";
    case CheckReason::not_computable:
      return "not_computable";
    case CheckReason::bound_too_high:
      return "bound_too_high";
  }
  return "";
}

}  // namespace lab::model
