#include "instruments/drivers/masshunter_words.hpp"

#include <algorithm>
#include <array>

#include "instruments/drivers/read_value.hpp"

namespace lab::drivers::masshunter {
namespace {

struct Word {
  std::string_view chinese;
  std::string_view english;
};

constexpr std::array titles{
    Word{"名称", "name"},
    Word{"数据文件", "datafile"},
    Word{"类型", "type"},
    Word{"样品类型", "type"},
    Word{"采集日期-时间", "acqdate-time"},
    Word{"采集时间", "acqdate-time"},
    Word{"仪器名称", "instrumentname"},
    Word{"最终浓度", "finalconc"},
    Word{"终浓度", "finalconc"},
    Word{"计算浓度", "calcconc"},
    Word{"面积", "area"},
    Word{"峰面积", "area"},
    Word{"高度", "height"},
    Word{"峰高", "height"},
    Word{"保留时间", "rt"},
    Word{"手动积分", "mi"},
    Word{"单位", "units"},
    Word{"浓度单位", "concunits"},
    Word{"离子对", "transition"},
};

constexpr std::array groups{Word{"样品", "Sample"}, Word{"化合物方法", "Compound Method"}};
constexpr std::array endings{Word{"结果", " Results"}, Word{"方法", " Method"}};
constexpr Word qualifier{"定性离子", "Qualifier"};

}  // namespace

std::string_view english_title(std::string_view normalised) {
  const auto* const found = std::ranges::find(titles, normalised, &Word::chinese);
  return found == titles.end() ? normalised : found->english;
}

std::string english_group(std::string_view name) {
  const auto* const whole = std::ranges::find(groups, name, &Word::chinese);
  if (whole != groups.end()) return std::string{whole->english};
  for (const Word& ending : endings) {
    if (!name.ends_with(ending.chinese) || name.size() == ending.chinese.size()) continue;
    const std::string_view stem = trim(name.substr(0, name.size() - ending.chinese.size()));
    const bool is_qualifier = stem.starts_with(qualifier.chinese);
    std::string english{is_qualifier ? qualifier.english : std::string_view{}};
    english += stem.substr(is_qualifier ? qualifier.chinese.size() : 0);
    return english.append(ending.english);
  }
  return std::string{name};
}

bool looks_chinese(std::string_view groups_row, std::string_view titles_row) {
  const bool has_groups = groups_row.find("结果") != std::string_view::npos || groups_row.starts_with("化合物方法");
  return has_groups && titles_row.find("数据文件") != std::string_view::npos;
}

}  // namespace lab::drivers::masshunter
