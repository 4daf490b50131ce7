#pragma once
// Whether a store should take on more. Its room is what it uses and what it can still get: the rest of its map, or what
// the disk has left when that is less.

#include <cstdint>

#include "protocol/journal/store.hpp"

namespace lab::journal {

enum class Room : std::uint8_t {
  enough,
  little,    // somebody has to make room
  reserved,  // what is left is for the work that has begun; nothing new is taken on
};

/// Of the room, used (components.md, section 3). By share, so that it means the same on a disk of any size.
constexpr unsigned little_percent = 70;
constexpr unsigned reserved_percent = 85;

Room room_of(const StoreFigures& figures);
/// "enough", "little", "reserved".
const char* name_of(Room room);

}  // namespace lab::journal
