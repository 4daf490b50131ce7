#include "coordinator/planning/import.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "coordinator/planning/cell_changes.hpp"
#include "protocol/acceptance/tables.hpp"
#include "protocol/model/sample_number.hpp"

namespace lab::planning {
namespace {

constexpr std::array columns{
    Column{{"项目", "programme", "项目代码"}},
    Column{{"市州代码", "city", "市州"}},
    Column{{"区县代码", "county", "区县"}},
    Column{{"产品类别", "category", "类别"}},
    Column{{"产品名称", "commodity", "产品"}},
    Column{{"抽样环节", "stage", "环节"}},
    Column{{"轮次", "round"}},
    Column{{"检测包", "panel"}},
    Column{{"样品数", "quota", "数量", "配额"}},
    Column{{"批量", "lot_size"}, true},
    Column{{"检验水平", "level"}, true},
    Column{{"AQL", "aql", "接收质量限"}, true},
    Column{{"受检单位", "enterprise"}, true},
};
enum PlanField : std::size_t {
  programme,
  city,
  county,
  category,
  commodity,
  stage,
  round,
  panel,
  quota,
  lot_size,
  level,
  aql,
  enterprise
};
constexpr std::array lot_fields{lot_size, level, aql, enterprise};

constexpr std::uint32_t rounds = 4;  // quarterly, domain.md 4.2

class PlanChecker {
 public:
  PlanChecker(const Table& table, const PlanContext& context) : context_(context), reader_(table, columns) {}

  std::vector<model::PlanCell> cells() {
    if (!reader_.header_is_good()) return {};
    if (reader_.row_count() == 0) reader_.complain_of_row("列名下面没有数据；请至少写一行");
    for (std::size_t row = 0; row < reader_.row_count(); ++row) {
      reader_.open(row);
      const std::size_t before = reader_.complaints().size();
      model::PlanCell cell = check_row();
      if (reader_.complaints().size() > before) continue;
      count(cell);
      cells_.push_back(std::move(cell));
    }
    return std::move(cells_);
  }

  std::vector<Complaint> complaints() { return reader_.take_complaints(); }

 private:
  model::PlanCell check_row() {
    model::PlanCell cell;
    check_programme(cell);
    check_place(cell);
    check_product(cell);
    if (const auto given = reader_.text(stage)) {
      const auto known = model::parse_stage(*given);
      if (known) cell.stage = *known;
      if (!known) {
        reader_.complain(stage,
                         "没有这个环节；可写 生产基地、屠宰场、运输、批发市场、农贸市场、超市、生产企业、流通、餐饮");
      }
    }
    if (const auto number = reader_.whole_number(round, 1, rounds)) cell.round = static_cast<std::uint8_t>(*number);
    if (const auto number = reader_.whole_number(quota, 1, cell_quota_max)) cell.quota = *number;
    const auto is_filled = [this](PlanField field) { return !reader_.cell(field).empty(); };
    if (std::ranges::any_of(lot_fields, is_filled)) cell.lot = check_lot();
    return cell;
  }

  // A row that has one of the four has to have them all: each empty one is complained of by itself.
  model::Lot check_lot() {
    model::Lot lot;
    if (const auto size = reader_.whole_number(lot_size, acceptance::lot_size_min, lot_size_max)) {
      lot.terms.size = *size;
    }
    if (const auto given = reader_.text(level)) {
      const auto known = acceptance::parse_level(*given);
      if (known) lot.terms.level = acceptance::name_of(*known);
      if (!known) reader_.complain(level, "没有这个检验水平；可写 S-1、S-2、S-3、S-4、I、II、III");
    }
    if (const auto given = reader_.text(aql)) {
      const auto value = Decimal::parse(*given);
      const auto known = value ? acceptance::Aql::of(*value) : std::nullopt;
      if (known) lot.terms.aql = known->text();
      if (!known) reader_.complain(aql, fmt::format("GB/T 2828.1 没有这个 AQL；可写 {}", acceptance::aql_names));
    }
    if (auto given = reader_.text(enterprise)) lot.enterprise = std::move(*given);
    return lot;
  }

