#pragma once
// Private to this folder: how a fine cell stands in keys, the programme first, so that one programme's are together.

#include "coordinator/tables/results.hpp"

namespace lab::coordinator::tables {

inline journal::Fields& add_fine_cell(journal::Fields& key, const CellKey& cell) {
  add_short_text(key, cell.programme.value());
  key.add(cell.city).add(cell.county);
  add_short_text(key, cell.category.value());
  key.add(static_cast<std::uint8_t>(cell.stage)).add(cell.round);
  return key.add(cell.month).add(cell.laboratory);
}

inline CellKey take_fine_cell(journal::FieldReader& fields) {
  CellKey cell;
  cell.programme = model::ProgrammeCode{take_short_text(fields)};
  cell.city = model::CityCode{fields.take<std::uint32_t>()};
  cell.county = model::CountyCode{fields.take<std::uint32_t>()};
  cell.category = model::CategoryCode{take_short_text(fields)};
  cell.stage = static_cast<model::Stage>(fields.take<std::uint8_t>());
  cell.round = fields.take<std::uint8_t>();
  cell.month = fields.take<std::uint16_t>();
  cell.laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
  return cell;
}

}  // namespace lab::coordinator::tables
