#pragma once
// JSON documents as rows: the records of one list become rows below one row of titles, so that a profile maps them like
// any other table.

#include <memory>
#include <string>
#include <string_view>

#include "instruments/sheet/sheet.hpp"
#include "protocol/base/result.hpp"
#include "protocol/workbook/workbook.hpp"

namespace lab::profiles {

struct JsonNode;

/// A document without the single values in its lists (the points of a chromatogram), which are no records.
class JsonDocument {
 public:
  /// Malformed when it is no JSON; TooLarge when it is nested deeper or has more values than any export.
  static Result<JsonDocument> parse(std::string_view utf8);

  /// Each record of the list is a row, with what stands around it: of "runs[].peaks[]" the objects in the lists
  /// "peaks" of all objects in the list "runs". Titles are paths without brackets: "operator" of the document,
  /// "runs.sample" of the object in "runs", "runs.peaks.area" of the record. The first row has the titles, also when
  /// there is no record: then of what stands in the document itself. Numbers are exact, as those of a workbook.
  /// Malformed when a list holds something that is no object, a name stands twice in one object, or the path leads to
  /// something that is no list; TooLarge beyond workbook::cells_max. `rows_max` is for who wants the beginning only.
  [[nodiscard]] Result<sheet::Sheet> records(const std::string& path, std::size_t rows_max = workbook::cells_max) const;

 private:
  std::shared_ptr<const JsonNode> root_;
};

/// Whether a text may be a JSON document: its first character tells.
bool looks_like_json(std::string_view utf8);

}  // namespace lab::profiles
