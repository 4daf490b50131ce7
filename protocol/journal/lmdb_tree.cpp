#include "protocol/journal/lmdb_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace lab::journal {
namespace {

constexpr std::size_t head_bytes = 16;  // of a page: number, pad, flags, lower and upper
constexpr std::size_t node_bytes = 8;   // of a node: size, flags, size of the key
constexpr std::uint16_t branch_page = 1, leaf_page = 2, overflow_page = 4;
constexpr std::uint16_t large_value = 1;  // its value lies in overflow pages
constexpr unsigned depth_max = 32;        // LMDB's own limit

template <class Number>
Number number_at(BytesView octets, std::size_t at) {
  Number number;
  std::memcpy(&number, octets.data() + at, sizeof number);
  return number;
}

struct Node {
  BytesView key;
  BytesView value;          // of a leaf: in the page
  std::uint64_t child = 0;  // of a branch
  std::uint16_t flags = 0;
  std::uint32_t size = 0;  // of the value, wherever it is
};

/// Keys of a subtree: from `first` on, below `end` if there is one.
struct Bounds {
  Bytes first;
  std::optional<Bytes> end;
};

/// What of this walk differs between the two trees.
struct Tree {
  TreeHead head;
  bool of_free_pages = false;
};

/// A damaged header names any number of pages, and a file that was cut off has fewer than its header says.
std::uint64_t pages_there(int descriptor, std::uint32_t page_bytes) {
  struct stat about {};
  return ::fstat(descriptor, &about) == 0 ? static_cast<std::uint64_t>(about.st_size) / page_bytes : 0;
}

class Walk {
 public:
  Walk(int descriptor, const MetaPage& meta, const VisitStored& visit)
      : descriptor_(descriptor),
        meta_(meta),
        visit_(visit),
        last_page_(std::min(meta.last_page, pages_there(descriptor, meta.page_bytes))),
        used_(last_page_ + 1, false) {}

  TreeFindings run() {
    const bool all_leaves = visit_ || meta_.main.leaf_pages <= leaf_pages_walked_max;
    walk({.head = meta_.main}, all_leaves);
    // The free pages only matter to a writer, and whoever saves records writes nothing.
    if (!visit_ && !found_.problem) walk({.head = meta_.free, .of_free_pages = true}, true);
    if (!visit_ && !found_.problem && all_leaves) check_free_pages();
    return std::move(found_);
  }

 private:
  void report(std::string what) {
    if (!found_.problem) found_.problem = std::move(what);
  }
  [[nodiscard]] bool stops() const { return found_.problem && !visit_; }

  void walk(const Tree& tree, bool all_leaves) {
    seen_ = {};
    walks_leaves_ = all_leaves;
    if (tree.head.root == no_page) {
      if (tree.head.entries != 0) report("its header counts records and names no root page");
      return;
    }
    if (tree.head.depth == 0 || tree.head.depth > depth_max) return report("its header gives an impossible depth");
    // Also decides how much is walked: a wrong number would let the leaves off.
    for (const std::uint64_t pages : {tree.head.branch_pages, tree.head.leaf_pages, tree.head.overflow_pages}) {
      if (pages > last_page_) return report("its header counts more pages than there are");
    }
    walk_page(tree, tree.head.root, tree.head.depth, {});
    if (stops() || !all_leaves) return;
    const bool agrees = seen_.branch_pages == tree.head.branch_pages && seen_.leaf_pages == tree.head.leaf_pages &&
                        seen_.overflow_pages == tree.head.overflow_pages && seen_.entries == tree.head.entries;
    if (!agrees) {
      report(fmt::format("{} records are found on {} pages, its header counts {} on {}", seen_.entries,
                         seen_.leaf_pages, tree.head.entries, tree.head.leaf_pages));
    }
  }

  // Takes the page for one use.
  bool claim(std::uint64_t number) {
    if (number < 2 || number > last_page_) {
      report(fmt::format("a page points to page {}, which is outside", number));
      return false;
    }
    if (used_[number]) {
      report(fmt::format("page {} has two uses", number));
      return false;
    }
    used_[number] = true;
    return true;
  }

