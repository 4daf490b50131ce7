#include "coordinator/tables/plan_cell.hpp"

#include "coordinator/tables/keys.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

// Set in the octet of the stage when a lot follows: cells that were stored before there were lots read as they are.
constexpr std::uint8_t has_lot = 0x80;

void write_lot(Fields& fields, const model::Lot& lot) {
  fields.add(lot.terms.size);
  add_short_text(fields, lot.terms.level);
  add_short_text(fields, lot.terms.aql);
  add_long_text(fields, lot.enterprise);
}

model::Lot read_lot(FieldReader& fields) {
  model::Lot lot;
  lot.terms.size = fields.take<std::uint64_t>();
  lot.terms.level = take_short_text(fields);
  lot.terms.aql = take_short_text(fields);
  lot.enterprise = take_long_text(fields);
  return lot;
}

}  // namespace

void write_plan_cell(Fields& fields, const model::PlanCell& cell, std::uint8_t bits) {
  fields.add(cell.quota).add(cell.city).add(cell.county);
  const unsigned lot = cell.lot ? has_lot : 0U;
  fields.add(static_cast<std::uint8_t>(static_cast<unsigned>(cell.stage) | lot | bits)).add(cell.round);
  add_short_text(fields, cell.programme.value());
  add_short_text(fields, cell.category.value());
  add_short_text(fields, cell.panel.value());
  add_long_text(fields, cell.commodity);
  if (cell.lot) write_lot(fields, *cell.lot);
}

model::PlanCell read_plan_cell(FieldReader& fields, std::uint8_t& bits) {
  model::PlanCell cell;
  cell.quota = fields.take<std::uint32_t>();
  cell.city = model::CityCode{fields.take<std::uint32_t>()};
  cell.county = model::CountyCode{fields.take<std::uint32_t>()};
  const auto stage = fields.take<std::uint8_t>();
  bits = stage & plan_cell_free_bits;
  cell.stage = static_cast<model::Stage>(stage & ~(has_lot | plan_cell_free_bits));
  cell.round = fields.take<std::uint8_t>();
  cell.programme = model::ProgrammeCode{take_short_text(fields)};
  cell.category = model::CategoryCode{take_short_text(fields)};
  cell.panel = model::PanelCode{take_short_text(fields)};
  cell.commodity = take_long_text(fields);
  if ((stage & has_lot) != 0) cell.lot = read_lot(fields);
  return cell;
}

}  // namespace lab::coordinator::tables
