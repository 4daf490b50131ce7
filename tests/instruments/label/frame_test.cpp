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
  const auto payload = encode_request(
      {.task = WorkerTask::thumbnail, .budget = std::chrono::milliseconds{750}, .file = BytesView{"\0\1\2", 3}});
  const auto request = decode_request(payload).value();
  EXPECT_EQ(request.task, WorkerTask::thumbnail);
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

LabelReading with_printed(PrintedNumber printed) {
  auto reading = some_reading();
  if (printed.agrees == Agreement::differ) reading.flags.push_back(Flag::printed_number_differs);
  reading.printed_number = std::move(printed);
  return reading;
}

TEST(WorkerFrame, ThePrintedNumberComesOutAsItWentIn) {
  const auto number = some_payload(42).number.text();
  for (const auto& printed :
       {PrintedNumber{number, Agreement::agree}, PrintedNumber{"SC13NCP00047H", Agreement::differ},
        PrintedNumber{"", Agreement::unreadable}}) {
    const auto reading = with_printed(printed);
    EXPECT_EQ(decode_answer(encode_answer(reading)).value(), reading);
  }
  auto suggested = unreadable(Cause::no_code, "没有");
  suggested.printed_number = PrintedNumber{number, Agreement::not_compared};
  EXPECT_EQ(decode_answer(encode_answer(suggested)).value(), suggested);
}

TEST(WorkerFrame, ADifferenceCannotPassAsAgreementNorLoseItsFlag) {
  const auto number = some_payload(42).number.text();
  for (const auto& printed :
       {PrintedNumber{"SC13NCP00047H", Agreement::agree}, PrintedNumber{number, Agreement::differ},
        PrintedNumber{"47", Agreement::differ}, PrintedNumber{"sc13ncp00047h", Agreement::differ},
        PrintedNumber{number, Agreement::unreadable}, PrintedNumber{number, Agreement::not_compared}}) {
    EXPECT_FALSE(decode_answer(encode_answer(with_printed(printed))).has_value()) << printed.text;
  }
  auto unflagged = with_printed({"SC13NCP00047H", Agreement::differ});
  unflagged.flags.pop_back();
  EXPECT_FALSE(decode_answer(encode_answer(unflagged)).has_value());
  auto flagged = with_printed({number, Agreement::agree});
  flagged.flags.push_back(Flag::printed_number_differs);
  EXPECT_FALSE(decode_answer(encode_answer(flagged)).has_value());
}

TEST(WorkerFrame, ASuggestionNeedsItsCheckCharacter) {
  auto suggested = unreadable(Cause::no_code, "没有");
  suggested.printed_number = PrintedNumber{"SC13NCP00047H", Agreement::not_compared};
  EXPECT_FALSE(decode_answer(encode_answer(suggested)).has_value());
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
