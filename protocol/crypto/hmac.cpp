#include "protocol/crypto/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "protocol/base/check.hpp"

namespace lab::crypto {

Hash hmac_sha256(BytesView secret, BytesView message) {
  Hash hash;
  unsigned int size = 0;
  const auto* const octets = reinterpret_cast<const unsigned char*>(message.data());
  LAB_CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), octets, message.size(),
                 hash.octets.data(), &size) != nullptr);
  LAB_CHECK(size == hash.octets.size());
  return hash;
}

}  // namespace lab::crypto
