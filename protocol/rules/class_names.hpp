#pragma once
// Names of commodities and classes that mean the same, or of which one includes the other, in the standards we judge
// by. GB 2762 and GB 2763 name the same class differently, and limits for animals name animal and tissue apart.

#include <optional>
#include <span>
#include <string_view>

namespace lab::rules {

struct WiderName {
  std::string_view name;
  std::string_view also;  // everything called `name` is also one of these
};

/// The whole closed list. K: general knowledge of annex A of GB 2762 and GB 2763, no single source; each line only ever
/// adds a class the commodity is in, so that "X except this class" does not catch it by mistake.
std::span<const WiderName> wider_names();

/// "猪肉" is muscle of pig; "牛奶" and "生鲜乳" are milk of cattle. All views
/// point into static storage.
struct AnimalTissue {
  std::string_view animal;
  std::string_view tissue;
};
std::optional<AnimalTissue> animal_tissue(std::string_view name);

std::optional<std::string_view> animal_named(std::string_view name);  // "猪"
std::optional<std::string_view> tissue_named(std::string_view name);  // "肌肉"

/// Whether a word of a limit entry names an edible tissue: then the animal in front of it must match too.
bool is_tissue(std::string_view word);

/// How far `group` is from `animal`: 0 the same, 1 a kind ("家禽" for "鸡"), 2 mammals, 3 all food animals; nothing
/// when the animal is not in the group.
std::optional<int> animal_distance(std::string_view animal, std::string_view group);

/// 0 the same tissue, 1 "可食组织" and the like, which take in muscle, fat, liver and kidney ("所有" also milk and
/// eggs).
std::optional<int> tissue_distance(std::string_view tissue, std::string_view word);

}  // namespace lab::rules
