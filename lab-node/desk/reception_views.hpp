#pragma once
// How the handing over of a sample is shown. Private to this folder.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "protocol/model/sample.hpp"

namespace lab::desk {

/// The copy that is tested. Precondition: it has been received.
nlohmann::json reception_of(const model::Sample& sample);
/// The other copies of the sample that are here.
nlohmann::json further_copies_of(const model::Sample& sample);
/// What an event says beyond its kind.
std::string in_words(const model::Received& what);

}  // namespace lab::desk
