#include "protocol/crypto/recovery.hpp"

#include <sodium.h>

#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::crypto {
namespace {

constexpr std::size_t check_octets = 4;
constexpr std::size_t group = 8;  // characters between two blanks

static_assert(crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32);
static_assert(crypto_secretstream_xchacha20poly1305_KEYBYTES == 32);
static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == sealed_header);
static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == sealed_overhead);

const std::uint8_t* octets_of(BytesView bytes) { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }
std::uint8_t* octets_of(Bytes& bytes) { return reinterpret_cast<std::uint8_t*>(bytes.data()); }

Bytes check_of(BytesView half) {
  return Bytes{sha256(Bytes{"qlims recovery half "}.append(half)).view().substr(0, check_octets)};
}

std::string printed(BytesView half) {
  const std::string hex = to_hex(Bytes{half}.append(check_of(half)));
  std::string text;
  for (std::size_t at = 0; at < hex.size(); at += group) {
    text += (at == 0 ? "" : " ") + hex.substr(at, group);
  }
  return text;
}

std::optional<RecoverySecret> read_half(std::string_view text) {
  std::string hex;
  for (const char letter : text) {
    if (letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t') continue;
    hex += letter >= 'A' && letter <= 'F' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  std::array<std::uint8_t, 32 + check_octets> octets{};
  if (!fill_from_hex(octets, hex)) return std::nullopt;
  const BytesView all = view_of(octets);
  RecoverySecret half{};
  std::copy_n(octets.begin(), half.size(), half.begin());
  if (check_of(all.substr(0, half.size())) != all.substr(half.size())) return std::nullopt;
  return half;
}

}  // namespace

RecoveryPair make_recovery_pair() {
  RecoveryPair pair;
  crypto_box_keypair(pair.public_key.data(), pair.secret_key.data());
  return pair;
}

RecoveryPublic public_of(const RecoverySecret& secret) {
  RecoveryPublic key{};
  crypto_scalarmult_base(key.data(), secret.data());
  return key;
}

std::pair<std::string, std::string> split(const RecoverySecret& secret) {
  RecoverySecret one{};
  randombytes_buf(one.data(), one.size());
  RecoverySecret other{};
  std::transform(secret.begin(), secret.end(), one.begin(), other.begin(),
                 [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
  return {printed(view_of(one)), printed(view_of(other))};
}

Result<RecoverySecret> join(std::string_view one, std::string_view other) {
  const auto first = read_half(one);
  if (!first)
    return fail(ErrorCode::malformed, "this is no half of a recovery key; compare it with the paper", "half 1");
  const auto second = read_half(other);
  if (!second) {
    return fail(ErrorCode::malformed, "this is no half of a recovery key; compare it with the paper", "half 2");
  }
  if (*first == *second) return fail(ErrorCode::malformed, "this is the same half as the first", "half 2");
  RecoverySecret secret{};
  std::transform(first->begin(), first->end(), second->begin(), secret.begin(),
                 [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
  return secret;
}

StreamKey make_stream_key() {
  StreamKey key{};
  crypto_secretstream_xchacha20poly1305_keygen(key.data());
  return key;
}

Bytes seal_key(const StreamKey& key, const RecoveryPublic& to) {
  Bytes sealed(key.size() + crypto_box_SEALBYTES, '\0');
  LAB_CHECK(crypto_box_seal(octets_of(sealed), key.data(), key.size(), to.data()) == 0);
  return sealed;
}

std::optional<StreamKey> open_key(BytesView sealed, const RecoverySecret& secret) {
  StreamKey key{};
  if (sealed.size() != key.size() + crypto_box_SEALBYTES) return std::nullopt;
  const RecoveryPublic own = public_of(secret);
  if (crypto_box_seal_open(key.data(), octets_of(sealed), sealed.size(), own.data(), secret.data()) != 0) {
    return std::nullopt;
  }
  return key;
}

struct Sealer::State {
  crypto_secretstream_xchacha20poly1305_state stream{};
};

Sealer::Sealer(const StreamKey& key, std::string name)
    : state_(std::make_unique<State>()), name_(std::move(name)), header_(sealed_header, '\0') {
  crypto_secretstream_xchacha20poly1305_init_push(&state_->stream, octets_of(header_), key.data());
}

Sealer::~Sealer() { sodium_memzero(&state_->stream, sizeof state_->stream); }

Bytes Sealer::piece(BytesView plain, bool last) {
  Bytes sealed(plain.size() + sealed_overhead, '\0');
  const std::uint8_t tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
  crypto_secretstream_xchacha20poly1305_push(&state_->stream, octets_of(sealed), nullptr, octets_of(plain),
                                             plain.size(), octets_of(BytesView{name_}), name_.size(), tag);
  return sealed;
}

struct Opener::State {
  crypto_secretstream_xchacha20poly1305_state stream{};
};

Opener::Opener(std::unique_ptr<State> state, std::string name) : state_(std::move(state)), name_(std::move(name)) {}
Opener::Opener(Opener&&) noexcept = default;
Opener& Opener::operator=(Opener&&) noexcept = default;
Opener::~Opener() {
  if (state_) sodium_memzero(&state_->stream, sizeof state_->stream);
}

std::optional<Opener> Opener::begin(const StreamKey& key, std::string name, BytesView header) {
  auto state = std::make_unique<State>();
  if (header.size() != sealed_header ||
      crypto_secretstream_xchacha20poly1305_init_pull(&state->stream, octets_of(header), key.data()) != 0) {
    return std::nullopt;
  }
  return Opener{std::move(state), std::move(name)};
}

std::optional<Opener::Piece> Opener::piece(BytesView sealed) {
  if (sealed.size() < sealed_overhead) return std::nullopt;
  Piece piece{.plain = Bytes(sealed.size() - sealed_overhead, '\0')};
  std::uint8_t tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_->stream, octets_of(piece.plain), nullptr, &tag,
                                                 octets_of(sealed), sealed.size(), octets_of(BytesView{name_}),
                                                 name_.size()) != 0) {
    return std::nullopt;
  }
  piece.last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  return piece;
}

}  // namespace lab::crypto
