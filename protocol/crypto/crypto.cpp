#include "protocol/crypto/crypto.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include "protocol/base/check.hpp"

namespace lab::crypto {
namespace {

const unsigned char* octets(BytesView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

// Looked up once: the search through OpenSSL's providers costs as much as hashing 300 octets.
const EVP_MD* sha256_of_openssl() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  LAB_CHECK(method != nullptr);
  return method;
}

}  // namespace

void start() { LAB_CHECK(sodium_init() >= 0); }

Hash sha256(BytesView bytes) {
  Hash hash;
  LAB_CHECK(EVP_Digest(octets(bytes), bytes.size(), hash.octets.data(), nullptr, sha256_of_openssl(), nullptr) == 1);
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
