#pragma once
// The commodity column of a limit, understood: "新鲜蔬菜(芸薹类蔬菜、叶菜蔬菜除外)", "茄果类蔬菜(番茄、茄子)",
// "水果:仁果类水果:苹果", "稻谷、糙米、大米", "牛（泌乳期禁用）:肌肉".

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/rules/class_names.hpp"

namespace lab::rules {

/// All names a sample answers to, each with its rank: 0 the commodity itself, then the classes it is known to be in,
/// then the category path from narrow to broad. Built once per sample and reused for every analyte.
class SampleNames {
 public:
  /// `category_path` from broad to narrow, as CategoryTree::path gives it; either part may be empty.
  SampleNames(std::string_view commodity, const std::vector<std::string>& category_path);

  /// The lowest rank under which the sample has this name.
  [[nodiscard]] std::optional<int> rank(std::string_view name) const;
  [[nodiscard]] const std::string& commodity() const { return commodity_; }
  [[nodiscard]] const std::optional<AnimalTissue>& tissue() const { return tissue_; }
  [[nodiscard]] bool is_animal_product() const;

  /// Rank of a match by animal and tissue: after the commodity's own name, before every class.
  static constexpr int tissue_rank = 1;
  static constexpr int first_path_rank = 20;

 private:
  void add(std::string_view name, int rank);

  std::string commodity_;
  std::vector<std::pair<std::string, int>> names_;
  std::optional<AnimalTissue> tissue_;
};

/// One commodity column.
class LimitEntry {
 public:
  explicit LimitEntry(std::string_view written);

  /// How specifically the entry names the sample (0 = exactly); nothing when it does not, or when the sample is among
  /// its exceptions. Members listed in brackets close the class ("(番茄、茄子)") unless the list ends in 等: another
  /// commodity of that class does not match.
  [[nodiscard]] std::optional<int> rank(const SampleNames& sample) const;

 private:
  struct Alternative {
    std::string name;
    std::vector<std::string> members;
    bool closed = false;
  };
  void read_alternative(std::string_view text);
  void read_bracket(std::string_view text, Alternative& alternative);
  [[nodiscard]] bool excludes(const SampleNames& sample) const;
  [[nodiscard]] std::optional<int> tissue_rank(const SampleNames& sample) const;

  std::string written_;
  std::string last_;    // the last segment
  std::string base_;    // the last segment without its bracket, undivided
  std::string animal_;  // for tissue entries: the segment before
  std::vector<Alternative> alternatives_;
  std::vector<std::string> exceptions_;
};

}  // namespace lab::rules
