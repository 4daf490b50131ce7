#pragma once
// A file of enterprises as a person sends it: every row is checked before any is taken, and the user's own file comes
// back with its faults.

#include <string>
#include <utility>
#include <vector>

#include "coordinator/enterprises/register.hpp"
#include "coordinator/planning/reference.hpp"
#include "coordinator/planning/table.hpp"

namespace lab::enterprises {

/// A row is some eight records, and a file is taken in one turn. A longer list is sent in several files.
constexpr std::size_t file_rows_max = 5'000;

struct EnterpriseImport {
  std::vector<std::pair<Named, std::vector<std::string>>> rows;  // with their further names; empty when refused
  std::vector<planning::Complaint> complaints;
  std::string sheet;  // of a workbook, the one that was read
  Bytes error_file;   // the user's file with a last column 错误; empty when accepted

  [[nodiscard]] bool accepted() const { return complaints.empty(); }
};

/// Columns (any order): 名称 name, 统一社会信用代码 code (or the older organisation code; may be empty), 类型 kind (one
/// or more of 生产者 producer, 经营者 shop, 种养殖者 farm), 市州 city and 区县 county by code or name, 地址 address,
/// 其他名称 other_names separated by semicolons. All but the first may be missing. Refused: a code with a wrong check
/// character, a code twice, a place that does not exist. An Error only when the file cannot be read as a table.
Result<EnterpriseImport> import_enterprises(BytesView file, std::string name, const planning::Divisions& divisions);

/// A header to fill in, ending in LF.
std::string enterprise_template_text();

}  // namespace lab::enterprises
