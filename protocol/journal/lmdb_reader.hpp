#pragma once
// Reading from one LMDB transaction with every record checked. Private to this folder.

#include <lmdb.h>

#include <memory>

#include "protocol/journal/view.hpp"

namespace lab::journal {

/// The engine's own record, first in key order: the format of the store. There is always one, so that every other key
/// has a neighbour below.
inline constexpr BytesView stamp_key{"\0", 1};

/// Does not own the transaction, which must live longer.
class LmdbReader {
 public:
  LmdbReader(MDB_txn* transaction, MDB_dbi table) : transaction_(transaction), table_(table) {}

  /// "Not there" is proved, not believed: the neighbours on both sides are read and checked too, because a flipped bit
  /// in a key or in an inner page of the tree makes a record unfindable without any error.
  [[nodiscard]] std::optional<Bytes> get(BytesView key) const;
  /// A scan over all keys also compares their number with the count in the header page.
  void scan(BytesView first, BytesView last, const View::Visit& visit) const;
  /// How many records the header page counts; the stamp is not one of them.
  [[nodiscard]] std::uint64_t count() const;
  /// The sum over all records as of the last commit, from the stamp.
  [[nodiscard]] std::optional<std::uint64_t> sum() const;
  /// What record_sum() says of the record with this key, 0 when there is none; nothing when it is damaged.
  [[nodiscard]] std::optional<std::uint64_t> sum_of(BytesView key) const;

 private:
  struct CursorCloser {
    void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
  };
  using Cursor = std::unique_ptr<MDB_cursor, CursorCloser>;
  struct Entry {
    BytesView key;
    BytesView record;
  };

  [[nodiscard]] Cursor open_cursor() const;
  /// The first entry at or above `key`, which is above the stamp; the cursor stands on it.
  static std::optional<Entry> seek(MDB_cursor* cursor, BytesView key);
  /// One step; nothing at the end. Throws Damage.
  static std::optional<Entry> step(MDB_cursor* cursor, MDB_cursor_op operation, BytesView key = {});

  MDB_txn* transaction_;
  MDB_dbi table_;
};

/// Throws Damage for an LMDB error code met while reading.
[[noreturn]] void throw_read_failure(int code);

inline MDB_val to_val(BytesView bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
inline BytesView to_view(const MDB_val& value) { return {static_cast<const char*>(value.mv_data), value.mv_size}; }

}  // namespace lab::journal