  bool read(std::uint64_t number, Bytes& octets, std::size_t size) {
    octets.resize(size);
    const auto at = static_cast<off_t>(number * meta_.page_bytes);
    if (::pread(descriptor_, octets.data(), size, at) == static_cast<ssize_t>(size)) return true;
    report(fmt::format("page {} cannot be read", number));
    return false;
  }

  void walk_page(const Tree& tree, std::uint64_t number, unsigned depth, const Bounds& bounds) {
    const bool is_leaf = depth == 1;
    if (is_leaf && !walks_leaves_) {
      claim(number);
      return;
    }
    Bytes page;
    if (!claim(number) || !read(number, page, meta_.page_bytes)) return;
    const auto nodes = nodes_of(page, number, is_leaf);
    if (!nodes) return;
    ++(is_leaf ? seen_.leaf_pages : seen_.branch_pages);
    if (!in_order(tree, *nodes, bounds, is_leaf)) return report(fmt::format("page {} has keys out of order", number));
    for (std::size_t i = 0; i < nodes->size() && !stops(); ++i) {
      if (is_leaf) {
        take(tree, (*nodes)[i]);
        continue;
      }
      const Bounds below{.first = i == 0 ? bounds.first : Bytes{(*nodes)[i].key},
                         .end = i + 1 < nodes->size() ? std::optional<Bytes>{(*nodes)[i + 1].key} : bounds.end};
      walk_page(tree, (*nodes)[i].child, depth - 1, below);
    }
  }

  // Nothing, with a report, when the page is not what it should be.
  std::optional<std::vector<Node>> nodes_of(BytesView page, std::uint64_t number, bool is_leaf) {
    const auto refuse = [&](const char* what) {
      report(fmt::format("page {} {}", number, what));
      return std::nullopt;
    };
    if (number_at<std::uint64_t>(page, 0) != number) return refuse("says that it is another one");
    if (number_at<std::uint16_t>(page, 10) != (is_leaf ? leaf_page : branch_page)) return refuse("is of a wrong kind");
    const std::size_t lower = number_at<std::uint16_t>(page, 12);
    const std::size_t upper = number_at<std::uint16_t>(page, 14);
    if (lower <= head_bytes || lower % 2 != 0 || lower > upper || upper > page.size()) {
      return refuse("has an impossible index");
    }
    std::vector<Node> nodes;
    std::size_t octets = 0;
    for (std::size_t at = head_bytes; at < lower; at += 2) {
      const std::size_t place = number_at<std::uint16_t>(page, at);
      if (place < upper || place + node_bytes > page.size()) return refuse("has a record outside of it");
      const auto node = node_at(page.substr(place), is_leaf);
      if (!node) return refuse("has a record that is too long");
      const std::size_t length = node_bytes + node->key.size() + node->value.size();
      octets += length + length % 2;
      nodes.push_back(*node);
    }
    if (octets != page.size() - upper) return refuse("has records that overlap");
    return nodes;
  }

  static std::optional<Node> node_at(BytesView octets, bool is_leaf) {
    const std::uint32_t low = number_at<std::uint16_t>(octets, 0);
    const std::uint32_t high = number_at<std::uint16_t>(octets, 2);
    Node node{.flags = number_at<std::uint16_t>(octets, 4), .size = low | (high << 16)};
    const std::size_t key_bytes = number_at<std::uint16_t>(octets, 6);
    std::size_t value_bytes = 0;
    if (!is_leaf) {
      node.child = node.size | (std::uint64_t{node.flags} << 32);
    } else if (node.flags == large_value) {
      value_bytes = sizeof(std::uint64_t);
    } else if (node.flags == 0) {
      value_bytes = node.size;
    } else {
      return std::nullopt;
    }
    if (node_bytes + key_bytes + value_bytes > octets.size()) return std::nullopt;
    node.key = octets.substr(node_bytes, key_bytes);
    node.value = octets.substr(node_bytes + key_bytes, value_bytes);
    return node;
  }

