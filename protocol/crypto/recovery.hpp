#pragma once
// Files that only two people together can read again. What is sealed needs the public half of a recovery key, which is
// no secret; its secret is given out once, as two halves for two people, and is kept nowhere.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::crypto {

using RecoveryPublic = std::array<std::uint8_t, 32>;
using RecoverySecret = std::array<std::uint8_t, 32>;

struct RecoveryPair {
  RecoveryPublic public_key{};
  RecoverySecret secret_key{};
};
RecoveryPair make_recovery_pair();
/// The public key of a secret.
RecoveryPublic public_of(const RecoverySecret& secret);

/// Two texts to print: their exclusive or is the secret, and either alone is random. Each has a check at its end, so
/// that a slip of the pen is found before anything is tried.
std::pair<std::string, std::string> split(const RecoverySecret& secret);
/// Blanks and line ends do not matter, nor does the order. Malformed, naming which half: one that is no half, or the
/// same one twice.
Result<RecoverySecret> join(std::string_view one, std::string_view other);

/// Of one backup: random, and sealed for whoever has the recovery secret.
using StreamKey = std::array<std::uint8_t, 32>;
StreamKey make_stream_key();
Bytes seal_key(const StreamKey& key, const RecoveryPublic& to);
/// Nothing when this secret does not open it.
std::optional<StreamKey> open_key(BytesView sealed, const RecoverySecret& secret);

/// Octets of a file that are sealed in one piece; each piece says whether it is the last.
constexpr std::size_t sealed_piece = 64 * 1024;
constexpr std::size_t sealed_header = 24;
constexpr std::size_t sealed_overhead = 17;  // of a piece

/// One file, piece after piece (XChaCha20-Poly1305, libsodium's secretstream). `name` is bound to every piece: a file
/// in another's place does not open.
class Sealer {
 public:
  Sealer(const StreamKey& key, std::string name);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  /// Before the first piece.
  [[nodiscard]] const Bytes& header() const { return header_; }
  Bytes piece(BytesView plain, bool last);

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string name_;
  Bytes header_;
};

class Opener {
 public:
  /// Nothing when the header is none.
  static std::optional<Opener> begin(const StreamKey& key, std::string name, BytesView header);
  ~Opener();
  Opener(Opener&&) noexcept;
  Opener& operator=(Opener&&) noexcept;

  struct Piece {
    Bytes plain;
    bool last = false;
  };
  /// Nothing when it is not the piece that was sealed next under this name and key.
  std::optional<Piece> piece(BytesView sealed);

 private:
  struct State;
  Opener(std::unique_ptr<State> state, std::string name);
  std::unique_ptr<State> state_;
  std::string name_;
};

}  // namespace lab::crypto
