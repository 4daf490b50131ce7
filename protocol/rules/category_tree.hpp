#pragma once
// The project's own category codes: a tree of names, from "蔬菜" down to "叶菜类蔬菜".

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/model/ids.hpp"

namespace lab::rules {

class CategoryTree {
 public:
  static constexpr std::size_t depth_max = 8;  // deeper than any classification in use; also ends a cycle

  /// Reads categories.csv (UTF-8; columns code, name_zh, parent). Malformed with the line when a column is missing, a
  /// code comes twice, a parent is unknown, or parents form a circle.
  static Result<CategoryTree> load(std::string_view csv);

  /// Names from broad to narrow: V1 -> 蔬菜, 叶菜类蔬菜. Empty for an unknown code.
  [[nodiscard]] std::vector<std::string> path(const model::CategoryCode& code) const;
  /// The code's own name; empty for an unknown code.
  [[nodiscard]] std::string_view name(const model::CategoryCode& code) const;
  [[nodiscard]] std::vector<model::CategoryCode> codes() const;

 private:
  struct Node {
    std::string name;
    model::CategoryCode parent;
  };
  std::map<model::CategoryCode, Node> nodes_;
};

}  // namespace lab::rules
