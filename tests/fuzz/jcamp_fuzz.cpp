// Files said to be JCAMP-DX, and archives that are only known by name: read to their end or refused, never a number
// that could be judged, and never more points than a file may have.

#include <cstdint>

#include "instruments/drivers/jcamp.hpp"
#include "instruments/drivers/jcamp_ordinates.hpp"
#include "instruments/drivers/spectrum_files.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  lab::drivers::looks_like_jcamp(bytes);
  lab::drivers::looks_like_animl(bytes);
  // Far below what a file may have, so that a round stays short.
  (void)lab::drivers::jcamp::read_ordinates(bytes, 10'000);
  const auto groups = lab::drivers::jcamp::read_groups(bytes, 2);
  if (groups) LAB_CHECK((*groups)[0].size() == (*groups)[1].size() && (*groups)[0].size() <= size);
  const auto decoding = lab::drivers::decode_jcamp(bytes);
  LAB_CHECK(decoding.refused.empty() != decoding.observations.empty());
  for (const auto& observation : decoding.observations) {
    LAB_CHECK(observation.offset < size && !observation.value.number);
  }
  return 0;
}
