#pragma once
// From the items to the sample.

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/model/plan.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::rules {

/// How often what was found; shown beside the outcome, so that nothing is left out silently.
struct SampleVerdict {
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;
  std::uint16_t judged = 0;         // items that count and have a basis
  std::uint16_t failed = 0;         // of these
  std::uint16_t conditional = 0;    // of these: conditional_fail
  std::uint16_t open = 0;           // of these: undetermined
  std::uint16_t unconfirmed = 0;    // of the open ones: suspected, awaiting confirmation
  std::uint16_t without_basis = 0;  // no limit applies: not judged
  std::uint16_t reference = 0;      // reference only: judged and shown, never counted

  bool operator==(const SampleVerdict&) const = default;
};

/// What an item without a limit means for the sample.
enum class WithoutBasis {
  not_judged,  // it is listed as "not judged" and the sample stands on its other items (the national record does so)
  leaves_open  // the sample stays undetermined
};

/// The outcome of a sample, independent of the order of its items:
///   fail          when any counting item fails;
///   problem       otherwise, when any is conditional_fail (too close to the limit to say, a person decides) and none
///                 waits for its confirmation;
///   undetermined  otherwise, when any is undetermined (a suspected item before its confirmation is, see
///                 confirmation.hpp), or nothing at all was judged (only reference items, only items
///                 without basis, or no items);
///   pass          otherwise (conditional_pass is one).
/// An item without basis is never a pass: it does not count as judged. An item whose index is not in the panel counts.
/// A sum counts once: its further parts (`part_of_sum`) are passed over.
SampleVerdict sample_verdict(std::span<const model::ItemVerdict> items, std::span<const model::PanelItem> panel,
                             WithoutBasis without_basis = WithoutBasis::not_judged);

}  // namespace lab::rules
