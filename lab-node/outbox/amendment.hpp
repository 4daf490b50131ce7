#pragma once
// An approved report is found to be wrong: its verdict is taken up again, and the next report has the next version. The
// replaced one stays as it was, and says that it is void.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::outbox {

struct Amendment {
  std::string number;
  Hash record;  // the Judged event whose report is wrong
  std::string reason;
};

/// approved -> measuring, with the event Amended: results may be replaced, and a technician asks for a new verdict.
/// Refused: unknown_sample, wrong_state (not approved), stale_record, held (an objection or a retest is open),
/// retest_is_final, missing_field (the reason), bad_text.
node::Decided<model::Sample> amend(journal::Draft& draft, const Amendment& amendment, const model::PersonId& approver,
                                   UtcTime now);

/// An event of the sample with its hash.
struct Signature {
  model::PersonId person;
  UtcTime at{};
  Hash hash;
};

/// A report as it was approved, with what led to it.
struct ReportVersion {
  model::Sample sample;  // as it was then: its results and its verdict
  Signature judged;
  Signature reviewed;
  Signature approved;
  std::optional<Signature> amended;  // who asked for it, in the place of the version before
  std::string reason;                // why; empty for the first

  [[nodiscard]] std::uint16_t version() const { return sample.judged.version; }
};

/// Every report of the sample, oldest first, read from its events; those that are not here any more are missing.
std::vector<ReportVersion> report_versions(const journal::View& store, const model::Sample& sample);

}  // namespace lab::outbox
