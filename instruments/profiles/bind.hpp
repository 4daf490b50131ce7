#pragma once
// The columns of a table as a profile describes them, found under the titles that a file has.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "instruments/profiles/profile.hpp"
#include "instruments/sheet/sheet.hpp"
#include "protocol/base/result.hpp"

namespace lab::profiles {

inline constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

struct FieldColumn {
  const Column* rule = nullptr;
  std::size_t column = 0;
};

/// A column whose cells are results.
struct ValueColumn {
  std::size_t column = 0;
  std::string analyte;  // empty: another column or an earlier row says it
  std::string unit;
  std::size_t unit_column = nowhere;
  std::size_t absent_column = nowhere;  // a dash here, too, means not detected
  bool joined = false;                  // the analyte of the row stands before this one
  bool response = false;
  bool optional_value = false;
  std::string sample;  // the title is a sample
  std::size_t flag_column = nowhere;
  std::string flag;
  std::string well;       // the well or, of lettered and counted ones, its number
  std::size_t plate = 0;  // which of the plates that stand side by side
  std::string title;      // for people
};

struct BoundTable {
  const Table* table = nullptr;
  std::vector<FieldColumn> fields;
  std::vector<ValueColumn> values;
  std::map<std::string, std::size_t> titles;  // folded; the first column of each
  std::size_t width = 0;                      // behind the last titled column
  std::size_t letter_column = nowhere;        // of lettered wells
};

/// Malformed when a required column is missing, or a column that is used has its title twice and the profile does not
/// say which; `where` names the row. `header` is empty for tables without one: then columns are bound by their places.
Result<BoundTable> bind_table(const Table& table, std::span<const sheet::Row> header);

}  // namespace lab::profiles
