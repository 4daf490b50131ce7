// Bad instrument files in the watched folder, and an analyser on a bad line: each is kept and named, no wrong number
// reaches a sample, and the next good result does.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "tests/flow/bad_input.hpp"
#include "tests/protocol/http/raw_client.hpp"

namespace lab::flow {
namespace {

using coordinator::app::eventually;
using nlohmann::json;
using testing::HasSubstr;

std::string export_of(const std::string& number, const std::string& analyte, const std::string& value) {
  sim::Batch batch{.analytes = {analyte}, .unit = "mg/kg"};
  batch.rows.push_back({.name = number, .data_file = number + ".d", .values = {value}});
  return sim::masshunter_csv(batch);
}

class BadResults : public BadInput {
 protected:
  void SetUp() override {
    BadInput::SetUp();
    receive(numbers[0]);
  }
  // The capture that the node makes of a dropped file.
  json capture_of(const std::string& name, const std::string& bytes) const {
    const std::size_t before = captures().size();
    drop(name, bytes);
    EXPECT_TRUE(eventually([&] { return captures().size() == before + 1; })) << name << node.log();
    return captures().at(0);
  }
  void expect_refused(const std::string& name, const std::string& bytes, const char* reason) const {
    const json before = bench();
    const json capture = capture_of(name, bytes);
    EXPECT_THAT(capture.at("refused").get<std::string>(), HasSubstr(reason)) << name;
    EXPECT_EQ(capture.at("taken"), 0) << name;
    EXPECT_EQ(node.get("chen", fmt::format("/api/v1/captures/{}/raw", capture.at("capture").get<int>())).text, bytes);
    EXPECT_THAT(trouble_of("drop_folder"), HasSubstr(reason)) << name;
    EXPECT_EQ(bench(), before) << name;
  }
  void expect_quarantined(const std::string& name, const std::string& bytes, const char* reason,
                          const char* explanation) const {
    const json before = bench();
    const std::size_t entries = quarantine().size();
    const json capture = capture_of(name, bytes);
    EXPECT_EQ(capture.at("refused"), "") << name;
    EXPECT_EQ(capture.at("quarantined"), 1) << name;
    ASSERT_EQ(quarantine().size(), entries + 1) << name;
    EXPECT_EQ(quarantine().back().at("reason"), reason) << name;
    EXPECT_EQ(quarantine().back().at("explanation"), explanation) << name;
    EXPECT_EQ(bench(), before) << name;
  }
  void expect_a_good_file_is_taken() const {
    EXPECT_EQ(capture_of("good.csv", export_of(numbers[0], known_analyte, "0.05")).at("taken"), 1);
    EXPECT_EQ(value_of(numbers[0], known_analyte), "0.05");
  }

