#pragma once
// A whole panel judged: which items stand alone, which are parts of one residue definition, which species is shown by
// its total. The one entry point for everybody who judges: laboratory, re-judging, explanation.

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "protocol/rules/judge.hpp"
#include "protocol/rules/panel_results.hpp"

namespace lab::rules {

/// One thing that is judged as a whole.
struct PanelQuestion {
  enum class Kind {
    alone,      // one item
    sum,        // the parts of a residue definition, in the order of the panel
    two_steps,  // a species, then its total
  };
  Kind kind = Kind::alone;
  std::vector<std::uint16_t> items;  // the verdict stands at the first; one item for `alone`

  [[nodiscard]] std::uint16_t item() const { return items.front(); }
  bool operator==(const PanelQuestion&) const = default;
};

/// Every item is the first of one question or a later part of one sum; a total is a question of its own beside that of
/// its species. In the order of their first items. Precondition: check_panel() found nothing.
std::vector<PanelQuestion> questions_of(std::span<const model::PanelItem> items);

/// What is wrong with a panel as a whole, by the index of the item to blame: parts of one definition that differ in how
/// it is judged, a total without its species or of one that no standard lets it show, a decision rule without its
/// uncertainty, confirmations of what never counts. Nothing for a panel that can be judged.
struct PanelProblem {
  std::uint16_t item = 0;
  std::string message;
};
std::vector<PanelProblem> check_panel(std::span<const model::PanelItem> items);

/// A panel with the limits of one sample: all that judging it needs besides results. Borrows both.
struct PanelBasis {
  std::span<const model::PanelItem> items;
  std::span<const model::Limit> limits;  // one per item, see limits_for_panel()
};

/// The finding of one question. Each portion is judged by itself, the first with whatever is missing in it, a further
/// one once it is complete; confirmed() says what counts of them. Pure.
Finding judge_question(const PanelQuestion& question, const PanelBasis& basis, const PanelResults& results);

/// One verdict per item of `questions`, which may be some of the panel's, in the order of the items: that of the
/// question at its first item, `part_of_sum` at the others of a sum. The same results give the same verdicts. Pure.
std::vector<model::ItemVerdict> judge_panel(std::span<const PanelQuestion> questions, const PanelBasis& basis,
                                            const PanelResults& results);

/// Items that still have to be measured before these questions can be judged, ascending: those without a result, but a
/// species only once its total is known and does not keep its limit.
std::set<std::uint16_t> missing_items(std::span<const PanelQuestion> questions, const PanelBasis& basis,
                                      const PanelResults& results);

/// The question in Chinese: parts with their factors and how non-detects were counted, or the two steps, of each
/// portion, and the conclusion. Made from what was judged alone.
std::string explain_question(const PanelQuestion& question, const PanelBasis& basis, const PanelResults& results,
                             const Finding& finding);

/// The same for a whole panel: one text per item, in their order. A further part of a sum says where it is judged; an
/// item that `verdicts` does not have is not explained.
std::vector<std::string> explain_panel(std::span<const PanelQuestion> questions, const PanelBasis& basis,
                                       const PanelResults& results, std::span<const model::ItemVerdict> verdicts);

}  // namespace lab::rules
