#include "protocol/rules/limit_entry.hpp"

#include <algorithm>
#include <array>

namespace lab::rules {
namespace {

struct Bracket {
  std::string_view open;
  std::string_view close;
};
constexpr std::array brackets{Bracket{"(", ")"}, Bracket{"[", "]"}, Bracket{"（", "）"}};

bool opens(std::string_view text) {
  return std::ranges::any_of(brackets, [&](const Bracket& b) { return text.starts_with(b.open); });
}
bool closes(std::string_view text) {
  return std::ranges::any_of(brackets, [&](const Bracket& b) { return text.starts_with(b.close); });
}

// Parts between separators that are outside of brackets. The tables mix half-width and full-width brackets in one pair
// ("（泌乳期禁用)"), so any closing one ends any opening one.
std::vector<std::string_view> split(std::string_view text, std::initializer_list<std::string_view> separators) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (opens(rest)) ++depth;
    if (closes(rest)) --depth;
    const auto* const separator =
        std::ranges::find_if(separators, [&](std::string_view s) { return rest.starts_with(s); });
    if (depth == 0 && separator != separators.end()) {
      parts.push_back(text.substr(start, i - start));
      i += separator->size();
      start = i;
    } else {
      ++i;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

// "X(...)" -> X and what is inside; a bracket in the middle of a name belongs to the name.
std::pair<std::string_view, std::string_view> split_bracket(std::string_view text) {
  const bool ends = std::ranges::any_of(brackets, [&](const Bracket& b) { return text.ends_with(b.close); });
  if (!ends) return {text, {}};
  int depth = 0;
  std::size_t open = std::string_view::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (opens(rest) && depth++ == 0) open = i;
    if (closes(rest)) --depth;
  }
  if (open == std::string_view::npos) return {text, {}};
  std::string_view inside = text.substr(open);
  for (const Bracket& b : brackets) {
    if (inside.starts_with(b.open)) inside.remove_prefix(b.open.size());
    if (inside.ends_with(b.close)) inside.remove_suffix(b.close.size());
  }
  return {text.substr(0, open), inside};
}

bool consume_end(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.remove_suffix(ending.size());
  return true;
}

}  // namespace

SampleNames::SampleNames(std::string_view commodity, const std::vector<std::string>& category_path)
    : commodity_(commodity) {
  if (!commodity.empty()) add(commodity, 0);
  int rank = first_path_rank;
  for (auto name = category_path.rbegin(); name != category_path.rend(); ++name, rank += 4) add(*name, rank);
  // Classes of classes follow their name; two rounds are as long as the longest chain in the list.
  for (int round = 0; round < 2; ++round) {
    for (const WiderName& wider : wider_names()) {
      const auto known = this->rank(wider.name);
      if (known && !this->rank(wider.also)) add(wider.also, *known == 0 ? first_path_rank - 1 : *known + 1);
    }
  }
  tissue_ = animal_tissue(commodity_);
  if (const auto tissue = tissue_named(commodity_)) {
    for (const std::string& name : category_path) {
      if (const auto animal = animal_named(name)) tissue_ = AnimalTissue{*animal, *tissue};
    }
  }
  const bool is_fish = this->rank("鱼类") || this->rank("鱼");
  if (!tissue_ && is_fish) tissue_ = AnimalTissue{"鱼", "皮+肉"};
}

void SampleNames::add(std::string_view name, int rank) { names_.emplace_back(name, rank); }

std::optional<int> SampleNames::rank(std::string_view name) const {
  std::optional<int> best;
  for (const auto& [known, rank] : names_) {
    if (known == name && (!best || rank < *best)) best = rank;
  }
  return best;
}

bool SampleNames::is_animal_product() const { return tissue_ || rank("畜禽产品") || rank("水产品"); }

LimitEntry::LimitEntry(std::string_view written) : written_(written) {
  const auto segments = split(written, {":", "："});
  const std::string_view last = segments.back();
  last_ = last;
  base_ = split_bracket(last).first;
  if (segments.size() > 1 && is_tissue(base_)) {
    Alternative animal;
    const auto [name, inside] = split_bracket(segments[segments.size() - 2]);
    animal_ = name;
    read_bracket(inside, animal);
  }
  for (const std::string_view alternative : split(last, {"、"})) read_alternative(alternative);
}

void LimitEntry::read_alternative(std::string_view text) {
  const auto [name, inside] = split_bracket(text);
  Alternative alternative{.name = std::string{name}, .members = {}, .closed = false};
  read_bracket(inside, alternative);
  // One word in brackets qualifies the name, "石斛(鲜)", and lists nothing.
  if (alternative.closed && alternative.members.size() == 1) {
    alternative = {.name = std::string{text}, .members = {}, .closed = false};
  }
  alternatives_.push_back(std::move(alternative));
}

// Exceptions ("A、B除外", "不包括鱼"), a remark ("产蛋期禁用"), or the members of the class.
void LimitEntry::read_bracket(std::string_view text, Alternative& alternative) {
  if (text.empty()) return;
  const bool all_excepted = consume_end(text, "除外");
  const bool open_list = consume_end(text, "等");
  for (const std::string_view part : split(text, {"、", "，", ","})) {
    constexpr std::string_view without = "不包括";
    constexpr std::string_view with = "包括";
    if (part.starts_with(without)) {
      exceptions_.emplace_back(part.substr(without.size()));
    } else if (all_excepted) {
      exceptions_.emplace_back(part);
      // "香菇和姬松茸" are two, "块根和块茎蔬菜" is one class: both readings are kept, the wrong one names nothing.
      for (const std::string_view piece : split(part, {"和"})) exceptions_.emplace_back(piece);
    } else if (part.starts_with(with)) {
      for (const std::string_view piece : split(part.substr(with.size()), {"和"}))
        alternative.members.emplace_back(piece);
    } else if (!part.ends_with("禁用")) {
      alternative.members.emplace_back(part);
      alternative.closed = !open_list;
    }
  }
}

bool LimitEntry::excludes(const SampleNames& sample) const {
  return std::ranges::any_of(exceptions_, [&](const std::string& exception) {
    const auto& tissue = sample.tissue();
    return sample.rank(exception) || (tissue && (tissue->animal == exception || tissue->tissue == exception));
  });
}

std::optional<int> LimitEntry::tissue_rank(const SampleNames& sample) const {
  if (!sample.tissue()) return std::nullopt;
  const auto animal = animal_distance(sample.tissue()->animal, animal_);
  const auto tissue = tissue_distance(sample.tissue()->tissue, base_);
  if (!animal || !tissue) return std::nullopt;
  return SampleNames::tissue_rank + *animal * 2 + *tissue;
}

std::optional<int> LimitEntry::rank(const SampleNames& sample) const {
  const bool is_tissue_entry = !animal_.empty();
  if (!sample.commodity().empty()) {
    if (sample.commodity() == written_ || (!is_tissue_entry && sample.commodity() == last_)) return 0;
  }
  if (excludes(sample)) return std::nullopt;
  if (is_tissue_entry) return tissue_rank(sample);
  // "鲜、冻水产动物" is one name, although it looks like two.
  std::optional<int> best = alternatives_.size() > 1 ? sample.rank(base_) : std::nullopt;
  for (const Alternative& alternative : alternatives_) {
    std::optional<int> rank = sample.rank(alternative.name);
    const auto& members = alternative.members;
    const bool is_member = std::ranges::find(members, sample.commodity()) != members.end();
    if (is_member) {
      rank = 0;
    } else if (alternative.closed && rank && !sample.commodity().empty() && sample.commodity() != alternative.name) {
      rank = std::nullopt;
    }
    if (rank && (!best || *rank < *best)) best = rank;
  }
  return best;
}

}  // namespace lab::rules
