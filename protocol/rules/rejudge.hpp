#pragma once
// Every stored determination against another edition or rule: what would change, and nothing is changed.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "protocol/rules/category_tree.hpp"
#include "protocol/rules/limit_catalogue.hpp"
#include "protocol/rules/result_columns.hpp"
#include "protocol/rules/sample_verdict.hpp"

namespace lab::rules {

/// How to judge where it shall be otherwise than limits and panels say.
struct RejudgeRule {
  std::optional<model::Comparison> comparison;  // for every limit; nothing: as each one says
  std::optional<model::DecisionRule> rule;      // for every item; nothing: as its panel says
  /// U at k = 2 as a fraction of the limit, for every item; nothing: as its panel says. 0.5 is the usual 50 % of
  /// residue analysis.
  std::optional<Decimal> relative_uncertainty;

  bool operator==(const RejudgeRule&) const = default;
};

/// A determination whose verdict would be another.
struct ChangedItem {
  std::size_t sample = 0;         // index in the columns
  std::size_t determination = 0;  // index in the columns; of a sum its first part, of a two-step rule the species
  Finding was;
  Finding is;
  /// It would be judged by; kind none: there is none. Valid until rejudge() returns.
  const model::Limit* limit = nullptr;
};

/// How many would move from one outcome to another, in one city and category.
struct MoveKey {
  std::uint32_t city = 0;
  model::CategoryCode category;
  std::uint8_t was = 0;  // ItemOutcome or SampleOutcome
  std::uint8_t is = 0;

  auto operator<=>(const MoveKey&) const = default;
};

struct RejudgeReport {
  std::uint64_t samples = 0;
  std::uint64_t determinations = 0;
  std::uint64_t changed_items = 0;
  std::uint64_t changed_samples = 0;
  std::uint64_t slow = 0;  // determinations whose digits needed 128 bits
  std::map<MoveKey, std::uint64_t> item_moves;
  std::map<MoveKey, std::uint64_t> sample_moves;

  /// Of samples that are not in this one.
  RejudgeReport& operator+=(const RejudgeReport& other);
};

/// Judges all of `columns` by `limits` as judge_panel() would each sample. Items that stand alone are computed on
/// integers: limits are resolved once per panel, product, category and span of days on which no row begins or ends; a
/// question once per limit, method and form of result. Sums, two-step rules and samples with further portions go
/// through judge_question(). `visit` (may be empty) is told every changed determination, sample by sample.
/// The outcome counts as the change of a determination; another reason for the same outcome does not, but where it
/// moves the verdict of the sample, that counts as a change of the sample. Pure.
RejudgeReport rejudge(const ResultColumns& columns, const LimitCatalogue& limits, const CategoryTree& categories,
                      const RejudgeRule& rule = {}, const std::function<void(const ChangedItem&)>& visit = {});

}  // namespace lab::rules
