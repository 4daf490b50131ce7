#pragma once
// Acceptance sampling by attributes: from lot size, level and AQL to the number of items and what decides about the
// lot. GB/T 2828.1-2012 (= ISO 2859-1:1999) tables 1, 2-A, 2-B, 2-C; MIL-STD-105E tables II and III as an option.

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/acceptance/names.hpp"
#include "protocol/acceptance/plan_grid.hpp"
#include "protocol/base/result.hpp"

namespace lab::acceptance {

/// Inspect n items; accept the lot with up to ac nonconforming (items or nonconformities), do not from re.
/// Only in reduced plans of MIL-STD-105E re may be above ac + 1: between the two the lot is accepted and inspection
/// goes back to normal.
struct SinglePlan {
  CodeLetter letter;        // of lot size and level
  CodeLetter final_letter;  // where the arrows led: whose n, ac and re these are
  int n = 0;
  int ac = 0;
  int re = 0;

  bool operator==(const SinglePlan&) const = default;
};

/// Two samples of n items. ac1 and re1 decide about the first; where neither does, ac2 and re2 about both together.
struct DoublePlan {
  CodeLetter letter;
  CodeLetter final_letter;
  int n = 0;
  Numbers first;
  Numbers both;

  bool operator==(const DoublePlan&) const = default;
};

constexpr std::uint64_t lot_size_min = 2;  // table 1 begins there: one item is no lot

/// The tables of the standards. Only looked at after loading: safe from any number of threads.
class Tables {
 public:
  /// The tables the program was built with. Takes about a millisecond; keep what it returns.
  static Tables load();
  /// The same, loaded once, at the first call. Safe from any number of threads.
  static const Tables& standard();

  /// Table 1. Malformed below lot_size_min.
  [[nodiscard]] Result<CodeLetter> letter_for(std::uint64_t lot_size, Level level) const;

  /// Arrows are followed, with the sample size of the row they end in. Precondition: the letter is not S.
  [[nodiscard]] SinglePlan single_plan(Scheme scheme, CodeLetter letter, Aql aql, Inspection inspection) const;

  /// MIL-STD-105E only: no table of double plans of GB/T 2828.1 is known to us. Nothing where the standard says to use
  /// the single plan. Precondition: the letter is not S.
  [[nodiscard]] std::optional<DoublePlan> double_plan(CodeLetter letter, Aql aql, Inspection inspection) const;

 private:
  struct LotRange {
    std::uint64_t least = 0;
    std::vector<CodeLetter> letters;  // per level
  };
  std::vector<LotRange> ranges_;  // in order of size
  PlanGrid gbt_single_;
  PlanGrid mil_single_;
  PlanGrid mil_double_;
};

/// A lot that is not larger than the sample is inspected item by item; Ac and Re stay those of the plan.
constexpr bool is_full_inspection(int n, std::uint64_t lot_size) { return static_cast<std::uint64_t>(n) >= lot_size; }
constexpr std::uint64_t items_to_inspect(int n, std::uint64_t lot_size) {
  return is_full_inspection(n, lot_size) ? lot_size : static_cast<std::uint64_t>(n);
}

}  // namespace lab::acceptance
