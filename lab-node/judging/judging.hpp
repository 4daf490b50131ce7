#pragma once
// From determinations to the laboratory's verdict on a sample.

#include <cstdint>
#include <set>
#include <vector>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::judging {

/// The determinations that count for each item and portion: of several the one that came last.
/// Valid as long as the sample is not changed.
rules::PanelResults results_of(const model::Sample& sample, std::size_t items);

/// Items of the panel that still have to be measured, in their order: a species only when its total does not keep its
/// limit. Empty when the edition does not have the panel. Precondition: the sample has been drawn.
std::set<std::uint16_t> missing_items(const model::Sample& sample, Edition& edition);

/// Judges what is stored: the same sample and edition give the same verdict, byte for byte. An item without a result is
/// `missing_result`, unless it need not be measured. Limits are those in force on the sampling date. Of a retest only
/// what is disputed is judged. Pure. Precondition: the edition has the sample's panel.
model::Judged verdict_of(const model::Sample& sample, Edition& edition);

/// Makes the verdict of a sample whose panel is complete and appends the event Judged in the name of `analyst`; changes
/// `sample` (state, judged, record, analyst) but does not store it. False, and nothing changed, when an item is
/// missing. Precondition: the sample is measuring, and the edition is the sample's own.
bool judge_when_complete(journal::Draft& draft, model::Sample& sample, Edition& edition, const model::PersonId& analyst,
                         UtcTime now);

/// Makes `verdict` the sample's and appends the event Judged in the name of `analyst`; changes `sample` as above.
void conclude(journal::Draft& draft, model::Sample& sample, model::Judged verdict, const model::PersonId& analyst,
              UtcTime now);

/// Whether the sample waits for a suspected result to be confirmed on a further portion (rules::confirmed). It is
/// judged and takes results of further portions, but nobody can sign it.
bool is_provisional(const model::Sample& sample);

/// Adds results, an event Measured each, and judges the sample where it can be: when its panel has become complete, or
/// when a confirmation has changed a provisional verdict. A reopened sample waits for a technician to ask. Changes
/// `sample` but does not store it. True when a verdict was made. Precondition: the sample takes results now
/// (bench::obstacle_in), and the edition is its own, or the one in use while it has none.
bool take_results(journal::Draft& draft, model::Sample& sample, Edition& edition, std::vector<model::Measured> results,
                  const model::PersonId& analyst, UtcTime now);

/// Whether a verdict was taken back (returned by a reviewer, or granted anew): new results then replace old ones, and a
/// technician asks for the new verdict.
bool is_reopened(const model::Sample& sample);

/// A reopened sample is judged again by a technician who says why.
/// Refused: unknown_sample, wrong_state, missing_field (the reason), bad_text, incomplete, no_reference.
node::Decided<model::Sample> judge_again(journal::Draft& draft, Editions& editions, const std::string& number,
                                         const std::string& reason, const model::PersonId& analyst, UtcTime now);

/// The verdict that nobody has reviewed yet is taken back by the people who measured, with a reason: the sample is
/// measuring again, its results and the verdict stay in the history. Event Incident.
/// Refused: unknown_sample, wrong_state (a reviewed one is returned by its reviewer), missing_field, bad_text.
node::Decided<model::Sample> retract(journal::Draft& draft, const std::string& number, const std::string& reason,
                                     const model::PersonId& person, UtcTime now);

}  // namespace lab::judging
