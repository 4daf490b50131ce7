#include "instruments/drivers/jcamp_labels.hpp"

#include <algorithm>
#include <array>

#include "instruments/drivers/read_value.hpp"

namespace lab::drivers::jcamp {
namespace {

constexpr std::size_t label_octets_max = 80;  // the longest of the standard has about 30

std::size_t line_end(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '\r' && text[at] != '\n') ++at;
  return at;
}

std::size_t behind_line_end(std::string_view text, std::size_t end) {
  return std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size());
}

// Line ends, CR LF as one.
std::size_t lines_in(std::string_view text) {
  const auto feeds = std::ranges::count(text, '\n');
  const auto returns = std::ranges::count(text, '\r');
  return static_cast<std::size_t>(std::max(feeds, returns));
}

std::string normalised_label(std::string_view label) {
  std::string normal;
  for (const char c : label.substr(0, label_octets_max)) {
    if (c == ' ' || c == '-' || c == '/' || c == '_' || c == '\t') continue;
    normal += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return normal;
}

bool is_label_line(std::string_view line) { return trim(line).starts_with("##"); }

std::vector<std::string_view> list_items(std::string_view list) {
  std::vector<std::string_view> items;
  for (;;) {
    const std::size_t end = list.find(',');
    items.push_back(trim(list.substr(0, end)));
    if (end == std::string_view::npos) return items;
    list.remove_prefix(end + 1);
  }
}

bool is_symbol(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string_view symbol_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_symbol(text[end])) ++end;
  return text.substr(0, end);
}

// "(X++(Y..Y))"
bool read_ordinate_form(std::string_view form, TableForm& table) {
  const std::string_view x = symbol_at(form.substr(1));
  std::string_view rest = form.substr(1 + x.size());
  if (x.empty() || !rest.starts_with("++(")) return false;
  rest.remove_prefix(3);
  const std::string_view y = symbol_at(rest);
  const std::string expected = std::string{y}.append("..").append(y).append("))");
  if (y.empty() || !rest.starts_with(expected)) return false;
  table.kind = TableForm::Kind::ordinates;
  table.symbols = {std::string{x}, std::string{y}};
  return true;
}

// "(XY..XY)", "(XYW..XYW)": every letter is a number. Only these: an A or M among them is a word in brackets.
bool read_group_form(std::string_view form, TableForm& table) {
  const std::string_view group = symbol_at(form.substr(1));
  const std::string expected = std::string{"("}.append(group).append("..").append(group).append(")");
  if (group.size() < 2 || group.size() > 3 || !form.starts_with(expected)) return false;
  if (group.size() == 3 && group[2] != 'W' && group[2] != 'Z') return false;
  table.kind = TableForm::Kind::groups;
  for (const char letter : group) table.symbols.emplace_back(1, letter);
  return true;
}

constexpr std::array<std::string_view, 5> table_labels{"XYDATA", "XYPOINTS", "PEAKTABLE", "DATATABLE",
                                                       "PEAKASSIGNMENTS"};

}  // namespace

// Where the line of the next label begins, or the end of the text. Tables are long and hold no "##", so that is looked
// for, and not every line.
std::size_t LabelReader::next_label(std::size_t from) const {
  for (std::size_t at = text_.find("##", from); at != std::string_view::npos; at = text_.find("##", at + 1)) {
    std::size_t begin = at;
    while (begin > from && (text_[begin - 1] == ' ' || text_[begin - 1] == '\t')) --begin;
    if (begin > from && (text_[begin - 1] == '\r' || text_[begin - 1] == '\n')) return begin;
  }
  return text_.size();
}

std::optional<LabelRecord> LabelReader::next() {
  while (at_ < text_.size()) {
    const std::size_t end = line_end(text_, at_);
    const std::string_view line = text_.substr(at_, end - at_);
    if (is_label_line(line)) break;
    if (const auto bare = trim(line); !bare.empty() && !bare.starts_with("$$")) return std::nullopt;
    at_ = behind_line_end(text_, end);
    ++line_;
  }
  if (at_ >= text_.size()) return std::nullopt;
  LabelRecord record{.line = line_, .offset = at_};
  const std::size_t begin = text_.find("##", at_) + 2;
  const std::size_t end = line_end(text_, begin);
  const std::size_t equals = text_.substr(0, end).find('=', begin);
  const std::size_t name_end = equals == std::string_view::npos ? end : equals;
  record.label = normalised_label(trim(text_.substr(begin, name_end - begin)));
  const std::size_t value = equals == std::string_view::npos ? end : equals + 1;
  const std::size_t at = next_label(end);
  line_ += lines_in(text_.substr(begin, at - begin));
  record.value = text_.substr(value, at - value);
  at_ = at;
  return record;
}

std::string text_of(std::string_view value) {
  std::string text;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t end = line_end(value, at);
    std::string_view line = value.substr(at, end - at);
    line = trim(line.substr(0, line.find("$$")));
    if (!line.empty()) text += (text.empty() ? "" : " ") + std::string{line};
    at = behind_line_end(value, end);
  }
  return text;
}

void Labels::set(const LabelRecord& record) {
  if (record.label.empty()) return;  // "##=" is a comment
  if (record.label == "NPOINTS") {
    texts_[record.label] = text_of(record.value);
  } else {
    texts_.try_emplace(record.label, text_of(record.value));
  }
}

std::string_view Labels::get(const std::string& label) const {
  const auto found = texts_.find(label);
  return found == texts_.end() ? std::string_view{} : std::string_view{found->second};
}

std::string_view Labels::item(const std::string& list, std::size_t n) const {
  const auto items = list_items(get(list));
  return n < items.size() ? items[n] : std::string_view{};
}

std::optional<std::size_t> Labels::position_in(const std::string& list, std::string_view entry) const {
  const auto items = list_items(get(list));
  const auto found = std::ranges::find(items, entry);
  if (found == items.end()) return std::nullopt;
  return static_cast<std::size_t>(found - items.begin());
}

std::optional<TableForm> table_form(const LabelRecord& record) {
  if (std::ranges::find(table_labels, record.label) == table_labels.end()) return std::nullopt;
  std::string_view value = record.value;
  while (!value.empty() &&
         (value.front() == ' ' || value.front() == '\t' || value.front() == '\r' || value.front() == '\n')) {
    value.remove_prefix(1);
  }
  const std::size_t end = line_end(value, 0);
  TableForm table{.text = text_of(value.substr(0, end)), .data = value.substr(behind_line_end(value, end))};
  std::string form;
  for (const char c : table.text) {
    if (c == ' ' || c == '\t') continue;
    form += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const bool known = form.starts_with('(') && (read_ordinate_form(form, table) || read_group_form(form, table));
  if (!known) table.kind = TableForm::Kind::unsupported;
  return table;
}

}  // namespace lab::drivers::jcamp
