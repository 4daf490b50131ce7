#pragma once
// How a quota cell is written into records. Private to this folder.

#include <cstdint>

#include "protocol/journal/fields.hpp"
#include "protocol/model/plan.hpp"

namespace lab::coordinator::tables {

/// Bits that a record may keep in the octet of the stage; that a lot follows is one of them already.
constexpr std::uint8_t plan_cell_free_bits = 0x40;

void write_plan_cell(journal::Fields& fields, const model::PlanCell& cell, std::uint8_t bits = 0);
/// `bits` is what was written with it.
model::PlanCell read_plan_cell(journal::FieldReader& fields, std::uint8_t& bits);

}  // namespace lab::coordinator::tables
