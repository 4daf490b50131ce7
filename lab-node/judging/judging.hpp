#pragma once
// From determinations to the laboratory's verdict on a sample.

#include <vector>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::judging {

/// The determination that counts for each item of the panel: the one that came last. Null where there is none.
/// Valid as long as the sample is not changed.
std::vector<const model::Determination*> results_by_item(const model::Sample& sample, std::size_t items);

/// Items of the panel without a result, in their order.
std::vector<std::uint16_t> missing_items(const model::Sample& sample, const model::Panel& panel);

/// Judges what is stored: the same sample and edition give the same verdict, byte for byte. An item without a result is
/// `missing_result`. Limits are those in force on the sampling date. Pure.
/// Precondition: the edition has the sample's panel.
model::Judged verdict_of(const model::Sample& sample, Edition& edition);

/// Makes the verdict of a sample whose panel is complete and appends the event Judged in the name of `analyst`; changes
/// `sample` (state, judged, record, analyst) but does not store it. False, and nothing changed, when an item is
/// missing. Precondition: the sample is measuring, and the edition is the sample's own.
bool judge_when_complete(journal::Draft& draft, model::Sample& sample, Edition& edition, const model::PersonId& analyst,
                         UtcTime now);

/// Makes `verdict` the sample's and appends the event Judged in the name of `analyst`; changes `sample` as above.
void conclude(journal::Draft& draft, model::Sample& sample, model::Judged verdict, const model::PersonId& analyst,
              UtcTime now);

/// Whether a verdict was taken back (returned by a reviewer, or granted anew): new results then replace old ones, and a
/// technician asks for the new verdict.
bool is_reopened(const model::Sample& sample);

/// A reopened sample is judged again by a technician who says why.
/// Refused: unknown_sample, wrong_state, missing_field (the reason), bad_text, incomplete, no_reference.
node::Decided<model::Sample> judge_again(journal::Draft& draft, Editions& editions, const std::string& number,
                                         const std::string& reason, const model::PersonId& analyst, UtcTime now);

}  // namespace lab::judging
