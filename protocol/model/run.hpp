#pragma once
// What was found about an analytical run, and what a reviewer decided: stored and sent, so figures are texts.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"

namespace lab::model {

/// Stored as its number: append only.
enum class CheckKind : std::uint8_t { blank, duplicate, spike, control, calibration };
constexpr std::size_t check_kinds = 5;

/// Stored as its number: append only.
enum class Finding : std::uint8_t { accepted, warning, failed };

/// Why. Stored as its number, shown by its name: append only.
enum class CheckReason : std::uint8_t {
  within,            // inside its window
  both_undetected,   // duplicates without a number, or with one bound, in agreement
  control_warning,   // 1_2s alone: accepted, and to be watched
  outside,           // outside its window
  contaminated,      // a blank above what it may show
  control_rejected,  // a rejecting rule of Westgard is complete
  curve_unfit,       // no line, too few points, or r2 below what is asked
  no_window,         // the scheme has no class for this concentration
  no_concentration,  // the unit does not convert to mg/kg, so no class can be found
  not_a_number,      // the check itself was not measured
  not_computable,    // an amount added that is not positive, a mean of 0, too many digits
  bound_too_high,    // "<x" whose x leaves open whether the check is kept
};
constexpr CheckReason check_reason_last = CheckReason::bound_too_high;

const char* name_of(CheckKind kind);  // "blank", "duplicate", "spike", "control", "calibration"
const char* name_of(Finding finding);
const char* name_of(CheckReason reason);

/// One check of a run. `figure` and `window` are what was found and what it was held against, as a person reads them:
/// "55.0 %" and "80-110 %".
struct RunCheck {
  CheckKind kind = CheckKind::blank;
  std::string method;
  std::string analyte;
  std::string row;  // the check's name in the capture
  Finding finding = Finding::failed;
  CheckReason reason = CheckReason::not_a_number;
  std::string figure;
  std::string window;
  std::string rules;  // of Westgard that a control completed: "1_2s 2_2s"

  bool operator==(const RunCheck&) const = default;
};

/// A kind of check of which the run has too few.
struct RunShortage {
  CheckKind kind = CheckKind::blank;
  std::string method;
  std::string analyte;
  std::uint32_t needed = 0;
  std::uint32_t found = 0;

  bool operator==(const RunShortage&) const = default;
};

/// The checks of one capture were held against the laboratory's criteria. Failed checks and shortages come first and
/// are all counted; those that do not fit into one event are in the raw capture, which can be assessed again.
struct RunAssessed {
  Hash capture;
  Hash edition;  // the reference set whose criteria were applied
  std::string instrument;
  std::uint32_t samples = 0;
  bool accepted = false;
  std::vector<RunCheck> checks;
  std::vector<RunShortage> shortages;
  std::uint32_t unlisted = 0;  // checks and shortages beyond what an event holds

  bool operator==(const RunAssessed&) const = default;
};

/// A reviewer decided whether the results of a run may be used, whatever its checks say.
struct RunDecided {
  Hash capture;
  Hash record;  // the event about this run that the reviewer had seen: RunAssessed, or the RunDecided before
  bool release = false;
  std::string reason;

  bool operator==(const RunDecided&) const = default;
};

/// What a node keeps of a run: a projection of its events.
struct RunEntry {
  RunAssessed assessed;
  PersonId analyst;
  UtcTime at{};
  Hash record;         // the newest event about this run
  PersonId reviewer;   // empty while nobody has decided
  RunDecided decided;  // meaningless then
  UtcTime decided_at{};

  bool operator==(const RunEntry&) const = default;
};

}  // namespace lab::model
