#include "protocol/service/throttle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

namespace lab::service {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime start{1h};

class Attempts : public testing::Test {
 protected:
  // One attempt of anna from one address.
  Milliseconds attempt(UtcTime now, const std::string& person = "anna", const std::string& address = "10.0.0.1") {
    const std::array keys{person, address};
    return throttle_.begin(keys, now);
  }
  Throttle throttle_;
};

TEST_F(Attempts, FiveAreFreeThenTheWaitDoubles) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(start), 0ms) << i;
  UtcTime now = start;
  for (const auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s, 900s, 900s}) {
    EXPECT_EQ(attempt(now), wait) << "nothing is counted while it waits";
    EXPECT_EQ(attempt(now + wait - 1ms), 1ms);
    now += wait;
    EXPECT_EQ(attempt(now), 0ms);
  }
}

TEST_F(Attempts, ARightOneClearsTheAccountButNotWhatTheAddressDidBefore) {
  for (int i = 0; i < 4; ++i) attempt(start);
  EXPECT_EQ(attempt(start), 0ms);
  throttle_.right("anna");
  throttle_.take_back("10.0.0.1");
  EXPECT_EQ(attempt(start), 0ms) << "the fifth of the address again";
  EXPECT_EQ(attempt(start, "bob"), 1s) << "the address has been wrong five times";
  EXPECT_EQ(attempt(start, "bob", "10.0.0.2"), 0ms);
}

TEST_F(Attempts, OneAddressCannotTryManyAccountsAndOneAccountNotFromManyAddresses) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(start, fmt::format("person {}", i)), 0ms);
  EXPECT_EQ(attempt(start, "person 6"), 1s);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(start, "carl", fmt::format("10.0.1.{}", i)), 0ms);
  EXPECT_EQ(attempt(start, "carl", "10.0.1.9"), 1s);
}

TEST_F(Attempts, AreForgottenAfterAQuietQuarterOfAnHour) {
  for (int i = 0; i < 5; ++i) attempt(start);
  const UtcTime later = start + 1s + 15min;
  EXPECT_EQ(attempt(later - 1ms), 0ms);
  EXPECT_EQ(attempt(later - 1ms), 2s) << "it was still remembered";
  EXPECT_EQ(attempt(later + 2s + 15min), 0ms);
  EXPECT_EQ(attempt(later + 2s + 15min), 0ms);
}

TEST_F(Attempts, AStrangerWithManyNamesDoesNotFillTheMemory) {
  for (int i = 0; i < 3 * static_cast<int>(throttled_max); ++i) {
    attempt(start + Milliseconds{i}, fmt::format("person {}", i), fmt::format("address {}", i));
  }
  for (int i = 0; i < 5; ++i) attempt(start + 1min);
  EXPECT_EQ(attempt(start + 1min), 1s) << "and new ones are still counted";
}

}  // namespace
}  // namespace lab::service
