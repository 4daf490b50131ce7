// A sealed file of a backup, its key, and the halves of the recovery key that people type. Nothing opens but what was
// sealed, octet by octet. Input: two octets that say which octet of the sealed form of the rest is changed, and one by
// what; then the plain text.

#include <cstdint>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/crypto/recovery.hpp"
#include "protocol/journal/backup_files.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace lab;

constexpr crypto::StreamKey key{1, 2, 3};
const std::string name = "keys.json";

bool opens(BytesView sealed) {
  const fuzz::MemoryFile file{sealed};
  return journal::unseal_file(file.path(), name, key, {}).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::start();
  const BytesView input{reinterpret_cast<const char*>(data), size};
  LAB_CHECK(!opens(input));
  static const crypto::RecoveryPair pair = crypto::make_recovery_pair();
  LAB_CHECK(!crypto::open_key(input, pair.secret_key));
  const std::size_t half = std::min(input.find('\n'), input.size());
  if (const auto secret = crypto::join(input.substr(0, half), input.substr(std::min(half + 1, input.size())))) {
    const auto [one, other] = crypto::split(*secret);
    LAB_CHECK(*crypto::join(one, other) == *secret);
  }
  if (size < 3) return 0;

  crypto::Sealer sealer{key, name};
  Bytes sealed = sealer.header() + sealer.piece(input.substr(3).substr(0, crypto::sealed_piece), true);
  LAB_CHECK(opens(sealed));
  const std::size_t at = (std::size_t{data[0]} << 8 | data[1]) % sealed.size();
  sealed[at] = static_cast<char>(sealed[at] ^ static_cast<char>(data[2]));
  LAB_CHECK(opens(sealed) == (data[2] == 0));
  return 0;
}
