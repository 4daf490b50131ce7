#pragma once
// Tables that every coordinator starts with; made at build time from coordinator/reference.

#include <string_view>

namespace lab::board {

extern const std::string_view default_divisions;   // coordinator/reference/divisions/sichuan.csv
extern const std::string_view default_programmes;  // coordinator/reference/sichuan_2013/programmes.csv
extern const std::string_view default_borders;     // coordinator/reference/borders/sichuan.geojson

}  // namespace lab::board
