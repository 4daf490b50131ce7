#pragma once
// Labels that the tests of this folder share.

#include <gtest/gtest.h>
#include <string>

#include "instruments/label/photo/photo.hpp"
#include "instruments/label/print/print.hpp"
#include "instruments/label/print/symbol.hpp"

namespace lab::label {

inline Payload some_payload(std::uint32_t serial) {
  return {.number = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, serial),
          .laboratory = "CD01",
          .sampled_on = {std::chrono::year{2013}, std::chrono::June, std::chrono::day{3}},
          .copy = 1};
}

inline Bytes some_label(std::uint32_t serial) {
  auto png = render_png({.payload = some_payload(serial), .copies = 2, .blind_code = "QX7M2K", .sample_name = ""});
  EXPECT_TRUE(png.has_value()) << (png ? "" : to_text(png.error()));
  return png.value_or(Bytes{});
}

inline Bytes some_photo(std::uint32_t serial, std::uint64_t seed, int severity) {
  auto jpeg = photograph(some_label(serial), {.seed = seed, .severity = severity});
  EXPECT_TRUE(jpeg.has_value());
  return jpeg.value_or(Bytes{});
}

/// A code alone on paper, as on a product's packaging.
inline Bytes lone_code(Symbology symbology, const std::string& text) {
  auto png = render_symbol_png(symbology, text, 4);
  EXPECT_TRUE(png.has_value()) << (png ? "" : to_text(png.error()));
  return png.value_or(Bytes{});
}

}  // namespace lab::label
