#include "protocol/service/health.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lab::service {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

TEST(Health, AClockIsSaidWithItsDirectionAndSizeOrNotAtAll) {
  EXPECT_EQ(clock_skew(0ms), nullptr);
  EXPECT_EQ(clock_skew(6min + 999ms), (json{{"direction", "ahead"}, {"seconds", 360}}));
  EXPECT_EQ(clock_skew(-6min), (json{{"direction", "behind"}, {"seconds", 360}}));
}

TEST(Health, AStoreIsSaidWithWhatFollowsForNewWork) {
  EXPECT_EQ(
      to_json({.commits = 3, .bytes_used = 90, .bytes_max = 1'000, .disk_free_bytes = 10}),
      (json{{"commits", 3}, {"bytes_used", 90}, {"bytes_max", 1'000}, {"disk_free_bytes", 10}, {"room", "reserved"}}));
}

}  // namespace
}  // namespace lab::service
