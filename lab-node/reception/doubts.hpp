#pragma once
// What does not fit when a sample is handed over, although it is clear which sample it is. A doubt blocks reception
// until a person has looked and says why the sample is taken in all the same.

#include <string>
#include <vector>

#include "lab-node/reception/label.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/sample.hpp"

namespace lab::reception {

struct Doubt {
  std::string code;    // stable
  std::string detail;  // Chinese, for the bench: what does not fit

  bool operator==(const Doubt&) const = default;
};

/// Every doubt about taking in `sample` by `label`, whether or not it was accepted:
/// - number_differs: the number in print is not the one in the code
/// - official_differs: the official number on the label is not the one on the sampling form
/// - laboratory_differs: the label was printed for another laboratory; not asked of a retest (first's label)
/// - status_differs: the box that is ticked does not fit how far the sample has come
/// - seal_broken: the receiver found the seal broken
/// - photo_reused: the same picture is evidence for another sample
std::vector<Doubt> doubts_about(const journal::View& store, const model::Sample& sample, const Label& label);

/// Those of them that nobody has accepted.
std::vector<Doubt> open_doubts(const journal::View& store, const model::Sample& sample, const Label& label);

/// Whether this copy becomes the one that is tested: the first of an ordinary sample, any one of a retest.
bool is_to_be_tested(const model::Sample& sample, std::uint8_t copy);

/// 待检, 在检, 已检, 留样; empty for none.
const char* chinese_name_of(model::StatusBox box);

}  // namespace lab::reception
