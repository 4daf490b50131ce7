#include "protocol/journal/room.hpp"

#include <algorithm>

namespace lab::journal {

Room room_of(const StoreFigures& figures) {
  const std::uint64_t map_left = figures.bytes_max - std::min(figures.bytes_used, figures.bytes_max);
  const std::uint64_t left = std::min(map_left, figures.disk_free_bytes);
  // Used reaches P percent when what is left is at most (100 - P) / P of it.
  const auto reaches = [&](unsigned percent) { return left / (100 - percent) < figures.bytes_used / percent; };
  return reaches(reserved_percent) ? Room::reserved : reaches(little_percent) ? Room::little : Room::enough;
}

const char* name_of(Room room) {
  switch (room) {
    case Room::enough:
      return "enough";
    case Room::little:
      return "little";
    case Room::reserved:
      return "reserved";
  }
  return "";
}

}  // namespace lab::journal
