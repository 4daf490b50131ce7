#pragma once
// Counts verdicts from orders and events alone and holds the result against the statement. It shares no code with
// coordinator/ledger.
//
// What the statement lists as late or quarantined is not counted; every other approval must be supported: by a grant to
// its node with its token, a judged record of that outcome and version, and three different people, and of a lot by a
// count that leads to it. Not recomputed: the outcome of a retest, which needs the panel of its edition; cells agree
// then up to as many verdicts as were retested in them, and so do the items of a panel. Where a coordinator that was
// put back has lost the orders, a grant of an earlier generation is taken from the event, and what no order places in a
// cell is compared in sum; its items are not compared, nor are those of a statement that does not say them.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"
#include "tools/verify/statement.hpp"

namespace lab::verify {

class Recount {
 public:
  explicit Recount(const Statement& statement) : statement_(statement) {}

  /// Returns what is wrong with it; empty when nothing is.
  std::string order(std::uint32_t node, const model::Order& order);
  std::string event(const model::Event& event, const Hash& hash);
  /// Tells every cell and every item that differs.
  void compare(const std::function<void(std::string where, std::string what)>& tell) const;
  /// Why items are left out of that; empty when they are not.
  [[nodiscard]] std::string items_left_out() const;

  std::uint64_t tokens = 0;
  std::uint64_t verdicts = 0;
  std::uint64_t amended = 0;
  std::uint64_t retested = 0;
  std::uint64_t adopted = 0;

 private:
  struct Granted {
    std::uint32_t node = 0;
    model::Grant grant;
  };
  struct Record {
    std::uint32_t node = 0;
    model::TaskId task;
    model::SampleOutcome outcome = model::SampleOutcome::undetermined;
    std::uint16_t version = 0;
    CivilDate day{};
    std::optional<model::LotCount> lot;
    std::string analyst;
    std::string reviewer;                        // who agreed last
    PanelKey panel;                              // its edition; the panel is in the grant
    std::map<std::uint32_t, std::size_t> items;  // class by item
  };
  struct Standing {
    std::uint16_t version = 0;
    std::optional<Cell> cell;  // nothing: no order says where it belongs
    std::size_t outcome = 0;
    PanelKey panel;
    std::map<std::uint32_t, std::size_t> items;
  };

  std::string approved(const model::Event& event, const model::Approved& approved);
  void count(const model::Event& event, const Record& record, const Granted* granted, bool is_retest);
  void count_items(const model::TaskId& task, Standing& standing, const Record& record, bool is_retest);
  void compare_cells(const std::function<void(std::string where, std::string what)>& tell) const;
  void compare_items(const std::function<void(std::string where, std::string what)>& tell) const;
  [[nodiscard]] std::optional<Cell> cell_of(const model::Event& event, const Record& record) const;

  const Statement& statement_;
  std::map<model::Token, Granted> grants_;
  std::map<model::TaskId, const Granted*> places_;  // of a task: any grant says where it belongs
  std::map<Hash, Record> records_;
  std::map<model::TaskId, Standing> standing_;
  std::map<Cell, CellCounts> cells_;
  CellCounts unplaced_{};
  std::map<Cell, std::uint64_t> retested_in_;
  std::map<Item, ItemCounts> items_;
  std::map<PanelKey, std::uint64_t> retested_with_;
};

}  // namespace lab::verify
