#include "protocol/rules/limit_catalogue.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <compare>

#include "protocol/base/unit.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/strictness.hpp"
#include "protocol/rules/table.hpp"

namespace lab::rules {
namespace {

using model::Limit;
using model::LimitKind;

bool is_in_force(const std::optional<CivilDate>& from, const std::optional<CivilDate>& to, CivilDate date) {
  return (!from || *from <= date) && (!to || date <= *to);
}

// Picks among rows of one rank.
LimitLookup decide(const std::vector<const Limit*>& rows) {
  const Limit* chosen = rows.front();
  bool differ = false;
  for (const Limit* row : rows) {
    const auto order = strictness(*row, *chosen);
    if (!order) {
      return {std::nullopt,
              fmt::format("第{}行与第{}行同样适用而无法比较严宽，不予采用，请人工判定", chosen->row, row->row)};
    }
    differ = differ || *order != 0;
    if (*order < 0) chosen = row;
  }
  if (!differ) return {*chosen, {}};
  std::string numbers;
  for (const Limit* row : rows) numbers += fmt::format("{}{}", numbers.empty() ? "" : "、", row->row);
  return {*chosen, fmt::format("第{}行同样适用而限量不同，取最严的第{}行", numbers, chosen->row)};
}

// An empty cell is an open end; anything else must be a date.
Result<std::optional<CivilDate>> read_date(std::string_view text, const std::string& place) {
  if (text.empty()) return std::optional<CivilDate>{};
  const auto date = parse_date(text);
  if (!date) {
    return fail(ErrorCode::malformed, fmt::format("\"{}\" is not a date; write it as 2013-06-01", text), place);
  }
  return date;
}

}  // namespace

Result<void> LimitCatalogue::add_row(const Table& table, std::size_t row) {
  const std::string place = table.place(row);
  auto limit = make_limit(table.cell(row, "op"), table.cell(row, "limit"), table.cell(row, "unit"));
  if (!limit) return fail(limit.error().code, limit.error().message, place);
  if (!is_well_formed(*limit) || limit->kind == LimitKind::none) {
    return fail(ErrorCode::malformed, "the limit does not fit its op; write a decimal number, or a range as 5.5~8.5",
                place);
  }
  if (!limit->unit.empty() && !parse_unit(limit->unit)) {
    return fail(ErrorCode::malformed, fmt::format("unit \"{}\" is not known; use one such as mg/kg", limit->unit),
                place);
  }
  auto from = read_date(table.cell(row, "effective_from"), place);
  if (!from) return fail(std::move(from));
  auto to = read_date(table.cell(row, "effective_to"), place);
  if (!to) return fail(std::move(to));
  const std::string_view commodity = table.cell(row, "commodity");
  const std::string_view analyte = table.cell(row, "analyte_zh");
  if (commodity.empty() || analyte.empty()) {
    return fail(ErrorCode::malformed, "analyte and commodity must be given", place);
  }
  const auto index = static_cast<std::uint32_t>(rows_.size());
  limit->standard = table.cell(row, "standard");
  limit->clause = table.cell(row, "clause");
  limit->commodity = commodity;
  limit->row = index + 1;
  auto names = names_in_cell(analyte);
  names.push_back(fold_analyte(table.cell(row, "analyte_en")));
  for (const std::string& name : names) {
    if (!name.empty()) by_analyte_[name].push_back(index);
  }
  rows_.push_back({.limit = std::move(*limit),
                   .entry = LimitEntry{commodity},
                   .analyte = std::string{analyte},
                   .from = *from,
                   .to = *to,
                   .provenance = {.source = std::string{table.cell(row, "source")},
                                  .confidence = std::string{table.cell(row, "confidence")},
                                  .note = std::string{table.cell(row, "note")}}});
  return {};
}

Result<LimitCatalogue> LimitCatalogue::load(const EditionTexts& texts) {
  LimitCatalogue catalogue;
  const auto table = Table::load(texts.limits, {"analyte_zh", "analyte_en", "commodity", "op", "limit", "unit",
                                                "standard", "clause", "effective_from", "effective_to"});
  if (!table) return tl::unexpected(table.error());
  for (std::size_t row = 0; row < table->size(); ++row) {
    if (auto added = catalogue.add_row(*table, row); !added) return fail(std::move(added));
  }
  if (!texts.analytes.empty()) {
    auto names = AnalyteNames::load(texts.analytes);
    if (!names) return fail(std::move(names));
    catalogue.names_ = std::move(*names);
  }
  const auto first_ban = static_cast<std::uint32_t>(catalogue.rows_.size() + 1);
  auto bans = BannedLists::load(texts.banned_pesticides, texts.banned_veterinary, first_ban);
  if (!bans) return fail(std::move(bans));
  catalogue.bans_ = std::move(*bans);
  return catalogue;
}

LimitLookup LimitCatalogue::look_up(std::string_view analyte, const SampleNames& sample, CivilDate date) const {
  struct Rank {
    int specificity = 0;
    bool undated = false;
    auto operator<=>(const Rank&) const = default;
  };
  const std::vector<std::string> names = names_.all(analyte);
  std::optional<Rank> best;
  std::vector<const Limit*> equals;
  for (const std::string& name : names) {
    const auto listed = by_analyte_.find(name);
    if (listed == by_analyte_.end()) continue;
    for (const std::uint32_t index : listed->second) {
      const ListedLimit& row = rows_[index];
      if (!is_in_force(row.from, row.to, date)) continue;
      const auto specificity = row.entry.rank(sample);
      if (!specificity) continue;
      const Rank rank{*specificity, !row.from};
      if (best && *best < rank) continue;
      if (!best || rank < *best) equals.clear();
      best = rank;
      if (std::ranges::find(equals, &row.limit) == equals.end()) equals.push_back(&row.limit);
    }
  }
  if (!equals.empty()) return decide(equals);
  return {bans_.find(names, sample, date), {}};
}

std::optional<Limit> LimitCatalogue::find(std::string_view analyte, std::string_view commodity,
                                          const std::vector<std::string>& category_path, CivilDate date) const {
  return look_up(analyte, SampleNames{commodity, category_path}, date).limit;
}

const ListedLimit* LimitCatalogue::listed(std::uint32_t row) const {
  return row >= 1 && row <= rows_.size() ? &rows_[row - 1] : nullptr;
}

std::vector<CivilDate> LimitCatalogue::change_days() const {
  std::vector<CivilDate> days = bans_.first_days();
  for (const ListedLimit& row : rows_) {
    if (row.from) days.push_back(*row.from);
    if (row.to) days.push_back(from_day_number(to_day_number(*row.to) + 1));
  }
  std::ranges::sort(days);
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

std::vector<Limit> limits_for_panel(const LimitCatalogue& catalogue, std::span<const model::PanelItem> items,
                                    const SampleNames& sample, CivilDate date) {
  std::vector<Limit> limits;
  limits.reserve(items.size());
  for (const model::PanelItem& item : items) {
    limits.push_back(catalogue.look_up(item.limited_as(), sample, date).limit.value_or(Limit{}));
  }
  return limits;
}

}  // namespace lab::rules
