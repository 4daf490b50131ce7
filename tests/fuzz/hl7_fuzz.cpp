// Files and messages said to be HL7 v2: read to their end or refused; no code, composite or picture becomes a number.

#include <cstdint>

#include "instruments/drivers/hl7.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  lab::drivers::looks_like_hl7(bytes);
  const auto decoding = lab::drivers::decode_hl7(bytes);
  LAB_CHECK(decoding.refused.empty() != decoding.observations.empty());
  LAB_CHECK(decoding.covered_bytes <= decoding.total_bytes);
  for (const auto& observation : decoding.observations) {
    LAB_CHECK(observation.offset < size);
    LAB_CHECK(!observation.value.number || observation.value.text.find('^') == std::string::npos);
  }
  return 0;
}
