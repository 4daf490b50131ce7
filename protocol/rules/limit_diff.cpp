#include "protocol/rules/limit_diff.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "protocol/rules/strictness.hpp"

namespace lab::rules {
namespace {

using Rows = std::vector<std::uint32_t>;
using Key = std::pair<std::string, std::string>;  // analyte, commodity

std::map<Key, std::pair<Rows, Rows>> by_key(const LimitCatalogue& before, const LimitCatalogue& after) {
  std::map<Key, std::pair<Rows, Rows>> rows;
  const auto key = [](const ListedLimit& row) { return Key{fold_analyte(row.analyte), row.limit.commodity}; };
  for (std::uint32_t row = 1; row <= before.limit_rows(); ++row) rows[key(*before.listed(row))].first.push_back(row);
  for (std::uint32_t row = 1; row <= after.limit_rows(); ++row) rows[key(*after.listed(row))].second.push_back(row);
  return rows;
}

std::string date_text(const std::optional<CivilDate>& date) { return date ? to_text(*date) : std::string{}; }

std::vector<ChangedField> changes(const ListedLimit& was, const ListedLimit& is) {
  std::vector<ChangedField> fields;
  const auto add = [&](const char* column, std::string before, std::string after) {
    if (before != after) fields.push_back({column, std::move(before), std::move(after)});
  };
  add("op", model::name_of(was.limit.kind), model::name_of(is.limit.kind));
  if (was.limit.upper != is.limit.upper || was.limit.lower != is.limit.lower) {
    add("limit", number_text(was.limit), number_text(is.limit));
  }
  add("unit", was.limit.unit, is.limit.unit);
  add("standard", was.limit.standard, is.limit.standard);
  add("clause", was.limit.clause, is.limit.clause);
  add("effective_from", date_text(was.from), date_text(is.from));
  add("effective_to", date_text(was.to), date_text(is.to));
  add("source", was.provenance.source, is.provenance.source);
  add("confidence", was.provenance.confidence, is.provenance.confidence);
  add("note", was.provenance.note, is.provenance.note);
  return fields;
}

// Takes pairs for which `belong` holds out of both lists, in order.
template <class Belong, class Take>
void pair_off(Rows& olds, Rows& news, Belong belong, Take take) {
  std::erase_if(olds, [&](std::uint32_t old_row) {
    const auto partner = std::ranges::find_if(news, [&](std::uint32_t new_row) { return belong(old_row, new_row); });
    if (partner == news.end()) return false;
    take(old_row, *partner);
    news.erase(partner);
    return true;
  });
}

}  // namespace

LimitDiff compare_editions(const LimitCatalogue& before, const LimitCatalogue& after) {
  LimitDiff diff;
  const auto differences = [&](std::uint32_t old_row, std::uint32_t new_row) {
    return changes(*before.listed(old_row), *after.listed(new_row));
  };
  const auto take = [&](std::uint32_t old_row, std::uint32_t new_row) {
    const auto order = strictness(after.listed(new_row)->limit, before.listed(old_row)->limit);
    diff.changed.push_back({old_row, new_row, differences(old_row, new_row), order});
  };
  for (auto& [key, rows] : by_key(before, after)) {
    auto& [olds, news] = rows;
    pair_off(
        olds, news, [&](std::uint32_t o, std::uint32_t n) { return differences(o, n).empty(); },
        [&](std::uint32_t, std::uint32_t) { ++diff.unchanged; });
    pair_off(
        olds, news, [&](std::uint32_t o, std::uint32_t n) { return before.listed(o)->from == after.listed(n)->from; },
        take);
    pair_off(
        olds, news, [](std::uint32_t, std::uint32_t) { return true; }, take);
    diff.removed.insert(diff.removed.end(), olds.begin(), olds.end());
    diff.added.insert(diff.added.end(), news.begin(), news.end());
  }
  std::ranges::sort(diff.removed);
  std::ranges::sort(diff.added);
  std::ranges::sort(diff.changed, {}, &ChangedRow::old_row);
  return diff;
}

std::string number_text(const model::Limit& limit) {
  if (limit.lower && limit.upper) return limit.lower->to_text() + "~" + limit.upper->to_text();
  if (limit.upper) return limit.upper->to_text();
  return limit.lower ? limit.lower->to_text() : std::string{};
}

}  // namespace lab::rules
