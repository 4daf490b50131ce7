#include "instruments/label/print/content.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "protocol/base/text.hpp"

namespace lab::label {
namespace {

struct KindName {
  SampleKind kind;
  const char* chinese;
  std::string_view plain;
};
constexpr std::array kind_names{KindName{SampleKind::test, "检样", "test"},
                                KindName{SampleKind::reserve, "备样", "reserve"},
                                KindName{SampleKind::kept, "留样", "kept"}};

struct NamedText {
  const char* field;
  const char* chinese;
  std::string LabelContent::*text;
};
constexpr std::array texts{
    NamedText{"blind_code", "盲样编号", &LabelContent::blind_code},
    NamedText{"sample_name", "样品名称", &LabelContent::sample_name},
    NamedText{"batch", "规格/批号", &LabelContent::batch},
    NamedText{"seal", "封条号", &LabelContent::seal},
    NamedText{"storage", "保存条件", &LabelContent::storage},
    NamedText{"task", "任务编号", &LabelContent::task},
    NamedText{"sampler", "抽样单位/抽样人", &LabelContent::sampler},
    NamedText{"place", "抽样地点", &LabelContent::place},
    NamedText{"sampled_party", "受检单位", &LabelContent::sampled_party},
};

// Two Chinese characters: a single one names nobody, and stands in half of all texts.
constexpr std::size_t secret_octets_min = 6;

bool is_letter_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

tl::unexpected<Error> wrong(const char* field, std::string message) {
  return fail(ErrorCode::malformed, std::move(message), field);
}

}  // namespace

const char* chinese_name_of(SampleKind kind) { return std::ranges::find(kind_names, kind, &KindName::kind)->chinese; }

std::optional<SampleKind> parse_sample_kind(std::string_view text) {
  const auto* name =
      std::ranges::find_if(kind_names, [&](const KindName& one) { return text == one.chinese || text == one.plain; });
  if (name == kind_names.end()) return std::nullopt;
  return name->kind;
}

SampleKind kind_of(const LabelContent& content) {
  return content.kind.value_or(content.payload.copy == 1 ? SampleKind::test : SampleKind::reserve);
}

Result<void> check_content(const LabelContent& content) {
  const Payload& payload = content.payload;
  if (payload.number.empty()) return wrong("number", "标签没有样品编号，不能打印");
  if (payload.laboratory.empty() || payload.laboratory.size() > laboratory_chars_max ||
      !std::ranges::all_of(payload.laboratory, is_letter_or_digit)) {
    return wrong("laboratory", fmt::format("实验室代号须为 1 至 {} 个大写字母或数字", laboratory_chars_max));
  }
  const int year = static_cast<int>(payload.sampled_on.year());
  if (!payload.sampled_on.ok() || year < 0 || year > 9999) return wrong("sampled_on", "抽样日期不存在，请核对");
  if (content.copies < 1 || content.copies > 99) return wrong("copies", "份数须为 1 至 99");
  if (payload.copy < 1 || payload.copy > content.copies) {
    return wrong("copy", fmt::format("第 {} 份不在 1 至 {} 份之内", payload.copy, content.copies));
  }
  for (const NamedText& one : texts) {
    if (is_tidy(content.*one.text)) continue;
    return wrong(one.field,
                 fmt::format("{}须为不超过 {} 字节的文字，不含换行等控制字符", one.chinese, text_octets_max));
  }
  return {};
}

Result<void> check_blindness(const LabelContent& content) {
  for (const auto* secret : {&content.sampled_party, &content.place}) {
    if (trim(*secret).size() < secret_octets_min) continue;
    for (const NamedText& one : texts) {
      if (one.text == &LabelContent::sampled_party || one.text == &LabelContent::place) continue;
      if ((content.*one.text).find(trim(*secret)) == std::string::npos) continue;
      return wrong(one.field, fmt::format("{}中出现了“{}”：盲样标签不能透露受检单位和抽样地点，请改写后重打",
                                          one.chinese, trim(*secret)));
    }
  }
  return {};
}

}  // namespace lab::label
