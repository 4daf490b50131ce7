#include "coordinator/dispatch/draw.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::dispatch {

coordinator::tables::Draw draw_laboratory(std::vector<model::LaboratoryId> candidates, const Hash& seed) {
  LAB_CHECK(!candidates.empty());
  std::ranges::sort(candidates);
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  const Hash hashed = crypto::sha256(seed.view());
  const auto number = journal::FieldReader{hashed.view()}.take<std::uint64_t>();
  const model::LaboratoryId drawn = candidates[number % candidates.size()];
  return {.seed = seed, .candidates = std::move(candidates), .drawn = drawn};
}

std::string words_of(const coordinator::tables::Draw& draw) {
  std::string candidates;
  for (const model::LaboratoryId one : draw.candidates) candidates += fmt::format("{},", one.value());
  return fmt::format("seed {} candidates {} drawn {}", to_hex(draw.seed.view()), candidates, draw.drawn.value());
}

}  // namespace lab::dispatch
