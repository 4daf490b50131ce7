#include "protocol/transport/keys.hpp"

#include <zmq.h>

#include <array>

#include "protocol/base/check.hpp"

namespace lab::transport {
namespace {

constexpr std::size_t key_length = 40;

}  // namespace

CurveKeys make_curve_keys() {
  std::array<char, key_length + 1> public_key{};
  std::array<char, key_length + 1> secret_key{};
  LAB_CHECK(zmq_curve_keypair(public_key.data(), secret_key.data()) == 0);
  return {.public_key = public_key.data(), .secret_key = secret_key.data()};
}

bool is_curve_key(const std::string& key) {
  std::array<std::uint8_t, key_length / 5 * 4> octets{};
  return key.size() == key_length && zmq_z85_decode(octets.data(), key.c_str()) != nullptr;
}

}  // namespace lab::transport
