#pragma once
// What people fill in to plan: a workbook with a guide and drop-downs of the province's own lists, or a header of text.

#include <span>
#include <string>

#include "coordinator/planning/import.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::planning {

/// Stands on the guide; grows when a column changes its meaning.
constexpr int plan_template_version = 1;
/// Rows with drop-downs: more than the reference case has (4,492). Further rows are read like the others.
constexpr std::size_t template_rows = 8'000;

/// Sheets: 计划 with the columns of check_plan and drop-downs, 说明 with what to write in each, and 选项, hidden, with
/// the lists. The counties offered are those of the city in the same row.
Result<Bytes> plan_template_workbook(const PlanContext& context);

/// The header alone, ending in LF.
std::string plan_template_text();

/// Cells as a file that check_plan reads back as the same, ending in LF.
std::string plan_text(std::span<const model::PlanCell> cells);

}  // namespace lab::planning
