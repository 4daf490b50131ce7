#pragma once
// The parts of a workbook beside its sheets: their list, the strings they share, how their numbers are shown.

#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/number_text.hpp"

namespace lab::workbook {

struct SheetEntry {
  std::string name;
  bool hidden = false;
  std::string path;  // in the archive
};

struct WorkbookParts {
  std::vector<SheetEntry> sheets;
  bool since_1904 = false;
  std::vector<std::string> strings;
  std::vector<NumberStyle> styles;  // by the index that cells give
};

/// NotFound when it is an archive, but no workbook; otherwise as Archive and read_xml.
Result<WorkbookParts> read_parts(Archive& archive);

}  // namespace lab::workbook
