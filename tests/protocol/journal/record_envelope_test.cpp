#include "protocol/journal/record_envelope.hpp"

#include <gtest/gtest.h>

namespace lab::journal {
namespace {

TEST(RecordEnvelope, GivesBackWhatWasSealed) {
  for (const Bytes& record : {Bytes{}, Bytes("r"), Bytes(5000, '\0')}) {
    const Bytes stored = seal_record("key", record);
    EXPECT_EQ(stored.size(), record.size() + envelope_overhead);
    EXPECT_EQ(unseal_record("key", stored), record);
  }
}

// The layout is on disks: it may only change together with the store's format number.
TEST(RecordEnvelope, HasTheDocumentedOctets) {
  EXPECT_EQ(to_hex(seal_record("k", "record").substr(0, 12)), "0100060000007265636f7264");
}

TEST(RecordEnvelope, EveryFlippedBitIsFound) {
  const Bytes stored = seal_record("key", "a record of ordinary length");
  for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
    Bytes flipped = stored;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(unseal_record("key", flipped)) << "bit " << bit;
  }
}

TEST(RecordEnvelope, EveryOtherLengthIsFound) {
  const Bytes stored = seal_record("key", "record");
  for (std::size_t length = 0; length < stored.size(); ++length) {
    EXPECT_FALSE(unseal_record("key", BytesView(stored).substr(0, length))) << length;
  }
  EXPECT_FALSE(unseal_record("key", stored + Bytes(1, '\0')));
}

TEST(RecordEnvelope, ARecordUnderAnotherKeyIsFound) {
  const Bytes stored = seal_record("key-1", "record");
  EXPECT_FALSE(unseal_record("key-2", stored));
  EXPECT_FALSE(unseal_record("key-", stored));
}

}  // namespace
}  // namespace lab::journal
