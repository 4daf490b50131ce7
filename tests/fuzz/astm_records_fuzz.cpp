// Stored captures and files said to be ASTM E1394: read to their end or refused.

#include <cstdint>

#include "instruments/drivers/astm_records.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  lab::drivers::looks_like_astm(bytes);
  const auto decoding = lab::drivers::decode_astm(bytes);
  LAB_CHECK(decoding.refused.empty() != decoding.observations.empty());
  LAB_CHECK(decoding.covered_bytes <= decoding.total_bytes);
  for (const auto& observation : decoding.observations) LAB_CHECK(observation.offset < size);
  return 0;
}
