#pragma once
// Whether the results of an analytical run may be used: its blanks, duplicates, spikes, controls and calibrations
// against the laboratory's criteria. What cannot be checked counts as failed; a failed run waits for a reviewer.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/model/ids.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/quality/calibration.hpp"
#include "protocol/quality/control_rules.hpp"
#include "protocol/quality/windows.hpp"

namespace lab::quality {

/// A sample of nothing, carried through the method. `most` is the method's limit of quantification, in the blank's
/// unit.
struct Blank {
  std::string analyte;
  model::ReadValue found;
  Decimal most;
};

/// One sample measured twice.
struct Duplicate {
  std::string analyte;
  model::ReadValue first;
  model::ReadValue second;
  std::string unit;  // of both
};

/// A sample before and after a known amount was added. A native result "not detected" without a number counts as 0
/// here; "<0.01" is anything from 0 to 0.01, and all of it must be within the window.
struct Spike {
  std::string analyte;
  model::ReadValue native;
  model::ReadValue spiked;
  Decimal added;
  std::string unit;  // of all three
};

/// A control material, with the values of its earlier accepted runs, oldest first, all in the unit of its frozen line.
struct Control {
  std::string analyte;
  ControlLine line;
  std::vector<Decimal> earlier;
  model::ReadValue found;
};

struct Calibration {
  std::string analyte;
  std::vector<CalibrationPoint> points;
};

/// In the order of CheckKind.
using Check = std::variant<Blank, Duplicate, Spike, Control, Calibration>;
enum class CheckKind : std::uint8_t { blank, duplicate, spike, control, calibration };
constexpr std::size_t check_kinds = 5;

const char* name_of(CheckKind kind);  // "blank", "duplicate", "spike", "control", "calibration"

struct Run {
  std::uint32_t samples = 0;  // that the run measured, without its checks
  std::vector<Check> checks;
};

/// How often a kind of check is due.
struct Frequency {
  CheckKind kind = CheckKind::blank;
  std::uint32_t per_samples = 20;  // one for each begun group of so many samples; 0: one a run
};

/// The laboratory's criteria for a method. The numbers below are customary; a laboratory sets its own.
struct Criteria {
  Windows recovery;
  std::string recovery_scheme;
  Windows duplicates;
  std::string duplicate_scheme;
  Decimal r2_least{995, -3};
  std::uint32_t points_least = 5;
  std::vector<Frequency> due;
};

enum class Finding : std::uint8_t { accepted, warning, failed };

/// Why. The names are stored and shown: append only.
enum class CheckReason : std::uint8_t {
  within,            // inside its window
  both_undetected,   // duplicates without a number, in agreement
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

const char* name_of(Finding finding);
const char* name_of(CheckReason reason);
/// One Chinese sentence for the bench: what is the matter and what to do.
const char* explanation_of(CheckReason reason);

struct CheckOutcome {
  CheckKind kind = CheckKind::blank;
  std::string analyte;
  Finding finding = Finding::failed;
  CheckReason reason = CheckReason::not_a_number;
  std::optional<double> figure;    // to show: RPD or recovery in percent, r2
  std::optional<Window> window;    // what it was held against
  std::vector<ControlRule> rules;  // that the control completed
};

/// A kind of check of which the run has too few.
struct Shortage {
  CheckKind kind = CheckKind::blank;
  std::uint32_t needed = 0;
  std::uint32_t found = 0;

  bool operator==(const Shortage&) const = default;
};

struct Assessment {
  std::vector<CheckOutcome> checks;  // one per check, in their order
  std::vector<Shortage> shortages;

  /// No check failed and none is short. A run without criteria for anything is accepted; what is due is the
  /// laboratory's to say.
  [[nodiscard]] bool accepted() const;
};

/// Exact where measured values meet limits: recoveries, differences and r2 are compared without dividing. Never throws.
Assessment assess(const Run& run, const Criteria& criteria);

/// What a reviewer decided about a run.
struct RunDecision {
  model::PersonId reviewer;
  bool release = false;
  std::string reason;
};

/// Whether results of the run may go on to review. An accepted run may, unless a reviewer holds it back; a failed one
/// may not, unless a reviewer releases it. A decision without a person and a reason is none.
bool may_release(const Assessment& assessment, const std::optional<RunDecision>& decision);

}  // namespace lab::quality
