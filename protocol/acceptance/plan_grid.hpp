#pragma once
// One printed table of sampling plans: a cell holds a plan, or an arrow to the cell that does.

#include <array>
#include <cstdint>
#include <string_view>

#include "protocol/acceptance/names.hpp"

namespace lab::acceptance {

/// Accept up to `ac`, do not accept from `re`.
struct Numbers {
  int ac = 0;
  int re = 0;

  bool operator==(const Numbers&) const = default;
};

struct Cell {
  enum class Kind : std::uint8_t { absent, plan, up, down, use_single };

  Kind kind = Kind::absent;
  Numbers first;  // of the only or the first sample
  Numbers both;   // of two samples together; equal to `first` in tables of single plans
};

/// Where the arrows of one column ended.
struct Place {
  CodeLetter letter;  // whose row
  int n = 0;          // items per sample; 0 in rows that have no plan of their own
  Cell cell;          // a plan or use_single
};

/// Three severities of one kind of plan. Only looked at after loading: safe from any number of threads.
class PlanGrid {
 public:
  /// From a table of protocol/acceptance/reference. Those are our own: a cell that makes no sense is a bug and stops
  /// the program.
  static PlanGrid load(std::string_view csv);

  /// Follows the arrows from that cell. Precondition: the letter has a row in that severity; S has none but in
  /// tightened.
  [[nodiscard]] Place find(Inspection inspection, CodeLetter letter, Aql aql) const;

 private:
  struct Row {
    int n = 0;
    std::array<Cell, aql_count> cells;
  };
  std::array<std::array<Row, letter_count>, 3> rows_;
};

}  // namespace lab::acceptance
