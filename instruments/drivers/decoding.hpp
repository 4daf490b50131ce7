#pragma once
// Two ways to end a Decoding, the same for every driver.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::size_t capture_octets_max = std::size_t{256} << 20;  // a larger file is not an export of results
inline constexpr std::size_t diagnostics_max = 1000;  // nobody reads more; a garbled file could hold millions

/// The whole capture refused: no observations, and the reason.
model::Decoding refuse(std::string_view profile, std::size_t total_bytes, std::string reason);

/// Adds one, up to diagnostics_max; the last place says that there were more.
void add_diagnostic(model::Decoding& decoding, model::Diagnostic diagnostic);

}  // namespace lab::drivers
