#pragma once
// Which limit applies: an edition of limit rows and bans, searched by analyte, commodity, category and date.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/verdict.hpp"
#include "protocol/rules/analyte_names.hpp"
#include "protocol/rules/banned_lists.hpp"
#include "protocol/rules/limit_entry.hpp"

namespace lab::rules {

/// The texts of one edition (UTF-8 CSV, see reference/README.md). Only `limits` is needed.
struct EditionTexts {
  std::string_view limits;
  std::string_view analytes;           // other names of the analytes
  std::string_view banned_pesticides;  // rows are numbered on after the limits ...
  std::string_view banned_veterinary;  // ... and after these
};

/// Where the number of a row was taken from, as its table says; empty where it says nothing.
struct Provenance {
  std::string source;      // page, repository, book
  std::string confidence;  // A to C, K: reference/README.md
  std::string note;        // "以Pb计"

  bool operator==(const Provenance&) const = default;
};

/// One row of a limit table.
struct ListedLimit {
  model::Limit limit;
  LimitEntry entry;
  std::string analyte;  // as written
  std::optional<CivilDate> from;
  std::optional<CivilDate> to;
  Provenance provenance;
};

/// What was found, and what a person should know about how.
struct LimitLookup {
  std::optional<model::Limit> limit;
  std::string note;  // Chinese; empty when one row applied and nothing had to be decided
};

/// Read once, then only read: safe from any number of threads.
class LimitCatalogue {
 public:
  /// Malformed with the row when a column is missing, an op, a number, a date or a unit cannot be read.
  /// All or nothing: a half-read edition would turn limits into "no basis".
  static Result<LimitCatalogue> load(const EditionTexts& texts);

  /// The limit of `analyte` (Chinese or English name, or CAS number) for a sample on `date`, the sampling date.
  ///
  /// In force: effective_from <= date <= effective_to; an empty end is open.
  /// Most specific entry wins: the commodity itself (also as one of a list, or a listed member of a class), animal and
  ///   tissue, a class the commodity is known to be in, then the category path from narrow to broad. A sample that is
  ///   among an entry's exceptions never matches that entry. Names are compared whole; see class_names.hpp for the
  ///   spellings that count as one.
  /// Equally specific: a row with a known first day beats one without. If they still differ, all of them bind, and who
  ///   keeps the strictest keeps them all: the strictest one is taken, and the note names the rows. What cannot be put
  ///   in order (a range beside a maximum, units that do not convert) gives no limit, and the note says so. A looser
  ///   limit is never chosen over a stricter one of the same rank.
  /// No row: a ban that certainly covers the sample (banned_lists.hpp), else nothing: no basis.
  [[nodiscard]] LimitLookup look_up(std::string_view analyte, const SampleNames& sample, CivilDate date) const;

  /// The same for a single question.
  [[nodiscard]] std::optional<model::Limit> find(std::string_view analyte, std::string_view commodity,
                                                 const std::vector<std::string>& category_path, CivilDate date) const;

  /// A row with everything its table says of it. Null for 0, for rows that do not exist and for bans.
  [[nodiscard]] const ListedLimit* listed(std::uint32_t row) const;

  /// Days on which another row may apply than on the day before, ascending: between two of them every look-up gives the
  /// same.
  [[nodiscard]] std::vector<CivilDate> change_days() const;

  [[nodiscard]] std::size_t limit_rows() const { return rows_.size(); }

 private:
  Result<void> add_row(const class Table& table, std::size_t row);

  std::vector<ListedLimit> rows_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_analyte_;  // folded name -> indices, ascending
  AnalyteNames names_;
  BannedLists bans_;
};

/// One limit per item of the panel, in its order, for a part of a sum that of its definition; kind `none` where there
/// is no basis. Resolve once per (panel, commodity, category, date) and keep: judging a result then needs no search.
std::vector<model::Limit> limits_for_panel(const LimitCatalogue& catalogue, std::span<const model::PanelItem> items,
                                           const SampleNames& sample, CivilDate date);

}  // namespace lab::rules
