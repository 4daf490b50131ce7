#pragma once
// The check rows of one capture, blanks, controls, spikes, duplicates and standards, held against the laboratory's
// criteria for their methods. Pure.

#include <optional>
#include <set>
#include <vector>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/runs.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/model/run.hpp"

namespace lab::bench {

/// A row that belongs to a sample of this node, with the sample's panel.
struct SampleRow {
  const model::Observation* observation = nullptr;
  model::PanelCode panel;
};

/// Everything the assessment looks at. The observations outlive it.
struct RunRows {
  Hash capture;
  std::string instrument;
  const std::vector<model::Observation>* all = nullptr;
  std::vector<SampleRow> samples;
  std::vector<const model::Observation*> others;  // rows of no sample here: checks may be among them
};

struct RunOutcome {
  model::RunAssessed assessed;
  std::set<const model::Observation*> used;  // of the others: they are checks, and no strangers
  std::vector<std::pair<node::tables::ControlSeries, node::tables::ControlValue>> controls;
};

/// A row is a check when the edition's qc_materials name it, or when the instrument calls it a blank, and criteria for
/// its method exist; the method is that of the panels measured in this capture, or of all panels when it holds no
/// sample. Controls are judged after the last accepted values of the same material on the same instrument. Checks and
/// how often they are due count for each analyte by itself.
/// Nothing when no method of the capture asks for a check and no row is one.
std::optional<RunOutcome> assess_run(const journal::View& store, judging::Edition& edition, const RunRows& rows);

}  // namespace lab::bench
