#pragma once
// What the laboratory asks of the runs of each method: criteria, how often each check is due, and by what names and
// amounts its control materials, spikes, duplicates and standards appear in a batch. Tables, not code.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/quality/run.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::quality {

/// One row of qc_materials.csv: how one check of a method is recognised, and what it holds of an analyte.
struct Material {
  CheckKind kind = CheckKind::control;
  std::string method;
  std::string name;               // control, calibration: of the row. spike, duplicate: how the row's name ends
  std::string analyte;            // folded; empty: each analyte of the method
  std::optional<Decimal> amount;  // the frozen mean of a control, what was added to a spike, what a standard holds
  std::optional<Decimal> sd;      // of a control
  std::string unit;               // of both

  bool operator==(const Material&) const = default;
};

class Requirements {
 public:
  /// Reads the tables of a reference set; none at all asks for nothing.
  ///   qc_methods.csv     method, recovery_scheme, duplicate_scheme, r2_min, points_min, blank_per, duplicate_per,
  ///                      spike_per, control_per, calibration_per (a number of samples, "run", or empty: not due)
  ///   qc_materials.csv   kind, method, name, analyte, amount, sd, unit
  ///   qc_recovery.csv, qc_duplicates.csv   as Windows reads them
  /// Malformed, naming file and row, when a cell will not do, a method comes twice, a row speaks of a method or needs a
  /// scheme that is not there, or a check is due that no row of qc_materials.csv would recognise.
  static Result<Requirements> load(std::span<const rules::ReferenceFile> files);

  /// Null when nothing is asked of the method. Valid as long as this.
  [[nodiscard]] const Criteria* of(std::string_view method) const;
  /// The material that a row of this name is, for this analyte: the row of the analyte itself before one for each
  /// analyte, the longest name first. `name` is compared in large letters. Null when it is none.
  [[nodiscard]] const Material* material(std::string_view method, std::string_view name,
                                         std::string_view analyte) const;

 private:
  std::map<std::string, Criteria, std::less<>> methods_;
  std::vector<Material> materials_;
};

}  // namespace lab::quality
