#pragma once
// Hashes, signatures and random numbers. The only folder that knows libsodium.
// Call `crypto::start()` once in main before anything else here; everything is thread-safe afterwards.

#include <array>
#include <cstdint>
#include <string>

#include "protocol/base/bytes.hpp"

namespace lab::crypto {

/// Prepares libsodium. Aborts when the machine has no source of randomness.
void start();

Hash sha256(BytesView bytes);

/// Ed25519. The secret key never leaves the process that made it, except into a file of mode 0600.
using PublicKey = std::array<std::uint8_t, 32>;
using SecretKey = std::array<std::uint8_t, 64>;
using Signature = std::array<std::uint8_t, 64>;

struct KeyPair {
  PublicKey public_key{};
  SecretKey secret_key{};
};

KeyPair make_key_pair();
Signature sign(BytesView message, const SecretKey& key);
bool verify(BytesView message, const Signature& signature, const PublicKey& key);

/// `count` octets from the system's source of randomness.
Bytes random_bytes(std::size_t count);

/// Upper-case letters and digits without the look-alikes 0 O 1 I L: for codes that people copy by hand.
std::string random_code(std::size_t length);

/// Compares secrets in a time that does not depend on where they differ.
bool equal_secrets(BytesView a, BytesView b);

}  // namespace lab::crypto
