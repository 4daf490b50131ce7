#include "protocol/crypto/running_hash.hpp"

#include <openssl/evp.h>

#include "protocol/base/check.hpp"

namespace lab::crypto {

struct RunningHash::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

RunningHash::RunningHash() : state_(std::make_unique<State>()) {
  LAB_CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1);
}

RunningHash::~RunningHash() { EVP_MD_CTX_free(state_->context); }

void RunningHash::add(BytesView bytes) {
  LAB_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Hash RunningHash::finish() {
  Hash hash;
  LAB_CHECK(EVP_DigestFinal_ex(state_->context, hash.octets.data(), nullptr) == 1);
  return hash;
}

}  // namespace lab::crypto
