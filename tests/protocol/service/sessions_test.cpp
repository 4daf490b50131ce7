#include "protocol/service/sessions.hpp"

#include <gtest/gtest.h>

#include "protocol/crypto/crypto.hpp"

namespace lab::service {
namespace {

using namespace std::chrono_literals;
using Use = Sessions::Use;

const model::PersonId anna{"anna"};
const model::PersonId bob{"bob"};
constexpr UtcTime start{1h};

TEST(Sessions, AreFoundByTheirTokenOnly) {
  crypto::start();
  Sessions sessions;
  const auto opened = sessions.open(anna, start);
  EXPECT_EQ(opened.token.size(), 64U) << "256 bits";
  EXPECT_NE(opened.csrf, opened.token);
  const auto found = sessions.find(opened.token, Use::by_person, start);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->person, anna);
  EXPECT_EQ(found->csrf, opened.csrf);
  EXPECT_FALSE(sessions.find("", Use::by_person, start));
  EXPECT_FALSE(sessions.find(to_hex(found->key.view()), Use::by_person, start)) << "the hash opens nothing";
  EXPECT_NE(sessions.open(anna, start).token, opened.token);
}

TEST(Sessions, EndWhenNobodyHasUsedThemForHalfAnHour) {
  Sessions sessions;
  const auto token = sessions.open(anna, start).token;
  EXPECT_TRUE(sessions.find(token, Use::by_person, start + 29min));
  EXPECT_TRUE(sessions.find(token, Use::by_person, start + 58min)) << "used again in time";
  EXPECT_TRUE(sessions.find(token, Use::by_page, start + 87min));
  EXPECT_FALSE(sessions.find(token, Use::by_person, start + 88min)) << "the page by itself keeps nothing awake";
  EXPECT_FALSE(sessions.find(token, Use::by_person, start)) << "it does not come back";
}

TEST(Sessions, EndAfterAShiftHoweverBusy) {
  Sessions sessions;
  const auto token = sessions.open(anna, start).token;
  UtcTime now = start;
  for (; now < start + 12h; now += 10min) ASSERT_TRUE(sessions.find(token, Use::by_person, now));
  EXPECT_FALSE(sessions.find(token, Use::by_person, now));
}

TEST(Sessions, LookingAtOneDoesNotKeepItAwake) {
  Sessions sessions;
  const auto token = sessions.open(anna, start).token;
  const Hash key = sessions.find(token, Use::by_person, start)->key;
  EXPECT_TRUE(sessions.goes_on(key, start + 29min));
  EXPECT_FALSE(sessions.goes_on(key, start + 30min));
  EXPECT_FALSE(sessions.goes_on(Hash{}, start));
}

TEST(Sessions, AreClosedOneByOneOrAllOfAPerson) {
  Sessions sessions;
  const auto key_of = [&](const std::string& token) {
    const auto found = sessions.find(token, Use::by_page, start);
    return found ? found->key : Hash{};
  };
  const auto first = sessions.open(anna, start).token;
  const auto second = sessions.open(anna, start).token;
  const auto other = sessions.open(bob, start).token;
  sessions.close_all_of(anna, key_of(second));
  EXPECT_FALSE(sessions.find(first, Use::by_page, start));
  EXPECT_TRUE(sessions.find(second, Use::by_page, start));
  EXPECT_TRUE(sessions.find(other, Use::by_page, start));
  sessions.close(key_of(second));
  EXPECT_FALSE(sessions.find(second, Use::by_page, start));
}

TEST(Sessions, ARoomFullOfBrowsersPutsOutTheOneUnusedLongest) {
  Sessions sessions;
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < sessions_per_person; ++i) {
    tokens.push_back(sessions.open(anna, start + Milliseconds{i}).token);
  }
  const auto bobs = sessions.open(bob, start).token;
  const UtcTime later = start + 1min;
  sessions.find(tokens[0], Use::by_person, later);
  sessions.open(anna, later);
  EXPECT_TRUE(sessions.find(tokens[0], Use::by_page, later));
  EXPECT_FALSE(sessions.find(tokens[1], Use::by_page, later));
  EXPECT_TRUE(sessions.find(tokens[2], Use::by_page, later));
  EXPECT_TRUE(sessions.find(bobs, Use::by_page, later));
}

}  // namespace
}  // namespace lab::service
