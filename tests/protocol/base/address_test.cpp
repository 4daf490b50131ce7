#include "protocol/base/address.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(Address, IsAHostAndAPort) {
  const auto address = parse_address("127.0.0.1:7080");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 7080);
  EXPECT_EQ(parse_address("bench-3:0")->port, 0);
  EXPECT_EQ(parse_address("::1:65535")->host, "::1");
}

TEST(Address, IsNothingElse) {
  for (const char* text :
       {"", ":", ":80", "host", "host:", "host:65536", "host:-1", "host:+1", "host: 80", "host:80 ", "host:8o"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address.has_value()) << text;
    EXPECT_EQ(address.error().code, ErrorCode::malformed);
    EXPECT_EQ(address.error().where, text);
  }
}

TEST(Address, KnowsWhatOnlyThisMachineReaches) {
  for (const char* text : {"127.0.0.1:80", "127.9.8.7:80", "::1:80", "localhost:80"}) {
    EXPECT_TRUE(is_loopback(*parse_address(text))) << text;
  }
  for (const char* text : {"0.0.0.0:80", "10.0.0.4:80", "::80:80", "128.0.0.1:80", "localhost.example:80"}) {
    EXPECT_FALSE(is_loopback(*parse_address(text))) << text;
  }
}

}  // namespace
}  // namespace lab
