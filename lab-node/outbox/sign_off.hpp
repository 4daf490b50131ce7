#pragma once
// What a verdict needs before it leaves the laboratory: a reviewer and an approver, both other people than the analyst.
// Events leave by themselves (protocol/session); the province counts a verdict only with these signatures.

#include <string>

#include "lab-node/tables/refusal.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::outbox {

using node::Decided;

struct Review {
  std::string number;
  Hash record;  // the Judged event the reviewer looked at
  bool agreed = true;
  std::string note;  // needed when not agreed
};

/// judged -> reviewed, or, not agreed, back to measuring: the verdict stays in the history, new values may replace old
/// ones, and a technician asks for a new verdict. A reviewed sample may still be sent back. Event Reviewed.
/// Refused: unknown_sample, wrong_state, stale_record (judged again since), four_eyes (the reviewer has measured),
/// missing_field (the note), bad_text. When agreed also: unconfirmed, while a suspected result waits for its
/// confirmation; run_failed or run_held (outbox/run_decision.hpp).
Decided<model::Sample> review(journal::Draft& draft, const Review& review, const model::PersonId& reviewer,
                              UtcTime now);

struct Approval {
  std::string number;
  Hash record;
  crypto::Signature signature;  // by the approver over wire::approval_to_sign(record, approver)
};

/// reviewed -> approved, with the event Approved.
/// Refused: unknown_sample, wrong_state, stale_record, four_eyes (who measured, who reviewed and who approves are
/// different people), run_failed, run_held.
Decided<model::Sample> approve(journal::Draft& draft, const Approval& approval, const model::PersonId& approver,
                               UtcTime now);

}  // namespace lab::outbox
