#include "protocol/rules/class_names.hpp"

#include <algorithm>
#include <array>

namespace lab::rules {
namespace {

constexpr std::array wider{
    // The monitoring categories are produce as it is sold: fresh, in the words of GB 2762.
    WiderName{"蔬菜", "新鲜蔬菜"},
    WiderName{"水果", "新鲜水果"},
    WiderName{"食用菌", "新鲜食用菌"},
    WiderName{"食用菌", "食用菌及其制品"},
    WiderName{"新鲜食用菌", "食用菌及其制品"},
    WiderName{"谷物", "谷物及其制品"},
    WiderName{"坚果", "坚果及籽类"},
    WiderName{"水产品", "鲜、冻水产动物"},
    WiderName{"水产品", "水产动物及其制品"},
    WiderName{"鱼类", "鱼类及其制品"},
    WiderName{"畜肉", "其他畜肉"},
    WiderName{"禽肉", "其他禽肉"},
    // One class, two spellings.
    WiderName{"叶菜类蔬菜", "叶菜蔬菜"},
    WiderName{"叶菜蔬菜", "叶菜类蔬菜"},
    WiderName{"根茎类和薯芋类蔬菜", "块根和块茎蔬菜"},
    WiderName{"块根和块茎蔬菜", "根茎类和薯芋类蔬菜"},
    WiderName{"浆果和其他小型类水果", "浆果和其他小粒水果"},
    WiderName{"浆果和其他小粒水果", "浆果和其他小型类水果"},
    WiderName{"仁果类水果", "仁果类"},
    // Commodities inside the classes that "except" clauses name.
    WiderName{"马铃薯", "薯类"},
    WiderName{"甘薯", "薯类"},
    WiderName{"红薯", "薯类"},
    WiderName{"紫薯", "薯类"},
    WiderName{"山药", "薯类"},
    WiderName{"木薯", "薯类"},
    WiderName{"芋头", "薯类"},
    WiderName{"芋", "薯类"},
    WiderName{"生姜", "姜"},
    WiderName{"姜", "生姜"},
};

constexpr std::array<std::string_view, 12> tissues{"肌肉", "脂肪",  "肝",    "肾",    "奶",      "蛋",
                                                   "蜂蜜", "皮+脂", "皮/脂", "皮+肉", "肌肉+皮", "可食组织"};
constexpr std::string_view all_edible = "所有可食组织";
constexpr std::string_view other_edible = "其他可食组织";

constexpr std::array<std::string_view, 7> mammals{"猪", "牛", "羊", "绵羊", "山羊", "兔", "马"};
constexpr std::array<std::string_view, 5> birds{"鸡", "鸭", "鹅", "火鸡", "鸽"};

struct NamedTissue {
  std::string_view commodity;
  AnimalTissue meaning;
};
constexpr std::array named{
    NamedTissue{"牛奶", {"牛", "奶"}}, NamedTissue{"生鲜乳", {"牛", "奶"}},   NamedTissue{"生乳", {"牛", "奶"}},
    NamedTissue{"羊奶", {"羊", "奶"}}, NamedTissue{"蜂蜜", {"蜜蜂", "蜂蜜"}},
};

struct Ending {
  std::string_view ending;
  std::string_view tissue;
};
constexpr std::array endings{Ending{"肉", "肌肉"}, Ending{"肝", "肝"}, Ending{"肾", "肾"}, Ending{"蛋", "蛋"}};

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

}  // namespace

std::optional<std::string_view> animal_named(std::string_view name) {
  if (const auto* const at = std::ranges::find(mammals, name); at != mammals.end()) return *at;
  if (const auto* const at = std::ranges::find(birds, name); at != birds.end()) return *at;
  return std::nullopt;
}

std::optional<std::string_view> tissue_named(std::string_view name) {
  const auto* const at = std::ranges::find(tissues, name);
  return at == tissues.end() ? std::nullopt : std::optional{*at};
}

std::span<const WiderName> wider_names() { return wider; }

std::optional<AnimalTissue> animal_tissue(std::string_view name) {
  for (const NamedTissue& entry : named) {
    if (entry.commodity == name) return entry.meaning;
  }
  for (const Ending& entry : endings) {
    if (!name.ends_with(entry.ending)) continue;
    const auto animal = animal_named(name.substr(0, name.size() - entry.ending.size()));
    if (animal) return AnimalTissue{*animal, entry.tissue};
  }
  return std::nullopt;
}

bool is_tissue(std::string_view word) {
  return tissue_named(word) || word == all_edible || word.starts_with(other_edible);
}

std::optional<int> animal_distance(std::string_view animal, std::string_view group) {
  if (animal == group) return 0;
  if (contains(birds, animal) && (group == "家禽" || group == "禽")) return 1;
  if ((animal == "绵羊" || animal == "山羊") && group == "羊") return 1;
  if (contains(mammals, animal) && (group == "所有哺乳类食品动物" || group == "产奶动物")) return 2;
  if (group == "其他动物" || group == "所有食品动物") return 3;
  return std::nullopt;
}

std::optional<int> tissue_distance(std::string_view tissue, std::string_view word) {
  if (tissue == word) return 0;
  // Fish is eaten with its skin; GB 31650 writes that in either order.
  const auto with_skin = [](std::string_view name) { return name == "皮+肉" || name == "肌肉+皮"; };
  if (with_skin(tissue) && with_skin(word)) return 0;
  const bool is_product = tissue == "奶" || tissue == "蛋" || tissue == "蜂蜜";
  if (word == all_edible) return 1;
  if (!is_product && (word == "可食组织" || word.starts_with(other_edible))) return 1;
  return std::nullopt;
}

}  // namespace lab::rules
