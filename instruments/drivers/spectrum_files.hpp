#pragma once
// Archive formats of spectra and chromatograms that are known by their first octets and not read: naming them helps
// more than "no format fits".

#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view andi_profile = "andi-cdf/0";
inline constexpr std::string_view animl_profile = "animl-gaml/0";

/// ANDI/AIA chromatograms (ASTM E1947) are netCDF files: "CDF" and a version, or the HDF5 mark of netCDF-4.
bool looks_like_andi(BytesView capture);
/// XML whose first element is AnIML or GAML.
bool looks_like_animl(BytesView capture);

/// Always refused whole, with what to export instead.
model::Decoding refuse_andi(BytesView capture);
model::Decoding refuse_animl(BytesView capture);

}  // namespace lab::drivers
