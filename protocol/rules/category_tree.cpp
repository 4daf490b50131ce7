#include "protocol/rules/category_tree.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/rules/table.hpp"

namespace lab::rules {

Result<CategoryTree> CategoryTree::load(std::string_view csv) {
  const auto table = Table::load(csv, {"code", "name_zh", "parent"});
  if (!table) return tl::unexpected(table.error());
  CategoryTree tree;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const model::CategoryCode code{std::string{table->cell(row, "code")}};
    const model::CategoryCode parent{std::string{table->cell(row, "parent")}};
    const bool added = tree.nodes_.try_emplace(code, Node{std::string{table->cell(row, "name_zh")}, parent}).second;
    if (code.value().empty() || !added) {
      return fail(ErrorCode::malformed, "a category needs a code of its own; correct the code", table->place(row));
    }
  }
  for (const auto& [code, node] : tree.nodes_) {
    if (!node.parent.value().empty() && !tree.nodes_.contains(node.parent)) {
      return fail(ErrorCode::malformed, fmt::format("parent {} does not exist; add it", node.parent.value()),
                  code.value());
    }
    if (tree.path(code).empty()) {
      return fail(ErrorCode::malformed, "the parents form a circle or are too deep; correct the parent", code.value());
    }
  }
  return tree;
}

std::vector<std::string> CategoryTree::path(const model::CategoryCode& code) const {
  std::vector<std::string> names;
  auto at = nodes_.find(code);
  while (at != nodes_.end()) {
    if (names.size() == depth_max) return {};
    names.push_back(at->second.name);
    at = nodes_.find(at->second.parent);
  }
  std::ranges::reverse(names);
  return names;
}

std::string_view CategoryTree::name(const model::CategoryCode& code) const {
  const auto at = nodes_.find(code);
  return at == nodes_.end() ? std::string_view{} : std::string_view{at->second.name};
}

std::vector<model::CategoryCode> CategoryTree::codes() const {
  std::vector<model::CategoryCode> codes;
  for (const auto& [code, node] : nodes_) codes.push_back(code);
  return codes;
}

}  // namespace lab::rules
