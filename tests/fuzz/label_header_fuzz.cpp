// The first look at an uploaded file: any octets, no crash, and nothing over the limits passes.

#include <cstddef>
#include <cstdint>

#include "instruments/label/header.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lab::label;
  const auto header = check_image({reinterpret_cast<const char*>(data), size});
  if (!header) {
    LAB_CHECK(!header.error().message.empty());
    return 0;
  }
  LAB_CHECK(header->width >= 1 && header->width <= image_side_max);
  LAB_CHECK(header->height >= 1 && header->height <= image_side_max);
  LAB_CHECK(std::uint64_t{header->width} * header->height <= image_pixels_max && size <= image_bytes_max);
  return 0;
}
