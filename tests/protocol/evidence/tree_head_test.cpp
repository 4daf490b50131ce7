#include "protocol/evidence/tree_head.hpp"

#include <gtest/gtest.h>

namespace lab::evidence {
namespace {

model::TreeHead some_head() {
  model::TreeHead head{.generation = 3,
                       .base = 17,
                       .size = 4711,
                       .root = crypto::sha256("root"),
                       .at = from_unix_ms(1'370'250'000'123),
                       .signature = {}};
  return head;
}

TEST(TreeHead, IsSignedInEveryFieldOfIt) {
  crypto::start();
  const crypto::KeyPair keys = crypto::make_key_pair();
  model::TreeHead head = some_head();
  EXPECT_FALSE(is_signed(head, keys.public_key));
  sign(head, keys.secret_key);
  EXPECT_TRUE(is_signed(head, keys.public_key));
  EXPECT_FALSE(is_signed(head, crypto::make_key_pair().public_key));
  for (const auto& change : std::vector<void (*)(model::TreeHead&)>{
           [](model::TreeHead& at) { ++at.generation; }, [](model::TreeHead& at) { ++at.base; },
           [](model::TreeHead& at) { --at.size; }, [](model::TreeHead& at) { at.root.octets[31] ^= 1; },
           [](model::TreeHead& at) { at.at += Milliseconds{1}; }, [](model::TreeHead& at) { at.signature[5] ^= 1; },
           [](model::TreeHead& at) { at.signature.pop_back(); }}) {
    model::TreeHead changed = head;
    change(changed);
    EXPECT_FALSE(is_signed(changed, keys.public_key));
  }
}

TEST(TreeHead, IsOneLineThatReadsBack) {
  crypto::start();
  model::TreeHead head = some_head();
  sign(head, crypto::make_key_pair().secret_key);
  const std::string line = to_text(head);
  ASSERT_TRUE(parse_head(line).has_value());
  EXPECT_EQ(*parse_head(line), head);
}

TEST(TreeHead, IsReadInOneFormOnly) {
  crypto::start();
  model::TreeHead head = some_head();
  sign(head, crypto::make_key_pair().secret_key);
  const std::string line = to_text(head);
  for (std::size_t cut = 0; cut < line.size(); ++cut) EXPECT_FALSE(parse_head(line.substr(0, cut)).has_value()) << cut;
  for (const std::string& other : {line + " ", " " + line, line + "\n", "+" + line, line + "0"}) {
    EXPECT_FALSE(parse_head(other).has_value()) << other;
  }
  std::string upper = line;
  upper[upper.size() - 1] = 'A';
  EXPECT_FALSE(parse_head(upper).has_value());
  std::string zero = line;
  zero.insert(zero.find(" 3 ") + 1, "0");
  EXPECT_FALSE(parse_head(zero).has_value());
}

}  // namespace
}  // namespace lab::evidence
