#include "tests/arch/source_text.hpp"

#include <algorithm>
#include <cctype>

namespace lab::arch {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Walks through a text once and puts every character where it belongs.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {
    const auto keep_line_ends = [](char c) { return c == '\n' ? c : ' '; };
    std::transform(text.begin(), text.end(), std::back_inserter(split_.code), keep_line_ends);
    split_.comments = split_.code;
  }

  CodeAndComments split() {
    while (at_ < text_.size()) step();
    return std::move(split_);
  }

 private:
  void step() {
    if (text_.substr(at_, 2) == "//") return comment_until(line_end());
    if (text_.substr(at_, 2) == "/*") return comment_until(after("*/", at_ + 2));
    if (is_directive()) return skip_until(directive_end());
    if (text_.substr(at_, 2) == "R\"") return skip_until(raw_literal_end());
    if (text_[at_] == '"' || is_character_literal()) return literal(text_[at_]);
    split_.code[at_] = text_[at_];
    ++at_;
  }

  void comment_until(std::size_t end) {
    for (; at_ < end; ++at_) split_.comments[at_] = text_[at_];
  }
  void skip_until(std::size_t end) { at_ = end; }

  void literal(char quote) {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    split_.code[begin] = quote;
    split_.code[at_ - 1] = text_[at_ - 1] == '\n' ? '\n' : quote;
  }

  // 1'000 is a number.
  [[nodiscard]] bool is_character_literal() const {
    return text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1]));
  }

  [[nodiscard]] bool is_directive() const {
    if (text_[at_] != '#') return false;
    const std::size_t before = text_.substr(0, at_).find_last_not_of(" \t");
    return before == std::string_view::npos || text_[before] == '\n';
  }

  [[nodiscard]] std::size_t line_end() const { return std::min(text_.find('\n', at_), text_.size()); }

  [[nodiscard]] std::size_t directive_end() const {
    std::size_t end = line_end();
    while (end < text_.size() && text_[end - 1] == '\\') end = std::min(text_.find('\n', end + 1), text_.size());
    return end;
  }

  [[nodiscard]] std::size_t raw_literal_end() const {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return text_.size();
    return after(")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"", open);
  }

  [[nodiscard]] std::size_t after(std::string_view end, std::size_t from) const {
    const std::size_t found = text_.find(end, from);
    return found == std::string_view::npos ? text_.size() : found + end.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  CodeAndComments split_;
};

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !is_word(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

// `head` is what stands between the last statement and an opening brace outside any function.
bool opens_scope(std::string_view head) {
  const std::string_view before_parameters = head.substr(0, head.find('('));
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"namespace", "class", "struct", "union", "enum", "extern"},
      [&](std::string_view word) { return has_word(before_parameters, word); });
}

bool opens_function(std::string_view head) {
  const std::size_t parameters = head.find('(');
  if (parameters == std::string_view::npos) return false;
  const std::size_t equals = head.find('=');
  return equals > parameters || has_word(head.substr(0, parameters), "operator");
}

// Follows the braces of a file and knows which of them hold a function.
class BraceWalker {
 public:
  explicit BraceWalker(std::string_view code) : code_(code) {}

  std::vector<FunctionBody> functions() {
    for (at_ = 0; at_ < code_.size(); ++at_) {
      if (code_[at_] == '{') open();
      if (code_[at_] == '}') close();
      if (code_[at_] == ';' && depth_ == 0) head_from_ = at_ + 1;
    }
    return std::move(functions_);
  }

 private:
  void open() {
    const std::string_view head = code_.substr(head_from_, at_ - head_from_);
    if (depth_ == 0 && opens_scope(head)) {
      head_from_ = at_ + 1;
      return;
    }
    if (depth_++ > 0) return;
    in_function_ = opens_function(head);
    opened_at_ = at_;
  }

  void close() {
    if (depth_ > 0 && --depth_ > 0) return;
    // A brace that closes a namespace or a type leaves no function behind, nor does one that closes a table.
    if (in_function_) {
      const std::size_t line = line_of(code_, opened_at_);
      functions_.push_back({.line = line, .lines = line_of(code_, at_) - line + 1});
    }
    in_function_ = false;
    head_from_ = at_ + 1;
  }

  std::string_view code_;
  std::size_t at_ = 0;
  std::size_t head_from_ = 0;  // after the last statement or brace outside any function
  std::size_t depth_ = 0;      // braces inside a function or a table
  std::size_t opened_at_ = 0;
  bool in_function_ = false;
  std::vector<FunctionBody> functions_;
};

}  // namespace

CodeAndComments split_comments(std::string_view text) { return Splitter{text}.split(); }

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> includes;
  std::size_t line = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view rest = text.substr(at, end - at);
    at = end + 1;
    ++line;
    const std::size_t hash = rest.find_first_not_of(" \t");
    if (hash == std::string_view::npos || rest[hash] != '#') continue;
    const std::size_t word = rest.find("include", hash);
    const std::size_t open = rest.find_first_of("<\"", hash);
    if (word == std::string_view::npos || open == std::string_view::npos || word > open) continue;
    const bool quoted = rest[open] == '"';
    const std::size_t close = rest.find(quoted ? '"' : '>', open + 1);
    if (close == std::string_view::npos) continue;
    includes.push_back(
        {.header = std::string(rest.substr(open + 1, close - open - 1)), .quoted = quoted, .line = line});
  }
  return includes;
}

std::vector<FunctionBody> functions_of(std::string_view code) { return BraceWalker{code}.functions(); }

std::size_t line_of(std::string_view text, std::size_t offset) {
  return 1 +
         static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

}  // namespace lab::arch
