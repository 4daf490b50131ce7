#pragma once
// What was found of each item of a sample, beside the limit it was judged by.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/task.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::documents {

struct ItemResult {
  std::string analyte;  // as pass rates by analyte call it: the name of its sum, if it is judged in one
  std::string method;
  std::string result;  // as reported; a confirmation stands behind it
  std::string unit;
  std::string limit;     // "≤0.05 mg/kg"
  std::string standard;  // and clause
  model::ItemOutcome outcome = model::ItemOutcome::undetermined;
  std::string reason;  // Chinese
};

/// One verdict of one laboratory.
struct JudgedItems {
  bool is_retest = false;
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;
  CivilDate judged_for{};
  std::vector<ItemResult> items;
};

/// Reads verdicts and what they rest on; keeps the reference sets it has opened. One thread.
class ItemReader {
 public:
  explicit ItemReader(const journal::View& store);
  ~ItemReader();

  /// The counted verdict of the first laboratory, and that of the retest when there is one; `counted` is the version
  /// that counted at the time in question. Items that were judged in a sum are left out: the sum stands at its first
  /// part.
  std::vector<JudgedItems> read(const model::Task& task, const coordinator::tables::TaskFile& file,
                                std::uint16_t counted);

 private:
  struct Sets;
  const journal::View& store_;
  std::unique_ptr<Sets> sets_;
};

}  // namespace lab::documents
