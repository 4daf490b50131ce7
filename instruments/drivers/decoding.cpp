#include "instruments/drivers/decoding.hpp"

#include <utility>

namespace lab::drivers {

model::Decoding refuse(std::string_view profile, std::size_t total_bytes, std::string reason) {
  return {.profile = std::string{profile},
          .observations = {},
          .diagnostics = {},
          .covered_bytes = 0,
          .total_bytes = total_bytes,
          .refused = std::move(reason)};
}

void add_diagnostic(model::Decoding& decoding, model::Diagnostic diagnostic) {
  if (decoding.diagnostics.size() >= diagnostics_max) return;
  if (decoding.diagnostics.size() + 1 == diagnostics_max) {
    diagnostic.where.clear();
    diagnostic.message = "其余提示从略，请先改正以上各条";
  }
  decoding.diagnostics.push_back(std::move(diagnostic));
}

}  // namespace lab::drivers
