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

#include "protocol/model/reading.hpp"
#include "protocol/model/run.hpp"
#include "protocol/quality/calibration.hpp"
#include "protocol/quality/control_rules.hpp"
#include "protocol/quality/windows.hpp"

namespace lab::quality {

using model::check_kinds;
using model::CheckKind;
using model::CheckReason;
using model::Finding;
using model::name_of;

/// A sample of nothing, carried through the method. `most` is the method's limit of quantification, in the blank's
/// unit.
struct Blank {
  std::string analyte;
  model::ReadValue found;
  Decimal most;
};

/// One sample measured twice. Two results that were not detected agree when both give the same bound, or both none.
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

/// Whether results of the run may go on to review. An accepted run may, unless a reviewer holds it back; a failed one
/// may not, unless a reviewer releases it. A decision without a person and a reason is none.
bool may_release(const model::RunEntry& run);

}  // namespace lab::quality