  [[nodiscard]] Result<std::size_t> send(const sim::LineFaults& faults, const std::string& value) const {
    return sim::send_astm({.port = node.port(1), .faults = faults},
                          {{.sample = numbers[0], .results = {{known_analyte, value, "mg/kg"}}}});
  }
  std::uint64_t measurements() const {
    std::uint64_t count = 0;
    const json body = node.get("chen", "/api/v1/samples/" + numbers[0]).body;
    for (const json& event : body.at("events")) {
      count += event.at("kind") == "measured" ? 1 : 0;
    }
    return count;
  }
};

TEST_F(BadResults, FilesThatCannotBeReadAreKeptAndNamed) {
  const std::string whole = export_of(numbers[0], known_analyte, "0.05");
  expect_refused("cut-in-header.csv", whole.substr(0, whole.find('\n') / 2), "没有一种格式认得这个文件");
  expect_refused("cut-in-row.csv", whole.substr(0, whole.rfind(',') - 3), "行被截断或损坏，请重新导出");
  expect_refused("noise.csv", std::string("\x93\x02\xFF\x00\x17\xC1", 6) + "not a table", "这是二进制文件");
  expect_refused("text.txt", "今天的结果见附件\n", "没有一种格式认得这个文件");
  expect_a_good_file_is_taken();
}

TEST_F(BadResults, RowsThatFitNoSampleGoToQuarantineWithWhatToDo) {
  expect_quarantined("stranger.csv", export_of("SC13NCP99999X", known_analyte, "0.05"), "unknown_sample",
                     "本站没有此编号或盲码的样品，请核对后指定样品或剔除");
  expect_quarantined("analyte.csv", export_of(numbers[0], unknown_analyte, "0.05"), "unknown_analyte",
                     "样品的检测包中没有此项目，请核对名称后指定项目或剔除");
  expect_quarantined("early.csv", export_of(numbers[1], known_analyte, "0.05"), "not_received",
                     "样品尚未收样，请先扫描标签收样，再采用此结果");
  expect_quarantined("word.csv", export_of(numbers[0], known_analyte, "#DIV/0!"), "no_value",
                     "没有可用的数值，请核对原始记录后重新导出或剔除");
  expect_a_good_file_is_taken();
  expect_quarantined("second.csv", export_of(numbers[0], known_analyte, "0.09"), "differs",
                     "同一项目已有不同的结果，请确认采用哪一个");
  EXPECT_EQ(value_of(numbers[0], known_analyte), "0.05");
}

TEST_F(BadResults, AWrongChecksumIsRefusedNamedAndMendedByTheRepetition) {
  const auto sent = send({.bad_checksum_first = true}, "0.05");
  ASSERT_TRUE(sent.has_value()) << to_text(sent.error());
  EXPECT_THAT(trouble_of("astm"), HasSubstr("校验和不对"));
  EXPECT_EQ(value_of(numbers[0], known_analyte), "0.05");
  EXPECT_EQ(measurements(), 1U);
}

TEST_F(BadResults, FramesInPiecesAndRepeatedAfterALostAcknowledgementCountOnce) {
  const auto sent = send({.lose_acks = true, .byte_at_a_time = true, .merge_keep_alive = true}, "0.05");
  ASSERT_TRUE(sent.has_value()) << to_text(sent.error());
  EXPECT_EQ(value_of(numbers[0], known_analyte), "0.05");
  EXPECT_EQ(measurements(), 1U);
  EXPECT_EQ(captures().size(), 1U);
  // The whole message again, as after a lost last acknowledgement: the same bytes are the same capture.
  ASSERT_TRUE(send({}, "0.05").has_value());
  EXPECT_EQ(measurements(), 1U);
  EXPECT_TRUE(quarantine().empty());
}

TEST_F(BadResults, AnAnalyserThatBreaksOffLeavesNothingHalf) {
  const json before = bench();
  const std::string frame = sim::astm_frame(
      1, fmt::format("H|\\^&|||SIM\rP|1\rO|1|{}\rR|1|^^^{}|0.05|mg/kg\r", numbers[0], known_analyte), false);
  {
    const http::RawClient analyser{node.port(1)};
    ASSERT_TRUE(analyser.say("\x05"));
    EXPECT_EQ(analyser.hear_until("\x06").text, "\x06");
    ASSERT_TRUE(analyser.say(frame.substr(0, frame.size() / 2)));
  }
  {
    const http::RawClient analyser{node.port(1)};
    ASSERT_TRUE(analyser.say("\x05" + frame));
    EXPECT_EQ(analyser.hear_until("\x06\x06").text, "\x06\x06");
    ASSERT_TRUE(analyser.say("\x04"));  // ends before its last frame
    EXPECT_TRUE(eventually([this] { return trouble_of("astm").find("不完整的报文") != std::string::npos; }))
        << trouble_of("astm");
  }
  {
    const http::RawClient noise{node.port(1)};
    ASSERT_TRUE(noise.say("GET / HTTP/1.1\r\n\r\n"));
  }
  EXPECT_EQ(bench(), before);
  EXPECT_TRUE(captures().empty());
  ASSERT_TRUE(send({}, "0.05").has_value());
  EXPECT_EQ(value_of(numbers[0], known_analyte), "0.05");
}

}  // namespace
}  // namespace lab::flow
