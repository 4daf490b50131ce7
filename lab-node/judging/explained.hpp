#pragma once
// A sample's items as a person checks them: result, limit, verdict and the reason in words.

#include <string>
#include <vector>

#include "lab-node/judging/editions.hpp"

namespace lab::judging {

struct ExplainedItem {
  const model::PanelItem* item = nullptr;
  const model::Determination* result = nullptr;        // null while there is none
  std::vector<const model::Determination*> further{};  // of further portions, in their order
  const model::ItemVerdict* verdict = nullptr;         // null before the verdict, and when it was taken back
  const model::Limit* limit = nullptr;                 // null when none applies, or before the sampling date is known
  std::string explanation;                             // Chinese; empty before the verdict
};

/// One entry per item of the panel, by the edition the sample is (or would be) judged with. Empty when the edition does
/// not have the panel. Points into `sample` and `edition`, until either changes.
std::vector<ExplainedItem> explained(const model::Sample& sample, Edition& edition);

}  // namespace lab::judging
