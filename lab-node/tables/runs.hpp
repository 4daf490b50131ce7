#pragma once
// What a node keeps of analytical runs and of the control materials measured in them.
//
//   'q' capture -> run      'p' capture -> nothing, while the run failed and nobody has decided
//   'W' series -> what it is, how many values      'w' series, number -> value

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "protocol/base/decimal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/run.hpp"

namespace lab::node::tables {

std::optional<model::RunEntry> run_of(const journal::View& store, const Hash& capture);
/// Precondition: the capture is stored.
void put_run(journal::Draft& draft, const model::RunEntry& run);
/// Every run is gone; what is held of them will tell them again.
void forget_runs(journal::Draft& draft);
/// Runs after capture `after` in order of arrival, all or those that wait for a decision, until `visit` returns false.
void scan_runs(const journal::View& store, bool waiting, std::uint64_t after,
               const std::function<bool(std::uint64_t capture, const model::RunEntry&)>& visit);

/// How many wait for a decision.
std::uint64_t runs_waiting(const journal::View& store);

/// A control material on one instrument under one frozen line. Limits frozen anew begin a new series: what was within
/// the old ones says nothing about a drift under the new.
struct ControlSeries {
  std::string instrument;
  std::string method;
  std::string analyte;
  std::string material;
  Decimal mean;
  Decimal sd;
  std::string unit;  // of mean, sd and values

  bool operator==(const ControlSeries&) const = default;
};

struct ControlValue {
  Hash capture;
  Decimal value;
};

void add_control_value(journal::Draft& draft, const ControlSeries& series, const ControlValue& value);
/// Newest first, until `visit` returns false.
void scan_control_values(const journal::View& store, const ControlSeries& series,
                         const std::function<bool(const ControlValue&)>& visit);
/// Every series with the number of its values, until `visit` returns false. In no order that means anything.
void scan_control_series(const journal::View& store,
                         const std::function<bool(const ControlSeries&, std::uint64_t values)>& visit);

}  // namespace lab::node::tables
