#pragma once
// Records as JSON, for the pages and the REST interface. Measured values are strings, exactly as they were given.

#include <nlohmann/json_fwd.hpp>

#include "lab-node/bench/capture.hpp"
#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/journal/view.hpp"

namespace lab::desk {

/// One line of a list: what a person needs to choose it.
nlohmann::json sample_line(const model::Sample& sample);
/// How a lot is to be inspected, and what was found; null for an ordinary sample.
nlohmann::json lot_of(const model::Sample& sample);
/// The whole record: forms, items with limits and reasons, weighings, and every event with its hash.
nlohmann::json sample_page(const journal::View& store, judging::Editions& editions, const model::Sample& sample);
/// Analytes that still have to be measured.
nlohmann::json missing_analytes(const journal::View& store, judging::Editions& editions, const model::Sample& sample);
/// Analytes, or residue definitions, of a provisional verdict: a further portion has to confirm them.
nlohmann::json unconfirmed_analytes(const journal::View& store, judging::Editions& editions,
                                    const model::Sample& sample);

nlohmann::json capture_line(const node::tables::StoredCapture& capture);
nlohmann::json quarantine_line(const journal::View& store, std::uint64_t id, const model::QuarantineEntry& entry);
nlohmann::json outcome_of(const journal::View& store, const bench::CaptureOutcome& outcome);

/// Of an item the value that counts, with who gave it and when; null when there is none.
nlohmann::json counting_value(const journal::View& store, const model::Sample& sample, std::uint16_t item,
                              std::uint8_t portion);

/// By item of its panel: what counts, the limit, and the verdict and its reasons as they would be if the sample were
/// judged now, whether or not its panel is complete. Empty when the panel is not known here.
std::vector<nlohmann::json> items_as_judged_now(const journal::View& store, judging::Editions& editions,
                                                const model::Sample& sample);

}  // namespace lab::desk
