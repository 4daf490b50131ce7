// Any octets, read by the profile that recognises them and by one that their last octet picks: to the end, or refused.

#include <cstdint>

#include "instruments/profiles/decode.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  (void)lab::profiles::decode_and_explain(bytes, {.profile = {}, .file_name = "folder/W-1.csv"});
  if (size == 0) return 0;
  const auto all = lab::profiles::built_in().all();
  const lab::profiles::Profile& profile = all[data[size - 1] % all.size()];
  const auto decoding = lab::profiles::decode(bytes, {.profile = profile.name, .file_name = "W-1.csv"});
  LAB_CHECK(decoding.refused.empty() != decoding.observations.empty());
  LAB_CHECK(decoding.covered_bytes <= decoding.total_bytes);
  for (const auto& observation : decoding.observations) LAB_CHECK(observation.offset < size);
  for (const auto& diagnostic : decoding.diagnostics) LAB_CHECK(diagnostic.offset < size);
  return 0;
}
