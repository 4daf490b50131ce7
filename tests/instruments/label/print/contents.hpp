#pragma once
// Contents of labels that the tests of this folder share.

#include <random>
#include <string>
#include <vector>

#include "instruments/label/print/layout.hpp"
#include "instruments/label/print/print.hpp"
#include "protocol/base/text.hpp"
#include "tests/instruments/label/samples.hpp"

namespace lab::label {

inline LabelContent some_content() {
  return {.payload = some_payload(42), .copies = 2, .blind_code = "QX7M2K", .sample_name = "菠菜"};
}

/// Every field has something.
inline LabelContent full_content() {
  LabelContent content = some_content();
  content.batch = "500 g/袋 20130601";
  content.seal = "FT2013-000871";
  content.storage = "冷藏";
  content.task = "T-3.1-42";
  content.sampler = "省农产品质检中心 张伟 王芳";
  content.place = "成都市锦江区红星农贸市场 12 号摊";
  content.sampled_party = "成都绿源蔬菜专业合作社";
  return content;
}

/// For tests with each layout as a parameter.
inline auto each_layout() {
  std::vector<const Layout*> all;
  for (const Layout& layout : layouts()) all.push_back(&layout);
  return testing::ValuesIn(all);
}

/// GoogleTest's names are letters and digits.
inline std::string name_of_layout(const testing::TestParamInfo<const Layout*>& each) {
  std::string name{each.param->name};
  std::erase(name, '-');
  return name;
}

/// A valid content by chance: names from none to 66 Chinese characters, every length of laboratory, up to 99 copies.
class SomeContents {
 public:
  explicit SomeContents(std::uint32_t seed) : dice_(seed) {}

  LabelContent next() {
    LabelContent content;
    const char letters[] = {letter(), letter(), letter(), '\0'};
    content.payload.number = model::SampleNumber::make(below(100), model::ProgrammeCode{letters},
                                                       static_cast<std::uint32_t>(below(100'000)));
    const int laboratory = 1 + below(static_cast<int>(laboratory_chars_max));
    for (int i = 0; i < laboratory; ++i) content.payload.laboratory += letter_or_digit();
    content.payload.sampled_on = {std::chrono::year{2000 + below(40)}, std::chrono::month{1U + unsigned(below(12))},
                                  std::chrono::day{1U + unsigned(below(28))}};
    content.copies = 1 + below(99);
    content.payload.copy = 1 + below(content.copies);
    for (int i = 0; i < 6; ++i) content.blind_code += letter_or_digit();
    content.sample_name = chinese(below(67));
    content.batch = chinese(below(20));
    for (int i = below(12); i > 0; --i) content.seal += letter_or_digit();
    content.storage = chinese(below(5));
    content.sampler = chinese(below(30));
    content.place = chinese(below(40));
    content.sampled_party = chinese(below(40));
    if (below(3) == 0) content.kind = SampleKind::kept;
    return content;
  }

 private:
  int below(int end) { return static_cast<int>(dice_() % static_cast<unsigned>(end)); }
  char letter() { return static_cast<char>('A' + below(26)); }
  char letter_or_digit() { return below(2) == 0 ? letter() : static_cast<char>('0' + below(10)); }
  /// From the 20,902 unified ideographs, dense and rare ones among them: three octets each in UTF-8.
  std::string chinese(int length) {
    std::string text;
    for (int i = 0; i < length; ++i) {
      const int code = 0x4E00 + below(20'902);
      text += static_cast<char>(0xE0 | code >> 12);
      text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      text += static_cast<char>(0x80 | (code & 0x3F));
    }
    return text;
  }

  std::mt19937 dice_;
};

}  // namespace lab::label
