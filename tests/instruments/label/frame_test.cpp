#include "instruments/label/frame.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

LabelReading some_reading() {
  LabelReading reading;
  reading.codes = {{"QRCode", code_text(some_payload(42)), true}, {"EAN13", "4006381333931", false}};
  reading.number = some_payload(42).number;
  reading.flags = {Flag::truncated, Flag::reduced};
  reading.took = std::chrono::milliseconds{17};
  reading.reader = "reader 1";
  return reading;
}

TEST(WorkerFrame, ARequestComesOutAsItWentIn) {
  const auto payload = encode_request(std::chrono::milliseconds{750}, Bytes{"\0\1\2", 3});
  const auto request = decode_request(payload).value();
  EXPECT_EQ(request.budget.count(), 750);
  EXPECT_EQ(request.file, (Bytes{"\0\1\2", 3}));
}

TEST(WorkerFrame, ALengthOverTheLimitIsNotBelieved) {
  const auto frame = to_frame(Bytes(300, 'x'));
  const auto header = BytesView{frame}.substr(0, frame_header_bytes);
  EXPECT_EQ(payload_length(header, 300), 300u);
  EXPECT_EQ(payload_length(header, 299), std::nullopt);
}

TEST(WorkerFrame, AnAnswerComesOutAsItWentIn) {
  for (const auto& reading : {some_reading(), unreadable(Cause::no_code, "没有"), unreadable(Cause::crashed, "x")}) {
    EXPECT_EQ(decode_answer(encode_answer(reading)).value(), reading);
  }
}

TEST(WorkerFrame, AnAnswerCutAnywhereOrWithSomethingBehindIsRefused) {
  const auto whole = encode_answer(some_reading());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(decode_answer(BytesView{whole}.substr(0, length)).has_value()) << length;
  }
  EXPECT_FALSE(decode_answer(whole + '\0').has_value());
}

TEST(WorkerFrame, ANumberThatNoCodeCarriesIsRefused) {
  auto reading = some_reading();
  reading.number = some_payload(43).number;
  EXPECT_FALSE(decode_answer(encode_answer(reading)).has_value());
}

TEST(WorkerFrame, AForeignCodeCannotPassAsASample) {
  auto reading = some_reading();
  reading.codes[1].is_sample_number = true;
  EXPECT_FALSE(decode_answer(encode_answer(reading)).has_value());
}

TEST(WorkerFrame, ReadableAndUnreadableExcludeEachOther) {
  auto reading = some_reading();
  reading.unreadable = Unreadable{Cause::no_code, "x"};
  EXPECT_FALSE(decode_answer(encode_answer(reading)).has_value());
  EXPECT_FALSE(decode_answer(encode_answer(LabelReading{})).has_value());
}

TEST(WorkerFrame, AnOctetChangedAnywhereNeverYieldsAnotherSampleNumber) {
  const auto whole = encode_answer(some_reading());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {1, 2, 0x80, 0xFF}) {
      auto changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ change);
      const auto reading = decode_answer(changed);
      if (reading && reading->number) {
        EXPECT_EQ(*reading->number, some_payload(42).number);
      }
    }
  }
}

}  // namespace
}  // namespace lab::label