  void check_programme(model::PlanCell& cell) {
    const auto given = reader_.text(programme);
    if (!given) return;
    cell.programme = model::ProgrammeCode{*given};
    if (std::ranges::find(context_.programmes, cell.programme, &Programme::code) == context_.programmes.end()) {
      reader_.complain(programme, "项目表里没有这个项目；请改正代码，或先在项目表里登记");
    }
  }

  void check_place(model::PlanCell& cell) {
    const auto given_city = reader_.text(city);
    const auto given_county = reader_.text(county);
    if (!given_city) return;
    const City* found_city = context_.divisions.find_city(*given_city);
    if (found_city == nullptr) {
      reader_.complain(city, "没有这个市州；请写六位代码（如 510100）或全称（如 成都市）");
      return;
    }
    cell.city = found_city->code;
    if (!given_county) return;
    if (const County* found = context_.divisions.find_county(*found_city, *given_county)) {
      cell.county = found->code;
      return;
    }
    const County* elsewhere = context_.divisions.find_county_anywhere(*given_county);
    const City* owner = elsewhere == nullptr ? nullptr : context_.divisions.find_city(elsewhere->city);
    reader_.complain(county, owner == nullptr ? "没有这个区县；请写六位代码（如 510104）或全称（如 锦江区）"
                                              : fmt::format("这个区县不属于{}，而属于{}；请改正市州或区县",
                                                            found_city->name, owner->name));
  }

  void check_product(model::PlanCell& cell) {
    if (const auto given = reader_.text(category)) {
      const Category* found = context_.categories.find(*given);
      if (found != nullptr) cell.category = found->code;
      if (found == nullptr)
        reader_.complain(category, "类别表里没有这个类别；请写类别代码（如 V3）或名称（如 茄果类蔬菜）");
    }
    if (auto given = reader_.text(commodity)) cell.commodity = std::move(*given);
    if (const auto given = reader_.text(panel)) {
      cell.panel = model::PanelCode{*given};
      if (std::ranges::find(context_.panels, cell.panel, &model::Panel::code) == context_.panels.end()) {
        reader_.complain(panel, "检测包表里没有这个检测包；请改正代码，或先在检测包表里登记");
      }
    }
  }

  // What a row can only be wrong about in the company of the others.
  void count(const model::PlanCell& cell) {
    const auto [place, is_new] = lines_.try_emplace(cell, reader_.line());
    if (!is_new) {
      reader_.complain_of_row(fmt::format("与第 {} 行重复（仅样品数可能不同）；请合并成一行", place->second));
    }
    std::uint32_t& total = totals_[cell.programme];
    const bool fitted = total <= model::SampleNumber::serial_max;
    total += cell.quota;
    if (fitted && total > model::SampleNumber::serial_max) {
      reader_.complain(quota, fmt::format("到这一行，项目 {} 共 {} 个样品，超过一年的编号上限 {}；请减少或另立项目",
                                          cell.programme.value(), total, model::SampleNumber::serial_max));
    }
  }

  const PlanContext& context_;
  Reader reader_;
  std::vector<model::PlanCell> cells_;
  std::map<model::PlanCell, std::size_t, CellLess> lines_;  // cell -> line it was first given on
  std::map<model::ProgrammeCode, std::uint32_t> totals_;    // at most table_rows_max x cell_quota_max: fits
};

}  // namespace

std::span<const Column> plan_columns() { return columns; }

PlanImport check_plan(const Table& table, const PlanHead& head, const PlanContext& context) {
  PlanChecker checker{table, context};
  PlanImport result;
  result.plan = {head.id, head.revision, head.year, head.title, head.due, checker.cells()};
  result.complaints = checker.complaints();
  if (!result.accepted()) result.plan.cells.clear();
  return result;
}

Result<PlanImport> import_plan(BytesView file, std::string name, const PlanHead& head, const PlanContext& context) {
  auto table = read_table(file, std::move(name), columns);
  if (!table) return fail(std::move(table));
  PlanImport result = check_plan(*table, head, context);
  if (table->sheet) result.sheet = table->sheet->name;
  if (!result.accepted()) result.error_file = error_file(*table, result.complaints, file);
  return result;
}

}  // namespace lab::planning
