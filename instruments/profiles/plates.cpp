#include "instruments/profiles/plates.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "instruments/drivers/read_value.hpp"
#include "instruments/profiles/walk.hpp"
#include "protocol/base/text.hpp"

namespace lab::profiles {
namespace {

constexpr unsigned columns_max = 48;  // of 1536 wells; no larger plates are made
constexpr unsigned rows_of_letter = 26;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

std::optional<unsigned> plate_column(std::string_view title) {
  title = drivers::trim(title);
  if (title.ends_with(".0")) title.remove_suffix(2);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(title.data(), title.data() + title.size(), number);
  if (error != std::errc{} || end != title.data() + title.size()) return std::nullopt;
  return number >= 1 && number <= columns_max ? std::optional{number} : std::nullopt;
}

bool is_plate_row(std::string_view cell) {
  cell = drivers::trim(cell);
  return !cell.empty() && cell.size() <= 2 && std::ranges::all_of(cell, is_letter);
}

std::string plate_row(std::size_t index) {
  const auto letter = [](std::size_t i) { return std::string(1, static_cast<char>('A' + i % rows_of_letter)); };
  return index < rows_of_letter ? letter(index) : letter(index / rows_of_letter - 1) + letter(index);
}

bool is_plate_of(std::string_view wells, std::size_t rows, std::size_t columns) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 7> formats{
      {{"6", 2}, {"12", 3}, {"24", 4}, {"48", 6}, {"96", 8}, {"384", 16}, {"1536", 32}}};
  return wells == std::to_string(rows * columns) || std::ranges::find(formats, std::pair{wells, rows}) != formats.end();
}

std::string well_name(std::string_view cell) {
  cell = drivers::trim(cell);
  const auto digit = static_cast<std::size_t>(std::ranges::find_if_not(cell, is_letter) - cell.begin());
  if (!is_plate_row(cell.substr(0, digit)) || cell.find('.') != std::string_view::npos) return {};
  const auto column = plate_column(cell.substr(digit));
  return column ? fmt::format("{}{}", cell.substr(0, digit), *column) : std::string{};
}

Result<void> Plates::say(const std::string& plate, const std::string& well, const WellFact& fact, std::size_t rank,
                         std::string text) {
  Well& said = maps_[{plate, well}];
  if (fact.field == Field::flag) {
    said.flags[fact.flag] = std::move(text);
    return {};
  }
  const auto [entry, is_new] = said.fields.try_emplace(fact.field, Said{rank, text});
  Said& before = entry->second;
  if (!is_new && before.rank == rank && before.text != text) {
    return fail(ErrorCode::malformed,
                fmt::format("孔“{}”有两个样品号（“{}”和“{}”），无法确定用哪一个，请改正板布局后重新导出", well,
                            tidy(before.text), tidy(text)));
  }
  if (rank < before.rank) before = {rank, std::move(text)};
  return {};
}

const Plates::Well* Plates::find(const std::string& plate, const std::string& well, bool one_plate) const {
  const auto named = maps_.find({plate, well});
  if (named != maps_.end()) return &named->second;
  const auto nameless = one_plate ? maps_.find({std::string{}, well}) : maps_.end();
  return nameless == maps_.end() ? nullptr : &nameless->second;
}

std::vector<std::size_t> Plates::name(std::vector<model::Observation>& observations) const {
  std::set<std::string> plates;
  for (const auto& [index, well] : wells_) plates.insert(observations[index].run);
  plates.erase(std::string{});
  std::vector<std::size_t> named;
  for (const auto& [index, well] : wells_) {
    model::Observation& observation = observations[index];
    if (const Well* said = find(observation.run, well, plates.size() <= 1)) {
      for (const auto& [field, value] : said->fields) {
        std::string& text = field_of(observation, field);
        if (text.empty()) text = value.text;
      }
      for (const auto& [flag, text] : said->flags) {
        observation.flags.push_back(flag.empty() ? text : fmt::format("{}={}", flag, text));
      }
    }
    if (observation.sample_id.empty()) observation.sample_id = well;
    if (observation.sample_id != well) observation.flags.push_back("well=" + well);
    named.push_back(index);
  }
  return named;
}

}  // namespace lab::profiles
