// The bad line between two ends that really exist: pseudo terminals and TCP.

#include "instruments/sim/shaped_line.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <thread>

namespace lab::sim {
namespace {

Bytes read_for(int descriptor, std::size_t octets) {
  Bytes got;
  pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
  while (got.size() < octets && ::poll(&wait, 1, 5000) > 0) {
    char octet = 0;
    if (::read(descriptor, &octet, 1) != 1) break;
    got += octet;
  }
  return got;
}

TEST(ShapedLine, CarriesAllOctetsBetweenTwoTerminalsBothWays) {
  auto line = ShapedLine::over_terminals({.to_host = {.split = 1}, .to_instrument = {.baud = 38'400}});
  ASSERT_TRUE(line) << to_text(line.error());
  std::jthread carrying{[&](const std::stop_token& stop) { (*line)->run(stop); }};
  const int instrument = ::open((*line)->instrument_device().c_str(), O_RDWR | O_NOCTTY);
  const int host = ::open((*line)->host_device().c_str(), O_RDWR | O_NOCTTY);
  ASSERT_GE(instrument, 0);
  ASSERT_GE(host, 0);
  Bytes all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  ASSERT_EQ(::write(instrument, all.data(), all.size()), 256);
  EXPECT_EQ(read_for(host, 256), all) << "a terminal that is not raw swallows and changes some";
  ASSERT_EQ(::write(host, all.data(), all.size()), 256);
  EXPECT_EQ(read_for(instrument, 256), all);
  EXPECT_GE((*line)->counts_to_host().splits, 1U);
  ::close(instrument);
  ::close(host);
}

}  // namespace
}  // namespace lab::sim
