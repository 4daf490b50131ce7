#include "tests/arch/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <optional>
#include <set>

#include "tests/arch/foreign.hpp"

namespace lab::arch {
namespace {

constexpr std::string_view product_folders[] = {"protocol/", "instruments/", "coordinator/", "lab-node/", "tools/"};

bool is_in(std::string_view path, std::string_view folder) { return path.starts_with(folder); }

bool is_product(std::string_view path) {
  return std::ranges::any_of(product_folders, [&](std::string_view folder) { return is_in(path, folder); });
}

std::string folder_of(std::string_view path) { return std::string(path.substr(0, path.rfind('/'))); }

std::string at(const SourceFile& file, std::size_t line) { return fmt::format("{}:{}", file.path, line); }

// A header that the build generates from a schema in the tree.
bool exists(const Tree& tree, const std::string& header) {
  constexpr std::string_view generated = ".h";
  return tree.contains(header) ||
         (header.ends_with(".capnp.h") && tree.contains(header.substr(0, header.size() - generated.size())));
}

// Calls `visit` for each product file whose folder is in the table; check_folders reports the others.
void each_product_file(const Tree& tree, const LevelTable& table,
                       const std::function<void(const SourceFile&, const Folder&)>& visit) {
  for (const auto& [path, file] : tree) {
    const auto row = table.find(folder_of(path));
    if (is_product(path) && row != table.end()) visit(file, row->second);
  }
}

// The file and all of ours that it includes, directly or not.
std::set<std::string> closure_of(const Tree& tree, const std::string& path) {
  std::set<std::string> reached{path};
  std::vector<std::string> open{path};
  while (!open.empty()) {
    const auto file = tree.find(open.back());
    open.pop_back();
    if (file == tree.end()) continue;
    for (const Include& include : includes_of(file->second.text)) {
      if (include.quoted && reached.insert(include.header).second) open.push_back(include.header);
    }
  }
  return reached;
}

bool is_foreign(std::string_view library) { return library != "std" && library != "everywhere" && library != "posix"; }

std::optional<std::string> include_not_granted(const SourceFile& file, const Folder& reader) {
  for (const Include& include : includes_of(file.text)) {
    const std::string library{library_of(include.header)};
    if (!include.quoted && is_foreign(library) && !reader.libraries.contains(library)) return include.header;
  }
  return std::nullopt;
}

const char* why_forbidden_between(std::string_view from, std::string_view to) {
  if (is_in(from, "coordinator/") && is_in(to, "lab-node/")) return "the two processes only share protocol";
  if (is_in(from, "lab-node/") && is_in(to, "coordinator/")) return "the two processes only share protocol";
  if (is_in(from, "protocol/") && !is_in(to, "protocol/")) return "protocol knows nothing outside itself";
  if (is_in(from, "instruments/") && (is_in(to, "coordinator/") || is_in(to, "lab-node/"))) {
    return "instruments know neither process";
  }
  if (is_product(from) && !is_product(to)) return "product code does not use tests";
  return nullptr;
}

void check_own_include(const Tree& tree, const LevelTable& table, const SourceFile& file, const Include& include,
                       std::vector<Finding>& findings) {
  const auto report = [&](std::string what) { findings.push_back({at(file, include.line), std::move(what)}); };
  if (!exists(tree, include.header)) {
    return report(
        fmt::format("includes \"{}\", which is no file of ours; write the path from the root", include.header));
  }
  const std::string from = folder_of(file.path);
  const std::string to = folder_of(include.header);
  if (from == to) return;
  if (const char* why = why_forbidden_between(file.path, include.header)) {
    return report(fmt::format("includes \"{}\": {}", include.header, why));
  }
  const auto target = table.find(to);
  if (target == table.end()) return;
  const int level = table.at(from).level;
  if (target->second.level >= level) {
    report(fmt::format("includes \"{}\" of level {} from level {}; use lower levels only, or move what both need down",
                       include.header, target->second.level, level));
  }
  for (const std::string& reached : closure_of(tree, include.header)) {
    const auto header = tree.find(reached);
    if (header == tree.end() || folder_of(reached) == from) continue;
    if (const auto foreign = include_not_granted(header->second, table.at(from))) {
      report(fmt::format("includes <{}> through \"{}\"; a foreign library stays behind its doorkeepers", *foreign,
                         reached));
    }
  }
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Programs for people and scripts have a standard input and output.
bool is_program(std::string_view path) { return is_in(path, "tools/") || path.ends_with("/main.cpp"); }

struct Banned {
  std::string_view text;
  std::string_view instead;
};

// Where a text stands in code as a word of its own: `system(` is not found in `file_system(`.
std::vector<std::size_t> find_all(std::string_view code, std::string_view text) {
  std::vector<std::size_t> found;
  for (std::size_t at = code.find(text); at != std::string_view::npos; at = code.find(text, at + 1)) {
    const std::size_t end = at + text.size();
    const bool begins = at == 0 || !is_word(code[at - 1]) || !is_word(text.front());
    const bool ends = end >= code.size() || !is_word(code[end]) || !is_word(text.back());
    if (begins && ends) found.push_back(at);
  }
  return found;
}

void check_banned(const SourceFile& file, std::string_view code, const Banned& banned, std::vector<Finding>& findings) {
  for (const std::size_t offset : find_all(code, banned.text)) {
    findings.push_back({at(file, line_of(code, offset)), fmt::format("'{}' here; {}", banned.text, banned.instead)});
  }
}

constexpr Banned banned_headers[] = {
    {"regex", "it is slow and recursive: parse by hand"},
    {"iostream", "use fmt, and lab::log for messages"},
    {"iomanip", "use fmt"},
    {"clocale", "nothing here depends on a locale"},
    {"locale", "nothing here depends on a locale"},
};

constexpr Banned banned_calls[] = {
    {"std::regex", "it is slow and recursive: parse by hand"},
    {"rand(", "use crypto::random_bytes, or a seed that is printed"},
    {"system(", "start programs without a shell"},
    {"popen(", "start programs without a shell"},
    {"sprintf(", "use fmt"},
    {"strtok(", "use string_view"},
    {"atoi(", "use from_chars, which tells errors"},
    {"atof(", "use Decimal"},
    {"strtod(", "it depends on the locale: use Decimal or from_chars"},
    {"std::stod(", "it depends on the locale: use Decimal or from_chars"},
    {"std::stoi(", "use from_chars, which does not throw"},
    {"setlocale(", "nothing here depends on a locale"},
    {"std::endl", "use fmt"},
    {"std::ostringstream", "use fmt"},
    {"std::stringstream", "use fmt"},
    {"using namespace std;", "write std::"},
};

constexpr Banned unfinished_marks[] = {
    {"TODO", "finish it, or open an issue and leave the code whole"},
    {"FIXME", "finish it, or open an issue and leave the code whole"},
    {"XXX", "finish it, or open an issue and leave the code whole"},
};

constexpr std::string_view impure_headers[] = {
    "atomic", "condition_variable", "cstdio",       "fstream",    "filesystem", "future", "mutex",
    "random", "semaphore",          "shared_mutex", "stop_token", "thread",
};

constexpr Banned impure_calls[] = {
    {"system_clock::now(", "a pure core is told the time"},
    {"steady_clock::now(", "a pure core is told the time"},
    {"high_resolution_clock::now(", "a pure core is told the time"},
    {"std::cout", "a pure core answers with effects"},
    {"printf(", "a pure core answers with effects"},
    {"getenv(", "a pure core is given its configuration"},
    {"random_bytes(", "a pure core is given its random octets"},
    {"random_code(", "a pure core is given its random octets"},
    {"make_key_pair(", "a pure core is given its keys"},
};

void check_pure_file(const Tree& tree, const SourceFile& file, std::vector<Finding>& findings) {
  for (const std::string& reached : closure_of(tree, file.path)) {
    if (reached == "protocol/base/log.hpp") {
      findings.push_back({at(file, 1), "reaches the log, but the folder is pure; answer with a Tell effect"});
    }
    const auto source = tree.find(reached);
    if (source == tree.end()) continue;
    for (const Include& include : includes_of(source->second.text)) {
      const bool impure = std::ranges::find(impure_headers, include.header) != std::end(impure_headers) ||
                          library_of(include.header) == "posix";
      if (include.quoted || !impure) continue;
      findings.push_back(
          {at(source->second, include.line),
           fmt::format("<{}> reaches {}, whose folder is pure; move it into a shell", include.header, file.path)});
    }
  }
  const std::string code = split_comments(file.text).code;
  for (const Banned& banned : impure_calls) check_banned(file, code, banned, findings);
}

// A header that only its own folder includes costs that folder alone.
bool is_used_outside(const Tree& tree, const std::string& header) {
  const std::string quoted = fmt::format("\"{}\"", header);
  return std::ranges::any_of(tree, [&](const auto& entry) {
    return folder_of(entry.first) != folder_of(header) && entry.second.text.find(quoted) != std::string::npos;
  });
}

}  // namespace

std::vector<Finding> check_folders(const Tree& tree, const LevelTable& table) {
  std::vector<Finding> findings;
  std::set<std::string> seen;
  for (const auto& [path, file] : tree) {
    if (is_product(path)) seen.insert(folder_of(path));
  }
  for (const std::string& folder : seen) {
    if (table.contains(folder)) continue;
    findings.push_back({folder, fmt::format("has code but no row in docs/ARCHITECTURE.md; add one, such as "
                                            "| 2 | `{}` | pure | | what it is |",
                                            folder)});
  }
  for (const auto& [folder, row] : table) {
    if (!seen.contains(folder))
      findings.push_back({folder, "has a row in docs/ARCHITECTURE.md but no code; remove the row"});
  }
  return findings;
}

std::vector<Finding> check_own_includes(const Tree& tree, const LevelTable& table) {
  std::vector<Finding> findings;
  each_product_file(tree, table, [&](const SourceFile& file, const Folder&) {
    for (const Include& include : includes_of(file.text)) {
      if (include.quoted) check_own_include(tree, table, file, include, findings);
    }
  });
  return findings;
}

std::vector<Finding> check_foreign_includes(const Tree& tree, const LevelTable& table) {
  std::vector<Finding> findings;
  each_product_file(tree, table, [&](const SourceFile& file, const Folder& folder) {
    for (const Include& include : includes_of(file.text)) {
      if (include.quoted) continue;
      const std::string_view library = library_of(include.header);
      const auto report = [&](std::string what) { findings.push_back({at(file, include.line), std::move(what)}); };
      if (library.empty()) {
        report(fmt::format("<{}> is of no library we know; name it in tests/arch/foreign.cpp, or use quotes for ours",
                           include.header));
      } else if (is_foreign(library) && !folder.libraries.contains(std::string(library))) {
        report(fmt::format("<{}>: {} is not the doorkeeper of {}", include.header, folder_of(file.path), library));
      } else if (is_slow_to_compile(include.header) && file.path.ends_with(".hpp") &&
                 is_used_outside(tree, file.path)) {
        report(fmt::format("<{}> is slow to compile: include it in a .cpp", include.header));
      }
    }
  });
  return findings;
}

std::vector<Finding> check_purity(const Tree& tree, const LevelTable& table) {
  std::vector<Finding> findings;
  each_product_file(tree, table, [&](const SourceFile& file, const Folder& folder) {
    if (folder.pure) check_pure_file(tree, file, findings);
  });
  return findings;
}

std::vector<Finding> check_form(const Tree& tree) {
  std::vector<Finding> findings;
  for (const auto& [path, file] : tree) {
    const auto lines = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
    if (lines > file_lines_max) {
      findings.push_back({path, fmt::format("{} lines, over {}; split it", lines, file_lines_max)});
    }
    const auto [code, comments] = split_comments(file.text);
    for (const FunctionBody& body : functions_of(code)) {
      if (body.lines <= function_lines_max) continue;
      findings.push_back(
          {at(file, body.line), fmt::format("a function of {} lines, over {}; move the calculations into "
                                            "functions of their own",
                                            body.lines, function_lines_max)});
    }
    for (const Banned& mark : unfinished_marks) check_banned(file, comments, mark, findings);
    // Tests and oracles may take other ways than the product, to be independent of it.
    if (!is_product(path)) continue;
    for (const Include& include : includes_of(file.text)) {
      const auto banned = std::ranges::find(banned_headers, include.header, &Banned::text);
      if (include.quoted || banned == std::end(banned_headers)) continue;
      if (include.header == "iostream" && is_program(path)) continue;
      findings.push_back({at(file, include.line), fmt::format("<{}> here; {}", banned->text, banned->instead)});
    }
    for (const Banned& banned : banned_calls) check_banned(file, code, banned, findings);
  }
  return findings;
}

}  // namespace lab::arch
