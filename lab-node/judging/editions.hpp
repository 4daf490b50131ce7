#pragma once
// Reference sets as judging uses them: opened once, with the limits of a panel resolved once per commodity and date.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "protocol/journal/view.hpp"
#include "protocol/model/sample.hpp"
#include "protocol/quality/requirements.hpp"
#include "protocol/rules/panel_verdict.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::judging {

/// A panel of one edition, with its items findable by any name of their analytes.
class PanelIndex {
 public:
  PanelIndex(const model::Panel& panel, const rules::AnalyteNames& names);

  /// The item an analyte's name (Chinese, English or CAS number, folded) stands for. Nothing when it is none of the
  /// panel's, or when the name could be two of them.
  [[nodiscard]] std::optional<std::uint16_t> item_of(const std::string& analyte) const;
  /// Whether the name could be two of the panel's items.
  [[nodiscard]] bool is_ambiguous(const std::string& analyte) const;
  [[nodiscard]] const model::Panel& panel() const { return panel_; }
  [[nodiscard]] const std::vector<rules::PanelQuestion>& questions() const { return questions_; }

 private:
  const model::Panel& panel_;
  std::vector<rules::PanelQuestion> questions_;
  std::unordered_map<std::string, std::optional<std::uint16_t>> items_;
};

/// One edition. Looking things up fills caches: one thread at a time.
class Edition {
 public:
  Edition(const Hash& hash, rules::ReferenceSet set, quality::Requirements requirements)
      : hash_(hash), set_(std::move(set)), requirements_(std::move(requirements)) {}
  Edition(const Edition&) = delete;
  Edition& operator=(const Edition&) = delete;

  [[nodiscard]] const Hash& hash() const { return hash_; }
  [[nodiscard]] const rules::ReferenceSet& set() const { return set_; }
  [[nodiscard]] const quality::Requirements& requirements() const { return requirements_; }
  /// Null when the set has no such panel.
  const PanelIndex* panel(const model::PanelCode& code);
  /// The limits of the grant's panel for a sample drawn on `date`, one per item. Precondition: the panel exists.
  const std::vector<model::Limit>& limits(const model::Grant& grant, CivilDate date);

 private:
  using LimitsKey = std::tuple<model::PanelCode, std::string, model::CategoryCode, CivilDate>;
  // Panel x commodity x day: a station sees tens a day. Emptied when full, since it can be made again.
  static constexpr std::size_t limits_kept_max = 4'096;

  Hash hash_;
  rules::ReferenceSet set_;
  quality::Requirements requirements_;
  std::map<model::PanelCode, PanelIndex> panels_;
  std::map<LimitsKey, std::vector<model::Limit>> limits_;
};

/// Editions of a store, opened when they are first asked for. Holds nothing that is not in the store. One thread.
class Editions {
 public:
  /// Null when the store has no such edition or its bytes are not a reference set. Who keeps it may go on using it
  /// after others have taken its place here.
  std::shared_ptr<Edition> at(const journal::View& store, const Hash& hash);
  /// The edition in use; null before the first.
  std::shared_ptr<Edition> current(const journal::View& store);

 private:
  // A sample begun under the last edition is still judged by it; older ones are rare and opened again.
  static constexpr std::size_t kept_max = 4;
  std::vector<std::shared_ptr<Edition>> editions_;
};

}  // namespace lab::judging
