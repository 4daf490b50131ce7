#include "instruments/profiles/context.hpp"

#include <algorithm>

#include "instruments/drivers/read_value.hpp"
#include "instruments/profiles/condition.hpp"
#include "instruments/profiles/fold.hpp"

namespace lab::profiles {
namespace {

using drivers::trim;

std::string_view behind_key(const std::string& key, const sheet::Row& row) {
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (fold(row.cells[i]) != key) continue;
    for (std::size_t j = i + 1; j < row.cells.size(); ++j) {
      if (!trim(row.cells[j]).empty()) return row.cells[j];
    }
  }
  return {};
}

// "5/22/2026", "10.03.2015", "2016-08-02": digits with two separators between them.
bool looks_like_date(std::string_view word) {
  const auto is_separator = [](char c) { return c == '/' || c == '.' || c == '-'; };
  if (word.empty() || is_separator(word.front()) || is_separator(word.back())) return false;
  return std::ranges::count_if(word, is_separator) == 2 &&
         std::ranges::all_of(word, [&](char c) { return is_separator(c) || (c >= '0' && c <= '9'); });
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string_view part_of(std::string_view text, Part part) {
  if (part == Part::all) return text;
  for (const std::string_view word : words_of(text)) {
    if (!looks_like_date(word)) continue;
    const auto at = static_cast<std::size_t>(word.data() - text.data());
    return part == Part::date ? text.substr(at) : text.substr(0, at);
  }
  return part == Part::date ? std::string_view{} : text;
}

std::string_view source_of(const Setting& setting, const sheet::Row& row) {
  if (!setting.text.empty()) return setting.text;
  if (!setting.key.empty()) return behind_key(setting.key, row);
  const std::size_t column = setting.column.value_or(first_filled(row));
  return row.cell(column);
}

std::string_view narrowed(const Setting& setting, std::string_view text) {
  if (!setting.after.empty()) {
    const std::size_t at = text.find(setting.after);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + setting.after.size());
  }
  if (!setting.before.empty()) text = text.substr(0, text.find(setting.before));
  text = trim(part_of(text, setting.part));
  if (setting.word == 0) return text;
  const auto words = words_of(text);
  return setting.word <= words.size() ? words[setting.word - 1] : std::string_view{};
}

std::vector<std::string> list_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    const std::string_view entry = trim(text.substr(0, end));
    const bool between_blanks = entry.empty() && separators.find(' ') != std::string_view::npos;
    if (!between_blanks) list.emplace_back(entry);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

}  // namespace

std::string text_of(const Setting& setting, const sheet::Row& row) {
  return std::string{narrowed(setting, source_of(setting, row))};
}

Result<void> Context::take(const Setting& setting, const sheet::Row& row) {
  std::string text;
  if (setting.next_of_list) {
    if (list_at_ >= list_.size()) {
      return fail(ErrorCode::malformed, "文件里的表格比它开头列出的项目多，无法对应，请重新导出");
    }
    text = list_[list_at_++];
  } else {
    text = text_of(setting, row);
  }
  if (setting.is_list) {
    list_ = list_of(text, setting.separators);
    list_at_ = 0;
    return {};
  }
  if (text.empty()) return {};
  if (setting.field == Field::flag) {
    flags_[setting.flag] = std::move(text);
    return {};
  }
  std::string& field = fields_[static_cast<std::size_t>(setting.field)];
  field = setting.joined && !field.empty() ? field + " " + text : std::move(text);
  return {};
}

void Context::clear(Field field) {
  if (field == Field::flag) {
    flags_.clear();
  } else {
    fields_[static_cast<std::size_t>(field)].clear();
  }
}

}  // namespace lab::profiles
