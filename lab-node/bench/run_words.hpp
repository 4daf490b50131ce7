#pragma once
// An assessment as it is stored and shown. Private to this folder.

#include <string>

#include "protocol/model/run.hpp"
#include "protocol/quality/run.hpp"

namespace lab::bench {

/// What the assessment itself does not say of a check.
struct CheckWords {
  std::string row{};
  std::string figure{};  // empty: the figure that was calculated
  std::string window{};  // empty: the window that was found for it
};

std::string with_unit(std::string value, const std::string& unit);

/// Texts of the instrument are made tidy and cut: their octets are in the raw capture.
model::RunCheck in_words(const quality::CheckOutcome& outcome, const std::string& method, const CheckWords& words);

/// Failed checks first, then warnings, then the rest, each in its order; what would not fit into one event is counted
/// as unlisted.
void keep_within_event(model::RunAssessed& assessed);

}  // namespace lab::bench
