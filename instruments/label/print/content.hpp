#pragma once
// What a label may say. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "instruments/label/payload.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

/// What the sample is for (样品类别).
enum class SampleKind : std::uint8_t {
  test,     // 检样: will be tested
  reserve,  // 备样: sealed, for a retest
  kept,     // 留样: what is left, kept by the laboratory
};

const char* chinese_name_of(SampleKind kind);
/// By its Chinese name, or "test", "reserve", "kept".
std::optional<SampleKind> parse_sample_kind(std::string_view text);

/// Texts are UTF-8 without control characters, at most `text_octets_max` octets (protocol/base/text.hpp), and may be
/// empty. One that is long is drawn smaller, then on two lines, and then cut with "…".
struct LabelContent {
  Payload payload;
  int copies = 1;                    // the payload's copy is one of these; at most 99
  std::string blind_code;            // 盲样编号
  std::string sample_name;           // 样品名称
  std::optional<SampleKind> kind{};  // unset: the first copy is the test sample, the others are reserves
  std::string batch{};               // 规格/批号
  std::string seal{};                // 封条号
  std::string storage{};             // 保存条件
  std::string task{};                // 任务编号
  std::string sampler{};             // 抽样单位/抽样人
  std::string place{};               // 抽样地点: says who was sampled, or nearly
  std::string sampled_party{};       // 受检单位
};

SampleKind kind_of(const LabelContent& content);

/// Malformed, with the field's name in `where`: no number, laboratory not 1..8 capital letters and digits, no such
/// date, copy outside 1..copies, copies outside 1..99, or a text that is not as said above.
Result<void> check_content(const LabelContent& content);

/// For a label that people at the bench see. Malformed, with the field in `where`, when one of its texts contains the
/// name of the sampled party or of the place (of two Chinese characters or more).
Result<void> check_blindness(const LabelContent& content);

}  // namespace lab::label
