#pragma once
// What the laboratories of the demo run beside their samples: blanks, duplicates, spikes, and a control sample. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "protocol/quality/requirements.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::province {

/// Why the reviewer of the demo releases a run whose recovery is too low.
inline constexpr const char* release_reason = "加标回收率偏低系基质抑制，经标准加入法复核，同意放行";

/// Adds a blank, and for each begun twenty samples the duplicate and the spike of one, as far as the analytes' methods
/// ask for them; of a spike `recovery_percent` is found. `methods`: one per analyte. Returns whether there is a spike.
bool add_checks(sim::Batch& batch, const std::vector<std::string>& methods, const quality::Requirements& requirements,
                int recovery_percent);

/// The control sample of the analyser: its values lie within 0.6 standard deviations, on both sides of the mean in
/// turn. Nothing when the reference set has no such material.
std::optional<sim::AnalyserMessage> control_message(const rules::ReferenceSet& reference,
                                                    const quality::Requirements& requirements, std::uint64_t seed,
                                                    std::uint64_t number);

}  // namespace lab::province
