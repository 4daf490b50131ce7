// Texts said to be profiles; one that is accepted must be able to read a table without harm.

#include <cstdint>

#include "instruments/profiles/decode.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lab::profiles::Library library;
  if (!library.add({reinterpret_cast<const char*>(data), size})) return 0;
  constexpr std::string_view table = "Sample,Element,Result,Unit\nW-1,Pb,<0.05,mg/kg\nAverage,Pb,1,mg/kg\n\nend,,,\n";
  const std::string name = library.all().front().name;
  const auto decoding = lab::profiles::decode(table, {.profile = name}, library);
  LAB_CHECK(decoding.refused.empty() != decoding.observations.empty());
  LAB_CHECK(decoding.covered_bytes <= decoding.total_bytes);
  return 0;
}
