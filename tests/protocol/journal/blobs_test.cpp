#include "protocol/journal/blobs.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {
namespace {

class BlobsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Blobs::open(folder_.path() / "blobs");
    ASSERT_TRUE(opened) << to_text(opened.error());
    blobs_ = std::make_unique<Blobs>(std::move(*opened));
  }
  [[nodiscard]] std::filesystem::path path_of(const Hash& hash) const {
    const std::string name = to_hex(hash.view());
    return folder_.path() / "blobs" / name.substr(0, 2) / name;
  }

  TestFolder folder_;
  std::unique_ptr<Blobs> blobs_;
};

TEST_F(BlobsTest, AreNamedByTheirSha256) {
  const auto hash = blobs_->put("abc");
  ASSERT_TRUE(hash);
  EXPECT_EQ(to_hex(hash->view()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(blobs_->has(*hash));
  EXPECT_EQ(blobs_->get(*hash), "abc");
  EXPECT_EQ(read_file(path_of(*hash)), "abc");
}

TEST_F(BlobsTest, TheSameBytesTwiceAreOneFileAndEmptyIsFine) {
  const auto first = blobs_->put(Bytes(100'000, 'x'));
  const auto again = blobs_->put(Bytes(100'000, 'x'));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
  const auto empty = blobs_->put("");
  ASSERT_TRUE(empty);
  EXPECT_EQ(blobs_->get(*empty), "");
}

TEST_F(BlobsTest, AnUnknownHashIsNotFound) {
  const auto missing = blobs_->get(crypto::sha256("never stored"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_FALSE(blobs_->has(crypto::sha256("never stored")));
}

TEST_F(BlobsTest, ChangedOrShortenedFilesAreDamageAndPutRepairsThem) {
  const auto hash = blobs_->put("instrument bytes");
  ASSERT_TRUE(hash);
  for (const Bytes& wrong : {Bytes("Instrument bytes"), Bytes("instrument"), Bytes{}}) {
    write_file(path_of(*hash), wrong);
    const auto damaged = blobs_->get(*hash);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::storage);
    ASSERT_TRUE(blobs_->put("instrument bytes"));
    EXPECT_EQ(blobs_->get(*hash), "instrument bytes");
  }
}

TEST_F(BlobsTest, LeftoversOfAnInterruptedPutAreRemovedAtOpening) {
  const auto leftover = folder_.path() / "blobs" / "unfinished" / "0123";
  write_file(leftover, "half of it");
  ASSERT_TRUE(Blobs::open(folder_.path() / "blobs"));
  EXPECT_FALSE(std::filesystem::exists(leftover));
}

TEST_F(BlobsTest, AboveTheLimitIsRefused) {
  const auto refused = blobs_->put(Bytes(Blobs::blob_max + 1, '\0'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
}

TEST_F(BlobsTest, ManyThreadsMayPutTheSameThing) {
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 10; ++n) {
        const Bytes bytes = std::to_string((i + n) % 5);
        const auto hash = blobs_->put(bytes);
        if (hash && blobs_->get(*hash) == bytes) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 40);
}

TEST_F(BlobsTest, AFolderThatCannotBeMadeIsAnError) {
  write_file(folder_.path() / "file", "in the way");
  const auto refused = Blobs::open(folder_.path() / "file" / "blobs");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage);
}

}  // namespace
}  // namespace lab::journal
