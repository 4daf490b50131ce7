#include "instruments/drivers/mllp.hpp"

#include <gtest/gtest.h>

namespace lab::drivers {
namespace {

Bytes block(const std::string& text) { return "\x0B" + text + "\x1C\r"; }

std::vector<std::string> texts_of(MllpFramer& framer) {
  std::vector<std::string> texts;
  while (const auto message = framer.take_message()) texts.emplace_back(message->text());
  return texts;
}

TEST(MllpFramer, FindsMessagesSplitAtAnyOctet) {
  const Bytes stream = block("MSH|one\rPID|1\r") + block("MSH|two\r");
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    MllpFramer framer;
    framer.push(BytesView{stream}.substr(0, cut));
    framer.push(BytesView{stream}.substr(cut));
    EXPECT_EQ(texts_of(framer), (std::vector<std::string>{"MSH|one\rPID|1\r", "MSH|two\r"})) << cut;
    EXPECT_TRUE(framer.take_notes().empty()) << cut;
    EXPECT_FALSE(framer.inside_message()) << cut;
  }
}

TEST(MllpFramer, FindsMessagesThatComeAnOctetAtATime) {
  MllpFramer framer;
  for (const char octet : block("MSH|a\r") + block("MSH|b\r")) framer.push({&octet, 1});
  EXPECT_EQ(texts_of(framer), (std::vector<std::string>{"MSH|a\r", "MSH|b\r"}));
}

TEST(MllpFramer, KeepsTheFrameAsTheProofThatNothingIsMissing) {
  MllpFramer framer;
  framer.push(block("MSH|a\r"));
  EXPECT_EQ(framer.take_message()->frame, block("MSH|a\r"));
}

TEST(MllpFramer, PassesOverFillOctetsInSilenceAndNotesNoise) {
  MllpFramer framer;
  framer.push(Bytes{"\0\0\r\n ", 5} + block("MSH|a\r") + Bytes(3, '\0'));
  EXPECT_EQ(texts_of(framer).size(), 1U);
  EXPECT_TRUE(framer.take_notes().empty());
  framer.push("garbage" + block("MSH|b\r"));
  EXPECT_EQ(texts_of(framer).size(), 1U);
  const auto notes = framer.take_notes();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("7"), std::string::npos);
}

TEST(MllpFramer, EndsAtFsWithoutWaitingForTheCrBehindIt) {
  MllpFramer framer;
  framer.push("\x0BMSH|a\r\x1C");
  EXPECT_EQ(texts_of(framer).size(), 1U);
  framer.push("\r" + block("MSH|b\r"));
  EXPECT_EQ(texts_of(framer), std::vector<std::string>{"MSH|b\r"});
}

TEST(MllpFramer, LeavesOutBlocksWithoutAText) {
  MllpFramer framer;
  framer.push(block("") + block("MSH|a\r"));
  EXPECT_EQ(texts_of(framer), std::vector<std::string>{"MSH|a\r"});
}

TEST(MllpFramer, DropsAMessageThatWasBegunAgain) {
  MllpFramer framer;
  framer.push("\x0BMSH|half" + block("MSH|whole\r"));
  EXPECT_EQ(texts_of(framer), std::vector<std::string>{"MSH|whole\r"});
  EXPECT_EQ(framer.take_notes().size(), 1U);
}

TEST(MllpFramer, HandsOutOnlyTheHeadOfAMessageOverItsLimit) {
  MllpFramer framer{{.message_octets = 10'000}};
  framer.push("\x0BMSH|head\r");
  for (int i = 0; i < 1000; ++i) framer.push(std::string(1000, 'x'));
  EXPECT_FALSE(framer.take_message());
  framer.push("\x1C\r" + block("MSH|next\r"));
  const auto message = framer.take_message();
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->oversized);
  EXPECT_EQ(message->frame.size(), MllpFramer::head_octets);
  EXPECT_TRUE(message->text().starts_with("MSH|head\r"));
  EXPECT_EQ(texts_of(framer), std::vector<std::string>{"MSH|next\r"});
  EXPECT_EQ(framer.take_notes().size(), 1U);
}

TEST(MllpFramer, KeepsItsNotesBounded) {
  MllpFramer framer;
  for (int i = 0; i < 1000; ++i) framer.push("\x0BMSH");
  EXPECT_LE(framer.take_notes().size(), 64U);
}

}  // namespace
}  // namespace lab::drivers