  // The first key of a branch page stands for everything below the second, and may be anything.
  static bool in_order(const Tree& tree, const std::vector<Node>& nodes, const Bounds& bounds, bool is_leaf) {
    for (std::size_t i = is_leaf ? 0 : 1; i < nodes.size(); ++i) {
      const BytesView key = nodes[i].key;
      if (tree.of_free_pages && key.size() != sizeof(std::uint64_t)) return false;
      if (key.empty() || (!bounds.first.empty() && less(tree, key, bounds.first))) return false;
      if (bounds.end && !less(tree, key, *bounds.end)) return false;
      if (i > (is_leaf ? 0U : 1U) && !less(tree, nodes[i - 1].key, key)) return false;
    }
    return true;
  }

  static bool less(const Tree& tree, BytesView one, BytesView other) {
    if (!tree.of_free_pages) return one < other;
    return number_at<std::uint64_t>(one, 0) < number_at<std::uint64_t>(other, 0);
  }

  // A record of a leaf.
  void take(const Tree& tree, const Node& node) {
    Bytes large;
    if (node.flags == large_value && !take_large(tree, node, large)) return;
    const BytesView value = node.flags == large_value ? BytesView{large} : node.value;
    ++seen_.entries;
    if (tree.of_free_pages) return take_free_list(node.key, value);
    ++found_.records;
    if (visit_) visit_(node.key, value);
  }

  bool take_large(const Tree& tree, const Node& node, Bytes& value) {
    const auto first = number_at<std::uint64_t>(node.value, 0);
    const std::uint64_t needed = (head_bytes - 1 + node.size) / meta_.page_bytes + 1;
    Bytes head;
    if (first > last_page_) {
      report("a large record lies outside of the file");
      return false;
    }
    if (!read(first, head, head_bytes)) return false;
    // More than are needed, when a larger record of the same commit was there before.
    const std::uint64_t pages = number_at<std::uint32_t>(head, 12);
    const bool right = number_at<std::uint64_t>(head, 0) == first &&
                       number_at<std::uint16_t>(head, 10) == overflow_page && pages >= needed &&
                       pages <= last_page_ + 1 - first;
    if (!right) {
      report(fmt::format("page {} is not that of a large record", first));
      return false;
    }
    for (std::uint64_t i = 0; i < pages; ++i) {
      if (!claim(first + i)) return false;
    }
    seen_.overflow_pages += pages;
    if (!visit_ && !tree.of_free_pages) return true;  // nobody wants its octets
    if (!read(first, value, head_bytes + node.size)) return false;
    value.erase(0, head_bytes);
    return true;
  }

  void take_free_list(BytesView key, BytesView value) {
    const bool whole = value.size() >= 8 && value.size() % 8 == 0;
    const std::uint64_t count = whole ? number_at<std::uint64_t>(value, 0) : UINT64_MAX;
    if (count > value.size() / 8 - 1) return report("a list of free pages is impossible");
    if (number_at<std::uint64_t>(key, 0) > meta_.transaction) return report("a list of free pages is of the future");
    for (std::uint64_t i = 1; i <= count; ++i) free_.push_back(number_at<std::uint64_t>(value, i * 8));
  }

  void check_free_pages() {
    for (const std::uint64_t number : free_) {
      if (!claim(number)) return;
    }
  }

  int descriptor_;
  const MetaPage& meta_;
  const VisitStored& visit_;
  std::uint64_t last_page_;
  std::vector<bool> used_;
  bool walks_leaves_ = true;
  TreeHead seen_;
  std::vector<std::uint64_t> free_;
  TreeFindings found_;
};

}  // namespace

TreeFindings walk_trees(int descriptor, const MetaPage& meta, const VisitStored& visit) {
  return Walk{descriptor, meta, visit}.run();
}

Result<void> check_trees(const std::filesystem::path& data_file) {
  const auto meta = newest_meta(data_file);
  if (!meta) return {};
  const int descriptor = ::open(data_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return damaged_store(data_file, "it cannot be opened");
  const TreeFindings found = walk_trees(descriptor, *meta);
  ::close(descriptor);
  if (found.problem) return damaged_store(data_file, *found.problem);
  return {};
}

}  // namespace lab::journal
