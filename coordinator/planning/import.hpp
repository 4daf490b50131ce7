#pragma once
// A provincial plan, its panels and its laboratories, read from the tables people send. Every row is checked before
// anything is accepted; all mistakes are told at once; nothing is half-imported.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coordinator/planning/reference.hpp"
#include "coordinator/planning/table.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/plan.hpp"

namespace lab::planning {

/// A lot of more items is a misplaced digit: the largest lots of the trade are bags and cans, a million at most.
constexpr std::uint32_t lot_size_max = 100'000'000;
/// More samples of one product from one county in one round is a misplaced digit.
constexpr std::uint32_t cell_quota_max = 9'999;
/// An item's index travels in 16 bits and a page has to show the panel; the largest multi-residue screen is below 500.
constexpr std::size_t panel_items_max = 500;

/// What a row of a plan may refer to. The caller keeps all of it alive for the call.
struct PlanContext {
  const Divisions& divisions;
  const Categories& categories;
  std::span<const Programme> programmes;
  std::span<const model::Panel> panels;
};

/// What the file does not say about the plan.
struct PlanHead {
  model::PlanId id;
  std::uint16_t revision = 1;
  std::uint16_t year = 0;
  std::string title;
  CivilDate due{};
};

/// Either a plan and no complaint, or complaints (in file order) and no cells.
struct PlanImport {
  model::Plan plan;
  std::vector<Complaint> complaints;
  std::string sheet{};  // of a workbook, the one that was read
  Bytes error_file{};   // the user's file with a last column 错误; empty when accepted, and from check_plan

  [[nodiscard]] bool accepted() const { return complaints.empty(); }
};

/// Columns (Chinese or English, any order): 项目 programme, 市州代码 city, 区县代码 county, 产品类别 category, 产品名称
/// commodity, 抽样环节 stage, 轮次 round, 检测包 panel, 样品数 quota. City, county and category may be given by code or
/// by name. A cell that repeats another in everything but its quota is refused, and so is a programme with more samples
/// than its serial numbers can count.
/// A row about lots also has 批量 lot_size (items), 检验水平 level (S-1 to S-4, I, II, III), AQL aql (one of the 26 of
/// GB/T 2828.1) and 受检单位 enterprise, all four or none; 样品数 is then the number of lots. A plan without lots may
/// leave these columns out.
PlanImport check_plan(const Table& table, const PlanHead& head, const PlanContext& context);

/// The columns above, in the order people write them.
std::span<const Column> plan_columns();

/// read_table, then check_plan. An Error only when the file cannot be read as a table at all.
Result<PlanImport> import_plan(BytesView file, std::string name, const PlanHead& head, const PlanContext& context);

/// One row per item; the rows of a panel stand together. Columns: 检测包 panel, 检测包名称 panel_name, 检测项目
/// analyte, 检测方法 method, 单位 unit, 检出限 lod, 定量限 loq, 仅供参考 reference_only (0 or 1). Malformed with every
/// mistake named: unit that the house cannot convert, LOD that is no number or above the LOQ, analyte twice in a panel.
Result<std::vector<model::Panel>> load_panels(const Table& table);

/// Columns: 编号 id, 实验室 name, 市州代码 city, 容量 capacity, 检测包 panels (codes separated by blanks). Malformed
/// with every mistake named.
Result<std::vector<model::Laboratory>> load_laboratories(const Table& table, const Divisions& divisions,
                                                         std::span<const model::Panel> panels);

}  // namespace lab::planning
