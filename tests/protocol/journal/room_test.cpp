#include "protocol/journal/room.hpp"

#include <gtest/gtest.h>

namespace lab::journal {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

// A map of 100 GiB on a disk that has `free` of them left.
Room with(std::uint64_t used, std::uint64_t free) {
  return room_of({.bytes_used = used * gib, .bytes_max = 100 * gib, .disk_free_bytes = free * gib});
}

TEST(Room, IsWhatTheMapStillHasOnALargeDisk) {
  EXPECT_EQ(with(0, 1'000), Room::enough);
  EXPECT_EQ(with(70, 1'000), Room::enough);
  EXPECT_EQ(with(71, 1'000), Room::little);
  EXPECT_EQ(with(85, 1'000), Room::little);
  EXPECT_EQ(with(86, 1'000), Room::reserved);
  EXPECT_EQ(with(100, 1'000), Room::reserved);
  EXPECT_EQ(with(101, 1'000), Room::reserved) << "a map that was made smaller";
}

TEST(Room, IsWhatTheDiskStillHasWhenThatIsLess) {
  EXPECT_EQ(with(10, 5), Room::enough);
  EXPECT_EQ(with(10, 4), Room::little);
  EXPECT_EQ(with(10, 2), Room::little);
  EXPECT_EQ(with(10, 1), Room::reserved);
  EXPECT_EQ(with(10, 0), Room::reserved);
}

TEST(Room, HasNoEndInMemory) {
  EXPECT_EQ(room_of({.bytes_used = 10 * gib, .bytes_max = UINT64_MAX, .disk_free_bytes = UINT64_MAX}), Room::enough);
}

}  // namespace
}  // namespace lab::journal
