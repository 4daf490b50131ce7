#pragma once
// The borders of the cities, as a file that the page draws. Private to this folder.

#include <string>
#include <string_view>

#include "coordinator/planning/reference.hpp"
#include "protocol/base/result.hpp"

namespace lab::board {

/// Under which name the province may give its own; Sichuan's inside the program stand in for a missing one.
constexpr const char* borders_file = "borders.geojson";
/// The finest outline in use of 21 cities has 1.1 MB; whatever is larger is slow to draw and no better to read.
constexpr std::size_t borders_octets_max = 2 * 1024 * 1024;
constexpr std::size_t border_points_max = 100'000;

/// A GeoJSON FeatureCollection of Polygons and MultiPolygons in degrees, each with the code of a city of `divisions` in
/// properties.adcode (a number or a text), no city twice, with the texts source, licence and date beside `features`.
/// Errors: malformed, saying where and why; too_large.
Result<void> check_borders(std::string_view text, const planning::Divisions& divisions);

}  // namespace lab::board
