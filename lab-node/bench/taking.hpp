#pragma once
// Private to this folder: what a capture's first taking and its replay share.

#include <string>

#include "lab-node/bench/capture.hpp"
#include "lab-node/bench/placing.hpp"
#include "lab-node/tables/tables.hpp"

namespace lab::bench {

/// Why these observations cannot be taken as a whole: the decoder's reason, or a limit. Empty when they can.
std::string why_refused(const model::Decoding& decoding);

/// Takes every observation of a capture that was not taken before. `refused_before`: it is stored already, and was
/// refused; its record is changed in place. Nothing: it becomes a new record.
CaptureOutcome take_whole(journal::Draft& draft, judging::Editions& editions, const Capture& capture,
                          const node::tables::StoredCapture* refused_before, UtcTime now);

}  // namespace lab::bench
