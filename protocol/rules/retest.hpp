#pragma once
// First and final verdict: what a retest on the reserve sample does to the verdict of the first laboratory.

#include <span>
#include <vector>

#include "protocol/model/ids.hpp"
#include "protocol/rules/sample_verdict.hpp"

namespace lab::rules {

/// What a retest must not be. The clauses: Law on the quality and safety of agricultural products (2018), article 36,
/// and (2022), article 51. Microbiology, an expired sample and an unfit reserve are general knowledge of the trade.
enum class RetestRefusal {
  none,
  nothing_disputed,  // the first verdict is neither a fail nor a problem
  same_laboratory,   // the retest laboratory is the first one
  rapid_method,      // screening may not settle a dispute
  reserve_unfit,     // broken seal, thawed, used up
  expired,           // past its shelf life
  not_retestable,    // an item such as microbiology, whose result changes with time
};

struct RetestRequest {
  model::LaboratoryId first_laboratory;
  model::LaboratoryId retest_laboratory;
  bool rapid_method = false;
  bool reserve_fit = true;
  bool expired = false;
  bool retestable = true;  // every disputed item is
};

/// The first thing that stands against the retest, in the order of RetestRefusal. Pure.
RetestRefusal check_retest(model::SampleOutcome first, const RetestRequest& request);
const char* name_of(RetestRefusal refusal);          // "same_laboratory"
const char* chinese_name_of(RetestRefusal refusal);  // a sentence for the objector

enum class RetestRuling {
  not_retested,
  upheld,      // the first verdict stands
  overturned,  // the final verdict is another
};
const char* name_of(RetestRuling ruling);

struct FirstAndFinal {
  SampleVerdict first;
  SampleVerdict final;
  RetestRuling ruling = RetestRuling::not_retested;
  std::vector<model::ItemVerdict> items;  // those the final verdict rests on

  bool operator==(const FirstAndFinal&) const = default;
};

/// Both verdicts. The retest replaces the disputed items it decided and leaves every other as it was: an item it could
/// not determine stands as the first laboratory found it, and items it measured that were not disputed (the first
/// laboratory passed them) are not taken from it. Nothing retested: final = first. Pure.
FirstAndFinal first_and_final(std::span<const model::ItemVerdict> first, std::span<const model::ItemVerdict> retested,
                              std::span<const model::PanelItem> panel,
                              WithoutBasis without_basis = WithoutBasis::not_judged);

}  // namespace lab::rules
