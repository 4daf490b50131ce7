// Any octets under any key: never a crash, and what is accepted is exactly what sealing makes.
// Input: one octet with the key's length, the key, the stored value. When the last 8 octets are cut off and sealed
// anew, the parser's inner checks are reached as well.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "protocol/base/check.hpp"
#include "protocol/journal/record_envelope.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lab;
  if (size == 0) return 0;
  const BytesView input(reinterpret_cast<const char*>(data), size);
  const std::size_t key_length = std::min<std::size_t>(data[0] % 65, size - 1);
  const BytesView key = input.substr(1, key_length);
  const BytesView rest = input.substr(1 + key_length);

  if (const auto record = journal::unseal_record(key, rest)) LAB_CHECK(journal::seal_record(key, *record) == rest);

  const Bytes sealed = journal::seal_record(key, rest);
  const auto back = journal::unseal_record(key, sealed);
  LAB_CHECK(back && *back == rest);
  // A sealed record inside of a sealed record is data, not structure.
  LAB_CHECK(!journal::unseal_record(key, BytesView(sealed).substr(1)));
  return 0;
}
