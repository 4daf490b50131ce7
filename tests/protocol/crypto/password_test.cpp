#include "protocol/crypto/password.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "protocol/crypto/crypto.hpp"

namespace lab::crypto {
namespace {

class Password : public testing::Test {
 protected:
  void SetUp() override { start(); }
};

TEST_F(Password, IsKeptAsASaltedArgon2idHashOfTheAgreedCost) {
  const std::string hash = hash_password("correct horse battery");
  EXPECT_THAT(hash, testing::StartsWith("$argon2id$v=19$m=65536,t=3,p=1$"));
  EXPECT_NE(hash, hash_password("correct horse battery")) << "two people with one password";
}

TEST_F(Password, IsKnownAgainAndNothingElseIs) {
  const std::string hash = hash_password("correct horse battery");
  EXPECT_TRUE(is_password("correct horse battery", hash));
  for (const char* wrong : {"", "correct horse batterY", "correct horse batter", "correct horse battery "}) {
    EXPECT_FALSE(is_password(wrong, hash)) << wrong;
  }
  EXPECT_FALSE(is_password("", hash_password("x")));
}

TEST_F(Password, NobodysPasswordIsNeverRightAndTakesAsLong) {
  const auto taken = [](const std::string& hash) {
    const auto before = std::chrono::steady_clock::now();
    EXPECT_FALSE(is_password("guess", hash));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
  };
  const std::string hash = hash_password("correct horse battery");
  taken("");  // makes what nobody is compared with
  EXPECT_FALSE(is_password(std::string(16, '\x7F'), ""));
  EXPECT_FALSE(is_password("x", "no hash"));
  // Counted work, not a timed promise: without the hash it would be a thousandth.
  EXPECT_GT(taken(""), taken(hash) / 20);
}

}  // namespace
}  // namespace lab::crypto
