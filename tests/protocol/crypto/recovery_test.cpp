#include "protocol/crypto/recovery.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/crypto/crypto.hpp"
#include "protocol/crypto/running_hash.hpp"

namespace lab::crypto {
namespace {

class Recovery : public ::testing::Test {
 protected:
  void SetUp() override { start(); }
  RecoveryPair pair = make_recovery_pair();
};

TEST_F(Recovery, TwoHalvesTogetherAreTheSecret) {
  const auto [one, other] = split(pair.secret_key);
  EXPECT_EQ(join(one, other).value(), pair.secret_key);
  EXPECT_EQ(join(other, " " + one + "\r\n").value(), pair.secret_key);
  EXPECT_EQ(public_of(pair.secret_key), pair.public_key);
}

TEST_F(Recovery, OneHalfAloneSaysNothing) {
  // Every half of the same secret is another one, so none of them can depend on it alone.
  EXPECT_NE(split(pair.secret_key).first, split(pair.secret_key).first);
  EXPECT_NE(split(pair.secret_key).second, split(pair.secret_key).second);
}

TEST_F(Recovery, EverySlipOfThePenIsFoundInItsHalf) {
  const auto [one, other] = split(pair.secret_key);
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i] == ' ') continue;
    std::string wrong = one;
    wrong[i] = wrong[i] == '7' ? '1' : '7';
    EXPECT_EQ(join(wrong, other).error().where, "half 1") << i;
    EXPECT_EQ(join(other, wrong).error().where, "half 2") << i;
  }
  EXPECT_EQ(join(one, one).error().message, "this is the same half as the first");
  EXPECT_FALSE(join("", other));
  EXPECT_FALSE(join(one.substr(0, one.size() - 1), other));
}

TEST_F(Recovery, AKeyIsSealedForItsSecretOnly) {
  const StreamKey key = make_stream_key();
  const Bytes sealed = seal_key(key, pair.public_key);
  EXPECT_EQ(open_key(sealed, pair.secret_key), key);
  EXPECT_EQ(open_key(sealed, make_recovery_pair().secret_key), std::nullopt);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(open_key(changed, pair.secret_key), std::nullopt);
  }
}

TEST_F(Recovery, PiecesOpenInTheirOrderUnderTheirNameOnly) {
  const StreamKey key = make_stream_key();
  Sealer sealer{key, "store"};
  const Bytes first = sealer.piece("one", false);
  const Bytes second = sealer.piece("two", true);
  auto opener = Opener::begin(key, "store", sealer.header());
  ASSERT_TRUE(opener);
  EXPECT_EQ(opener->piece(first)->plain, "one");
  const auto last = opener->piece(second);
  EXPECT_EQ(last->plain, "two");
  EXPECT_TRUE(last->last);
  EXPECT_FALSE(Opener::begin(key, "store", sealer.header())->piece(second)) << "out of order";
  EXPECT_FALSE(Opener::begin(key, "keys", sealer.header())->piece(first)) << "in another file's place";
  EXPECT_FALSE(Opener::begin(make_stream_key(), "store", sealer.header())->piece(first));
  EXPECT_FALSE(Opener::begin(key, "store", "short"));
}

TEST_F(Recovery, AHashOfPiecesIsTheHashOfTheWhole) {
  RunningHash hash;
  hash.add("one piece, ");
  hash.add("");
  hash.add("and another");
  EXPECT_EQ(hash.finish(), sha256("one piece, and another"));
}

}  // namespace
}  // namespace lab::crypto
