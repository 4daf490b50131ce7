// The cases of the receiver, most of them measured to go wrong on other servers: split and merged segments, damaged,
// repeated and misnumbered frames, an ENQ in the middle, silence.

#include "instruments/drivers/astm_link.hpp"

#include <gtest/gtest.h>

#include "instruments/sim/astm_analyser.hpp"
#include "tests/instruments/control_characters.hpp"

namespace lab::drivers {
namespace {

using namespace std::chrono_literals;
using namespace lab::control;
using sim::astm_frame;

constexpr UtcTime start{1'000'000ms};

const std::string header = "H|\\^&|||SIM|||||||P|LIS2-A2\r";
const std::string order = "O|1|S-1\r";
const std::string result = "R|1|^^^Pb|0.05|mg/kg\r";
const std::string terminator = "L|1|N\r";

Bytes whole_message() {
  return astm_frame(1, header, true) + astm_frame(2, order, true) + astm_frame(3, result, true) +
         astm_frame(4, terminator, true);
}

struct Bench {
  AstmLink link;
  UtcTime now = start;

  explicit Bench(AstmLimits limits = {}) : link(limits) {}

  Bytes push(BytesView bytes) {
    link.push(bytes, now);
    return link.take_reply();
  }
  Bytes wait(Milliseconds time) {
    now += time;
    link.tick(now);
    return link.take_reply();
  }
  Bytes store() {
    link.stored(now);
    return link.take_reply();
  }
  // ENQ and the frames before the last.
  void begin() {
    EXPECT_EQ(push(enq), ack);
    EXPECT_EQ(push(astm_frame(1, header, true)), ack);
    EXPECT_EQ(push(astm_frame(2, order, true)), ack);
    EXPECT_EQ(push(astm_frame(3, result, true)), ack);
  }
};

TEST(AstmLink, AcknowledgesANormalSessionAndHandsTheMessageOut) {
  Bench bench;
  bench.begin();
  EXPECT_FALSE(bench.link.take_message());
  EXPECT_EQ(bench.push(astm_frame(4, terminator, true)), "");
  EXPECT_EQ(bench.link.take_message(), whole_message());
  EXPECT_EQ(bench.store(), ack);
  EXPECT_EQ(bench.push(eot), "");
  EXPECT_FALSE(bench.link.take_message());
  EXPECT_FALSE(bench.link.wake_at());
  EXPECT_TRUE(bench.link.take_notes().empty());
}

TEST(AstmLink, TheLastAckDoesNotLeaveBeforeTheMessageIsDurable) {
  Bench bench;
  bench.begin();
  EXPECT_EQ(bench.push(astm_frame(4, terminator, true)), "");
  EXPECT_TRUE(bench.link.awaits_storage());
  EXPECT_EQ(bench.wait(14s), "");
  EXPECT_EQ(bench.store(), ack);
}

TEST(AstmLink, WaitsForTheRestOfAFrameSplitOverTwoSegments) {
  Bench bench;
  bench.push(enq);
  const Bytes frame = astm_frame(1, header, true);
  for (std::size_t cut = 1; cut < frame.size(); ++cut) {
    Bench split;
    split.push(enq);
    EXPECT_EQ(split.push(frame.substr(0, cut)), "") << cut;
    EXPECT_EQ(split.push(frame.substr(cut)), ack) << cut;
  }
}

TEST(AstmLink, AnswersBothOfTwoFramesInOneSegment) {
  Bench bench;
  bench.push(enq);
  EXPECT_EQ(bench.push(astm_frame(1, header, true) + astm_frame(2, order, true)), ack + ack);
}

TEST(AstmLink, ReadsAByteAtATime) {
  Bench bench;
  Bytes replies;
  for (const char octet : enq + whole_message()) replies += bench.push({&octet, 1});
  EXPECT_EQ(replies, ack + ack + ack + ack);
  EXPECT_EQ(bench.link.take_message(), whole_message());
}

TEST(AstmLink, RefusesABadChecksumAndTakesTheFrameWhenItComesAgain) {
  Bench bench;
  bench.push(enq);
  Bytes damaged = astm_frame(1, header, true);
  damaged[5] ^= 0x01;
  EXPECT_EQ(bench.push(damaged), nak);
  EXPECT_EQ(bench.push(astm_frame(1, header, true)), ack);
  EXPECT_EQ(bench.push(astm_frame(2, terminator, true)), "");
  EXPECT_EQ(bench.link.take_message(), astm_frame(1, header, true) + astm_frame(2, terminator, true));
}

TEST(AstmLink, AFrameRepeatedAfterALostAckIsAcknowledgedAndStoredOnce) {
  Bench bench;
  bench.begin();
  EXPECT_EQ(bench.push(astm_frame(3, result, true)), ack);
  bench.push(astm_frame(4, terminator, true));
  EXPECT_EQ(bench.link.take_message(), whole_message());
  EXPECT_EQ(bench.store(), ack);
  EXPECT_EQ(bench.push(astm_frame(4, terminator, true)), ack);
  EXPECT_FALSE(bench.link.take_message());
}

TEST(AstmLink, RefusesAWrongFrameNumber) {
  Bench bench;
  bench.push(enq);
  EXPECT_EQ(bench.push(astm_frame(0, header, true)), nak);  // nothing was accepted yet: not a repetition
  EXPECT_EQ(bench.push(astm_frame(2, header, true)), nak);
  EXPECT_EQ(bench.push(astm_frame(1, header, true)), ack);
  EXPECT_EQ(bench.push(astm_frame(3, order, true)), nak);
  EXPECT_EQ(bench.push(astm_frame(2, order, true)), ack);
}

TEST(AstmLink, FrameNumbersGoOnFromSevenToZero) {
  Bench bench;
  bench.push(enq);
  bench.push(astm_frame(1, header, true));
  for (int i = 2; i < 20; ++i) EXPECT_EQ(bench.push(astm_frame(i % 8, result, true)), ack) << i;
}

TEST(AstmLink, ReadsAMessageInEtbFramesAndRefusesADamagedOne) {
  Bench bench;
  bench.push(enq);
  EXPECT_EQ(bench.push(astm_frame(1, header + order + "R|1|^^^Pb|0.", false)), ack);
  Bytes damaged = astm_frame(2, "05|mg/kg\rL", false);
  damaged[3] ^= 0x02;
  EXPECT_EQ(bench.push(damaged), nak);
  EXPECT_EQ(bench.push(astm_frame(2, "05|mg/kg\rL", false)), ack);
  EXPECT_EQ(bench.push(astm_frame(3, "|1|N\r", true)), "");  // the terminator is split between two frames
  EXPECT_TRUE(bench.link.take_message());
}

TEST(AstmLink, AnEnqDuringTransferRestartsOnlyWhenTheLineStaysSilent) {
  Bench bench;
  bench.begin();
  EXPECT_EQ(bench.push(enq), "");
  EXPECT_EQ(bench.link.wake_at(), bench.now + AstmLink::quiet_time);
  EXPECT_EQ(bench.wait(1s), ack);
  EXPECT_EQ(bench.link.take_notes().size(), 1U);  // the incomplete message
  EXPECT_EQ(bench.push(whole_message()), ack + ack + ack);
  EXPECT_EQ(bench.link.take_message(), whole_message());
}

TEST(AstmLink, AnEnqThatIsADisturbedOctetCostsNothing) {
  Bench bench;
  bench.begin();
  EXPECT_EQ(bench.push(enq + "noise" + astm_frame(4, terminator, true)), "");
  EXPECT_EQ(bench.link.take_message(), whole_message());
  Bench inside;
  inside.push(enq);
  EXPECT_EQ(inside.push("\x02"
                        "1H|\\^&\x05"),
            "");
  EXPECT_EQ(inside.push("|||\r\x03"
                        "00\r\n"),
            nak);
}

TEST(AstmLink, AnInstrumentThatRestartsInsideAFrameIsAnswered) {
  Bench bench;
  bench.begin();
  EXPECT_EQ(bench.push("\x02"
                       "4R|2|^^^Cd|0.0"),
            "");
  EXPECT_EQ(bench.push(enq), "");
  EXPECT_EQ(bench.wait(1s), ack);
  bench.push(whole_message());
  EXPECT_EQ(bench.link.take_message(), whole_message());
}

// LIS1-A 6.2.7.1: in contention the instrument wins. This side never asks for the line, so every ENQ is granted.
TEST(AstmLink, ContentionIsDecidedForTheInstrument) {
  Bench bench;
  EXPECT_EQ(bench.push(enq), ack);
  EXPECT_EQ(bench.push(enq), ack);
  EXPECT_EQ(bench.push(eot + enq), ack);
}

TEST(AstmLink, SixRefusalsAndAnAbortThenTheWholeMessageAgainIsStoredOnce) {
  Bench bench;
  bench.begin();
  Bytes damaged = astm_frame(4, terminator, true);
  damaged[3] ^= 0x10;
  for (int i = 0; i < 6; ++i) EXPECT_EQ(bench.push(damaged), nak);
  EXPECT_EQ(bench.push(eot), "");
  EXPECT_FALSE(bench.link.take_message());
  bench.begin();
  bench.push(astm_frame(4, terminator, true));
  EXPECT_EQ(bench.link.take_message(), whole_message());
}

TEST(AstmLink, DiscardsAnIncompleteMessageAfterThirtySeconds) {
  Bench bench;
  bench.begin();
  EXPECT_EQ(bench.link.wake_at(), bench.now + 30s);
  bench.wait(29s);
  EXPECT_EQ(bench.push(astm_frame(4, order, true)), ack);  // the limit starts again with every answer
  bench.wait(29s);
  EXPECT_TRUE(bench.link.wake_at());
  bench.wait(1s);
  EXPECT_FALSE(bench.link.wake_at());
  EXPECT_EQ(bench.link.take_notes().size(), 1U);
  EXPECT_EQ(bench.push(astm_frame(5, terminator, true)), "");  // too late: only ENQ is heard now
  EXPECT_FALSE(bench.link.take_message());
}

TEST(AstmLink, AFrameThatComesAfterTheLimitCountsAsLateEvenWithoutATick) {
  Bench bench;
  bench.begin();
  bench.now += 31s;
  EXPECT_EQ(bench.push(astm_frame(4, terminator, true)), "");
  EXPECT_FALSE(bench.link.take_message());
}

TEST(AstmLink, AnswersAKeepAliveAndStoresNothing) {
  Bench bench;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(bench.push(enq), ack);
    EXPECT_EQ(bench.push(eot), "");
  }
  EXPECT_FALSE(bench.link.take_message());
  EXPECT_TRUE(bench.link.take_notes().empty());
}

TEST(AstmLink, IgnoresNoiseOutsideFrames) {
  Bench bench;
  EXPECT_EQ(bench.push("\xFF\x00garbage\r\n" + enq), ack);
  EXPECT_EQ(bench.push("zz" + astm_frame(1, header, true) + "\xFE\xFE"), ack);
  EXPECT_EQ(bench.push("?" + astm_frame(2, terminator, true)), "");
  EXPECT_EQ(bench.link.take_message(), astm_frame(1, header, true) + astm_frame(2, terminator, true));
}

TEST(AstmLink, ABrokenFrameGivesWayToTheNextOne) {
  Bench bench;
  bench.push(enq);
  EXPECT_EQ(bench.push("\x02"
                       "1H|half" +
                       astm_frame(1, header, true)),
            ack);
}

TEST(AstmLink, AcceptsLowerCaseChecksumsAndFramesWithoutLineEnd) {
  Bench bench;
  bench.push(enq);
  Bytes lower;
  for (int blanks = 0; lower.find_last_of("abcdef", lower.size()) != lower.size() - 3 && blanks < 300; ++blanks) {
    lower = astm_frame(1, header + std::string(static_cast<std::size_t>(blanks), ' '), true);
    for (std::size_t i = lower.size() - 4; i < lower.size(); ++i) lower[i] = static_cast<char>(std::tolower(lower[i]));
  }
  EXPECT_EQ(bench.push(lower), ack);
  const Bytes frame = astm_frame(2, order, true);
  EXPECT_EQ(bench.push(frame.substr(0, frame.size() - 2)), "");
  EXPECT_EQ(bench.wait(1s), ack);
}

TEST(AstmLink, KeepsItsMemoryBoundedOnAnEndlessFrame) {
  Bench bench{{.frame_octets = 1000, .message_octets = 5000}};
  bench.push(enq);
  bench.push(
      "\x02"
      "1H|");
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(bench.push(std::string(100, 'x')), "");
  EXPECT_EQ(bench.push("\r\x03"
                       "00\r\n"),
            nak);
  EXPECT_EQ(bench.push(astm_frame(1, header, true)), ack);
}

TEST(AstmLink, RefusesAMessageOverItsLimitToTheEndOfTheTransfer) {
  Bench bench{{.frame_octets = 1000, .message_octets = 2000}};
  bench.push(enq);
  EXPECT_EQ(bench.push(astm_frame(1, header + std::string(900, 'x'), false)), ack);
  EXPECT_EQ(bench.push(astm_frame(2, std::string(900, 'x'), false)), ack);
  EXPECT_EQ(bench.push(astm_frame(3, std::string(900, 'x'), false)), nak);
  EXPECT_EQ(bench.push(astm_frame(3, "\rL|1|N\r", true)), nak);
  bench.push(eot);
  EXPECT_FALSE(bench.link.take_message());
  EXPECT_EQ(bench.push(enq), ack);
  EXPECT_EQ(bench.push(astm_frame(1, header, true)), ack);
}

TEST(AstmLink, AMessageThatCannotBeStoredIsRefusedAndTakenWhenItsLastFrameComesAgain) {
  Bench bench;
  bench.begin();
  bench.push(astm_frame(4, terminator, true));
  EXPECT_TRUE(bench.link.take_message());
  bench.link.not_stored(bench.now);
  EXPECT_EQ(bench.link.take_reply(), nak);
  EXPECT_EQ(bench.push(astm_frame(4, terminator, true)), "");
  EXPECT_EQ(bench.link.take_message(), whole_message());
  EXPECT_EQ(bench.store(), ack);
}

TEST(AstmLink, ALateAckIsNotSentToASenderThatWentOn) {
  Bench bench;
  bench.begin();
  bench.push(astm_frame(4, terminator, true));
  bench.now += 16s;
  EXPECT_EQ(bench.push(eot), "");  // its 15 s are over: it will send the message again
  bench.now += 10s;
  EXPECT_EQ(bench.push(enq), "");
  EXPECT_EQ(bench.store(), ack);  // one, for the ENQ
  EXPECT_EQ(bench.push(whole_message()), ack + ack + ack);
  EXPECT_EQ(bench.link.take_message(), whole_message());
}

TEST(AstmLink, TwoMessagesInOneTransferAreTwoMessages) {
  Bench bench;
  bench.push(enq);
  const std::string text = header + order + result + terminator;
  EXPECT_EQ(bench.push(astm_frame(1, text, true)), "");
  EXPECT_EQ(bench.link.take_message(), astm_frame(1, text, true));
  bench.store();
  EXPECT_EQ(bench.push(astm_frame(2, text, true)), "");
  EXPECT_EQ(bench.link.take_message(), astm_frame(2, text, true));
  EXPECT_EQ(bench.store(), ack);
}

TEST(AstmLink, TextThatIsNotE1394IsStoredFrameByFrame) {
  Bench bench;
  bench.push(enq);
  EXPECT_EQ(bench.push(astm_frame(1, "mtrsl|pi1|rtALB", true)), "");
  EXPECT_TRUE(bench.link.take_message());
  EXPECT_EQ(bench.store(), ack);
}

TEST(AstmLink, AMessageWithoutTerminatorIsHandedOutWhenTheTransferEnds) {
  Bench bench;
  bench.begin();
  EXPECT_EQ(bench.push(eot), "");
  const auto message = bench.link.take_message();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->size(), whole_message().size() - astm_frame(4, terminator, true).size());
  EXPECT_EQ(bench.store(), "");
}

