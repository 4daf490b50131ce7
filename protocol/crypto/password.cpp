#include "protocol/crypto/password.hpp"

#include <sodium.h>

#include <array>
#include <semaphore>

namespace lab::crypto {
namespace {

constexpr unsigned long long passes = 3;
constexpr std::size_t memory_octets = std::size_t{64} << 20;

class Turn {
 public:
  Turn() { places().acquire(); }
  ~Turn() { places().release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  static std::counting_semaphore<password_hashes_at_once>& places() {
    static std::counting_semaphore<password_hashes_at_once> free{password_hashes_at_once};
    return free;
  }
};

}  // namespace

std::string hash_password(std::string_view password) {
  const Turn turn;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed = crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), passes, memory_octets,
                                           crypto_pwhash_ALG_ARGON2ID13);
  return failed != 0 ? std::string{} : std::string{hash.data()};
}

bool is_password(std::string_view password, const std::string& hash) {
  // Of no password that anybody is told: what is compared with when there is nobody to compare with.
  static const std::string nobody = hash_password(std::string(crypto_pwhash_SALTBYTES, '\x7F'));
  const Turn turn;
  const std::string& wanted = hash.empty() ? nobody : hash;
  const bool same = crypto_pwhash_str_verify(wanted.c_str(), password.data(), password.size()) == 0;
  return same && !hash.empty();
}

}  // namespace lab::crypto
