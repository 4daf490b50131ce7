#pragma once
// What recoveries and duplicates are accepted, by scheme and concentration: tables of the laboratory, not code.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"

namespace lab::quality {

/// One class of concentrations of one scheme.
struct Window {
  std::string scheme;
  Decimal from;                     // mg/kg, belongs to this class
  std::optional<Decimal> below;     // mg/kg, belongs to the next class; nothing: no upper end
  Decimal least;                    // percent
  Decimal most;                     // percent
  std::optional<Decimal> rsd_most;  // percent, of replicate spikes
  std::string confidence;           // "K": general knowledge, to be confirmed by the laboratory before it relies on it

  bool operator==(const Window&) const = default;
};

/// A concentration on a boundary belongs to the higher class, which is never the more lenient one
/// (docs/decisions/0006-readings-of-quality-control-rules.md).
class Windows {
 public:
  /// Recovery: columns scheme, conc_min_mg_kg, conc_max_mg_kg, recovery_min_pct, recovery_max_pct, rsd_max_pct,
  /// confidence. Malformed, naming the row, when a cell is no number, a window is empty, or the classes of a scheme
  /// overlap or leave a gap between them.
  static Result<Windows> load_recovery(std::string_view csv);
  /// Relative percent difference of duplicates: rpd_max_pct in place of the two bounds; `least` is 0.
  static Result<Windows> load_duplicates(std::string_view csv);

  [[nodiscard]] const std::vector<Window>& rows() const { return rows_; }  // as in the table
  /// Null when the scheme has no class for it. Valid as long as this.
  [[nodiscard]] const Window* find(std::string_view scheme, const Decimal& mg_per_kg) const;

 private:
  std::vector<Window> rows_;
};

}  // namespace lab::quality