// Found by the soak: the answer to a frame in the middle was lost, and the sender ended the transfer.
TEST(AstmLink, ASenderThatGaveUpInTheMiddleLeavesNoHalfMessageBehind) {
  Bench bench;
  bench.begin();
  bench.now += 15s;
  EXPECT_EQ(bench.push(eot), "");
  EXPECT_FALSE(bench.link.take_message());
  EXPECT_EQ(bench.link.take_notes().size(), 1U);
  Bench inside;
  inside.begin();
  inside.push(
      "\x02"
      "4L|1");
  inside.push(eot);
  inside.wait(1s);
  EXPECT_FALSE(inside.link.take_message());
}

TEST(AstmLink, TheSameMessageHasTheSameOctetsHoweverTheLineBehaved) {
  Bench clean;
  clean.push(enq + whole_message());
  Bench rough;
  Bytes damaged = astm_frame(2, order, true);
  damaged[4] ^= 0x04;
  rough.push("??" + enq + astm_frame(1, header, true) + astm_frame(1, header, true) + damaged +
             astm_frame(2, order, true) + "\xFF" + astm_frame(3, result, true) + astm_frame(4, terminator, true));
  EXPECT_EQ(clean.link.take_message(), rough.link.take_message());
}

TEST(AstmLink, ANakStormDoesNotFillTheMemoryWithNotes) {
  Bench bench;
  bench.push(enq);
  for (int i = 0; i < 10'000; ++i)
    bench.push(
        "\x02"
        "1x\x03"
        "00\r\n");
  EXPECT_LE(bench.link.take_notes().size(), 64U);
}

}  // namespace
}  // namespace lab::drivers
