#pragma once
// The one entry for stored captures: which decoder reads these octets, and what it found.

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

/// "astm-e1394/1", "masshunter-quant/1", "mt-sics/1" ...
std::vector<std::string> profile_names();

/// Decodes with the named profile, or, when the name is empty, with the only one whose form the capture has.
/// Refused, with the reason, when no profile or more than one fits, or the name is not known. Pure; never throws.
model::Decoding decode(BytesView capture, std::string_view profile_or_empty);

/// Whether decode() knows a profile of this name; also of a meter with the unit it does not print (weighing_line.hpp).
bool is_profile_name(std::string_view name);

/// Names of those whose sign the capture bears: none, one, or several.
std::vector<std::string> fitting_profiles(BytesView capture);

}  // namespace lab::drivers
