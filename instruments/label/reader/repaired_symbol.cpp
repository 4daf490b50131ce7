#include "instruments/label/reader/repaired_symbol.hpp"

#include "instruments/codes/soft_block.hpp"
#include "instruments/label/payload.hpp"
#include "instruments/label/reader/zxing.hpp"

namespace lab::label {

std::optional<Sighting> proven_text(const codes::HardModules& modules, int spare_checks) {
  auto text = text_of(modules);
  if (!text) return std::nullopt;
  if (spare_checks < codes::spare_proof && !sample_in(text->text)) return std::nullopt;
  return text;
}

}  // namespace lab::label
