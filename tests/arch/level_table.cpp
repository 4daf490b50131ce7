#include "tests/arch/level_table.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace lab::arch {
namespace {

constexpr std::string_view begin_mark = "<!-- levels: begin -->";
constexpr std::string_view end_mark = "<!-- levels: end -->";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" `");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" `") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char delimiter) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(delimiter), text.size());
    parts.push_back(trim(text.substr(0, end)));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> read_level(std::string_view text) {
  int level = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return level;
}

// | level | folder | mark | foreign libraries | what it is |
Result<void> read_row(std::string_view row, LevelTable& table) {
  const auto cells = split(row, '|');
  const auto bad = [&](const char* why) { return fail(ErrorCode::malformed, why, std::string(row)); };
  if (cells.size() != 7) return bad("a row has five columns: level, folder, mark, foreign libraries, what it is");
  const auto level = read_level(cells[1]);
  if (!level) return bad("the first column is not a number");
  if (!cells[3].empty() && cells[3] != "pure") return bad("the mark is 'pure' or empty");
  if (cells[5].empty()) return bad("the last column does not say what the folder is");
  Folder folder{.level = *level, .pure = cells[3] == "pure", .libraries = {}};
  if (!cells[4].empty()) {
    for (const auto library : split(cells[4], ',')) folder.libraries.emplace(library);
  }
  if (!table.emplace(cells[2], std::move(folder)).second) return bad("this folder is listed twice");
  return {};
}

}  // namespace

Result<LevelTable> parse_level_table(std::string_view markdown) {
  const std::size_t begin = markdown.find(begin_mark);
  const std::size_t end = markdown.find(end_mark);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
    return fail(ErrorCode::malformed, "the table is not between its two marker comments");
  }
  LevelTable table;
  const auto rows = split(markdown.substr(begin + begin_mark.size(), end - begin - begin_mark.size()), '\n');
  int heading_rows = 2;
  for (const auto row : rows) {
    if (row.empty() || heading_rows-- > 0) continue;
    if (auto read = read_row(row, table); !read) return fail(std::move(read));
  }
  return table;
}

}  // namespace lab::arch
