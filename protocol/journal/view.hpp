#pragma once
// What a core sees of the store: an ordered map from keys to records.

#include <functional>
#include <optional>
#include <stdexcept>

#include "protocol/base/bytes.hpp"

namespace lab::journal {

/// A stored record does not match its checksum, or the medium failed under a read. Nobody can decide anything on such a
/// store: only the process's outermost loop catches this, reports it, and stops.
class Damage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The damage is of one record, which says so at every read: what does not need it can go on.
class DamagedRecord : public Damage {
 public:
  using Damage::Damage;
};

/// Read-only and consistent: it does not change while it is looked at. Keys are at most key_max octets, ordered as
/// unsigned octets. Every record is checked against its checksum on every read; a mismatch throws Damage.
/// Used on one thread.
class View {
 public:
  static constexpr std::size_t key_max = 64;  // LMDB allows 511; short keys keep pages full

  virtual ~View() = default;

  [[nodiscard]] virtual std::optional<Bytes> get(BytesView key) const = 0;

  /// Calls `visit(key, record)` for the keys in [first, last) in ascending order until it returns false. The arguments
  /// are valid during the call only.
  using Visit = std::function<bool(BytesView key, BytesView record)>;
  virtual void scan(BytesView first, BytesView last, const Visit& visit) const = 0;
};

/// The smallest key above every key that starts with `prefix`: the end of a scan over that prefix.
/// Precondition: the prefix is not made of 0xFF octets only.
Bytes after_prefix(BytesView prefix);

}  // namespace lab::journal
