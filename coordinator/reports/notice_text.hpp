#pragma once
// The words of the notice of a nonconforming sample: who is told, what was sampled, what was found, by which limit.

#include <string>

#include "protocol/journal/view.hpp"
#include "protocol/model/ids.hpp"

namespace lab::reports {

/// Plain text in Chinese, UTF-8, lines ended by '\n'; from the store alone, so the same store gives the same words. It
/// names the sampled unit and is for the province only. Empty when the task has no notice.
std::string notice_text(const journal::View& store, const model::TaskId& task);

}  // namespace lab::reports
