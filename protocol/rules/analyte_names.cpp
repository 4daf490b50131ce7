#include "protocol/rules/analyte_names.hpp"

#include <algorithm>
#include <array>

#include "protocol/rules/table.hpp"

namespace lab::rules {
namespace {

void add_part(std::string_view part, std::vector<std::string>& names) {
  names.push_back(fold_analyte(part));
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> brackets{{{"(", ")"}, {"（", "）"}}};
  for (const auto& [open, close] : brackets) {
    const auto at = part.find(open);
    if (at == std::string_view::npos || at == 0 || !part.ends_with(close)) continue;
    names.push_back(fold_analyte(part.substr(0, at)));
    std::string_view inside = part.substr(at + open.size(), part.size() - at - open.size() - close.size());
    constexpr std::string_view contains = "含";
    if (inside.starts_with(contains)) inside.remove_prefix(contains.size());
    names.push_back(fold_analyte(inside));
  }
}

}  // namespace

std::string fold_analyte(std::string_view name) {
  while (name.starts_with(' ')) name.remove_prefix(1);
  while (name.ends_with(' ')) name.remove_suffix(1);
  std::string folded{name};
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::vector<std::string> names_in_cell(std::string_view cell) {
  std::vector<std::string> names;
  add_part(cell, names);
  if (const auto colon = cell.rfind(':'); colon != std::string_view::npos) add_part(cell.substr(colon + 1), names);
  if (cell.find('/') != std::string_view::npos) {
    for (std::string_view rest = cell;;) {
      const auto slash = rest.find('/');
      add_part(rest.substr(0, slash), names);
      if (slash == std::string_view::npos) break;
      rest.remove_prefix(slash + 1);
    }
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool is_cas_number(std::string_view text) {
  // 2 to 7 digits, 2 digits, check digit: the sum of digit x place, counted from the right, modulo 10.
  if (text.size() < 7 || text.size() > 12 || text[text.size() - 2] != '-' || text[text.size() - 5] != '-') return false;
  int sum = 0;
  int place = 0;
  for (std::size_t i = text.size() - 2; i-- > 0;) {
    if (i == text.size() - 5) continue;
    if (text[i] < '0' || text[i] > '9') return false;
    sum += (text[i] - '0') * ++place;
  }
  return text.back() == static_cast<char>('0' + sum % 10);
}

Result<AnalyteNames> AnalyteNames::load(std::string_view csv) {
  const auto table = Table::load(csv, {"name_zh", "name_en", "cas"});
  if (!table) return tl::unexpected(table.error());
  AnalyteNames result;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const std::string_view cas = table->cell(row, "cas");
    if (!cas.empty() && !is_cas_number(cas)) {
      return fail(ErrorCode::malformed, "the CAS number's check digit is wrong; compare it with the source",
                  table->place(row));
    }
    std::vector<std::string> names;
    add_part(table->cell(row, "name_zh"), names);
    names.push_back(fold_analyte(table->cell(row, "name_en")));
    names.push_back(std::string{cas});
    std::erase(names, "");
    for (const std::string& name : names) {
      auto& others = result.synonyms_[name];
      others.insert(others.end(), names.begin(), names.end());
    }
  }
  return result;
}

std::vector<std::string> AnalyteNames::all(std::string_view name) const {
  std::vector<std::string> names{fold_analyte(name)};
  if (const auto at = synonyms_.find(names.front()); at != synonyms_.end()) {
    for (const std::string& other : at->second) {
      if (std::ranges::find(names, other) == names.end()) names.push_back(other);
    }
  }
  return names;
}

}  // namespace lab::rules
