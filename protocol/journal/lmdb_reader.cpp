#include "protocol/journal/lmdb_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/journal/lmdb_creation.hpp"
#include "protocol/journal/record_envelope.hpp"

namespace lab::journal {
namespace {

constexpr BytesView first_key{"\x01", 1};  // the smallest key above the stamp that may exist

std::string describe(BytesView key, std::string_view problem) {
  return fmt::format("the record with key {} is damaged: {}; stop the program and restore the latest backup",
                     to_hex(key), problem);
}

[[noreturn]] void throw_damage(BytesView key, std::string_view problem) { throw Damage(describe(key, problem)); }

BytesView checked(BytesView key, BytesView stored) {
  const auto record = unseal_record(key, stored);
  if (!record) throw DamagedRecord(describe(key, record.error()));
  return *record;
}

}  // namespace

void throw_read_failure(int code) {
  throw Damage(
      fmt::format("the store cannot be read: {}; stop the program and restore the latest backup", mdb_strerror(code)));
}

std::optional<Bytes> LmdbReader::get(BytesView key) const {
  if (key.empty() || key.size() > View::key_max || key < first_key) return std::nullopt;
  MDB_val wanted = to_val(key);
  MDB_val stored{};
  const int code = mdb_get(transaction_, table_, &wanted, &stored);
  if (code == MDB_SUCCESS) return Bytes{checked(key, to_view(stored))};
  if (code != MDB_NOTFOUND) throw_read_failure(code);
  const Cursor cursor = open_cursor();
  const auto next = seek(cursor.get(), key);
  if (next && next->key == key) throw_damage(key, "it is found on one way and not on another");
  return std::nullopt;
}

void LmdbReader::scan(BytesView first, BytesView last, const View::Visit& visit) const {
  first = std::max(first, first_key);
  if (first >= last) return;
  const Cursor cursor = open_cursor();
  Bytes previous;
  std::uint64_t seen = 0;
  for (auto at = seek(cursor.get(), first); at; at = step(cursor.get(), MDB_NEXT)) {
    if (at->key <= previous) throw_damage(at->key, "it is out of order");
    if (at->key >= last) return;
    previous = at->key;
    ++seen;
    if (!visit(at->key, at->record)) return;
  }
  if (first == first_key && seen != count()) {
    throw Damage(
        fmt::format("the store has {} records where {} are counted; stop the program and restore the latest backup",
                    seen, count()));
  }
}

std::uint64_t LmdbReader::count() const {
  MDB_stat about{};
  if (const int code = mdb_stat(transaction_, table_, &about); code != MDB_SUCCESS) throw_read_failure(code);
  if (about.ms_entries == 0) throw_damage(stamp_key, "the store's own first record is missing");
  return about.ms_entries - 1;
}

std::optional<std::uint64_t> LmdbReader::sum() const {
  MDB_val key = to_val(stamp_key);
  MDB_val stored{};
  if (const int code = mdb_get(transaction_, table_, &key, &stored); code != MDB_SUCCESS) throw_read_failure(code);
  const auto stamp = parse_stamp(checked(stamp_key, to_view(stored)));
  if (!stamp) throw_damage(stamp_key, "it is no stamp");
  return stamp->sum;
}

std::optional<std::uint64_t> LmdbReader::sum_of(BytesView key) const {
  MDB_val wanted = to_val(key);
  MDB_val stored{};
  const int code = mdb_get(transaction_, table_, &wanted, &stored);
  if (code == MDB_NOTFOUND) return 0;
  if (code != MDB_SUCCESS) throw_read_failure(code);
  const auto record = unseal_record(key, to_view(stored));
  return record ? std::optional{record_sum(key, *record)} : std::nullopt;
}

LmdbReader::Cursor LmdbReader::open_cursor() const {
  MDB_cursor* cursor = nullptr;
  if (const int code = mdb_cursor_open(transaction_, table_, &cursor); code != MDB_SUCCESS) throw_read_failure(code);
  return Cursor(cursor);
}

std::optional<LmdbReader::Entry> LmdbReader::seek(MDB_cursor* cursor, BytesView key) {
  auto at = step(cursor, MDB_SET_RANGE, key);
  if (at && at->key < key) throw_damage(at->key, "it is out of order");
  const auto below = at ? step(cursor, MDB_PREV) : step(cursor, MDB_LAST);
  if (!below) throw_damage(stamp_key, "the store's own first record is missing");
  if (below->key >= key) throw_damage(below->key, "it is out of order");
  if (!at) return std::nullopt;
  const auto again = step(cursor, MDB_NEXT);
  if (!again || again->key != at->key) throw_damage(at->key, "it is out of order");
  return again;
}

std::optional<LmdbReader::Entry> LmdbReader::step(MDB_cursor* cursor, MDB_cursor_op operation, BytesView key) {
  MDB_val found = to_val(key);
  MDB_val stored{};
  const int code = mdb_cursor_get(cursor, &found, &stored, operation);
  if (code == MDB_NOTFOUND) return std::nullopt;
  if (code != MDB_SUCCESS) throw_read_failure(code);
  const BytesView found_key = to_view(found);
  return Entry{found_key, checked(found_key, to_view(stored))};
}

}  // namespace lab::journal
