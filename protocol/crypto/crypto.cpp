#include "protocol/crypto/crypto.hpp"

#include <sodium.h>

#include "protocol/base/check.hpp"

namespace lab::crypto {
namespace {

const unsigned char* octets(BytesView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

void start() { LAB_CHECK(sodium_init() >= 0); }

Hash sha256(BytesView bytes) {
  Hash hash;
  crypto_hash_sha256(hash.octets.data(), octets(bytes), bytes.size());
  return hash;
}

KeyPair make_key_pair() {
  KeyPair pair;
  crypto_sign_keypair(pair.public_key.data(), pair.secret_key.data());
  return pair;
}

Signature sign(BytesView message, const SecretKey& key) {
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, octets(message), message.size(), key.data());
  return signature;
}

bool verify(BytesView message, const Signature& signature, const PublicKey& key) {
  return crypto_sign_verify_detached(signature.data(), octets(message), message.size(), key.data()) == 0;
}

Bytes random_bytes(std::size_t count) {
  Bytes bytes(count, '\0');
  randombytes_buf(bytes.data(), count);
  return bytes;
}

std::string random_code(std::size_t length) {
  static constexpr std::string_view alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  std::string code;
  for (std::size_t i = 0; i < length; ++i) {
    code += alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
  }
  return code;
}

bool equal_secrets(BytesView a, BytesView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace lab::crypto
