#include "protocol/crypto/crypto.hpp"

#include <gtest/gtest.h>

namespace lab::crypto {
namespace {

class Crypto : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start(); }
};

// The examples of FIPS 180-4.
TEST_F(Crypto, HashesAsTheStandardSays) {
  EXPECT_EQ(to_hex(sha256("").view()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc").view()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").view()),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(Bytes(1'000'000, 'a')).view()),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_F(Crypto, VerifiesItsOwnSignatureAndNoOther) {
  const KeyPair pair = make_key_pair();
  const Signature signature = sign("record", pair.secret_key);
  EXPECT_TRUE(verify("record", signature, pair.public_key));
  EXPECT_FALSE(verify("Record", signature, pair.public_key));
  EXPECT_FALSE(verify("record", signature, make_key_pair().public_key));
}

}  // namespace
}  // namespace lab::crypto
