#include "coordinator/tables/draws.hpp"

namespace lab::coordinator::tables {

using journal::FieldReader;
using journal::Fields;

// No candidates: nothing was drawn.
void add_draw(Fields& record, const std::optional<Draw>& draw) {
  record.add(static_cast<std::uint16_t>(draw ? draw->candidates.size() : 0));
  if (!draw) return;
  record.add(draw->seed).add(draw->drawn);
  for (const model::LaboratoryId candidate : draw->candidates) record.add(candidate);
}

std::optional<Draw> take_draw(FieldReader& fields) {
  const auto count = fields.take<std::uint16_t>();
  if (count == 0) return std::nullopt;
  Draw draw;
  draw.seed = fields.take_hash();
  draw.drawn = model::LaboratoryId{fields.take<std::uint32_t>()};
  for (std::uint16_t i = 0; i < count; ++i) draw.candidates.emplace_back(fields.take<std::uint32_t>());
  return draw;
}

}  // namespace lab::coordinator::tables
