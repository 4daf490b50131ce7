#include "protocol/journal/lmdb_creation.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstdio>

#include "protocol/base/durable_file.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"
#include "protocol/journal/lmdb_environment.hpp"
#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/lmdb_reader.hpp"
#include "protocol/journal/record_envelope.hpp"

namespace lab::journal {
namespace {

Result<void> write_stamp(const std::filesystem::path& folder, const LmdbOptions& options) {
  const auto env = open_environment(folder, options);
  if (!env) return tl::unexpected(env.error());
  MDB_txn* begun = nullptr;
  int code = mdb_txn_begin(env->get(), nullptr, 0, &begun);
  Transaction transaction(begun);
  MDB_dbi table = 0;
  if (code == MDB_SUCCESS) code = mdb_dbi_open(begun, nullptr, 0, &table);
  const Bytes sealed = seal_record(stamp_key, stamp_text(0));
  MDB_val key = to_val(stamp_key);
  MDB_val stored = to_val(sealed);
  if (code == MDB_SUCCESS) code = mdb_put(begun, table, &key, &stored, 0);
  if (code == MDB_SUCCESS) code = mdb_txn_commit(transaction.release());
  if (code == MDB_SUCCESS) return {};
  return tl::unexpected(storage_error(
      folder, fmt::format("the store cannot be created: {}; check the disk's room and rights", mdb_strerror(code))));
}

}  // namespace

std::optional<Stamp> parse_stamp(BytesView text) {
  Stamp stamp;
  const char* const end = text.data() + text.size();
  const auto format = std::from_chars(text.data(), end, stamp.format);
  if (format.ec != std::errc{}) return std::nullopt;
  if (format.ptr == end) return stamp;
  std::uint64_t sum = 0;
  constexpr std::size_t sum_digits = 16;
  if (*format.ptr != ' ' || end - format.ptr != 1 + sum_digits) {
    // A later format may say more; its number is all that counts.
    return stamp.format > store_format ? std::optional{stamp} : std::nullopt;
  }
  const auto digits = std::from_chars(format.ptr + 1, end, sum, 16);
  if (digits.ec != std::errc{} || digits.ptr != end) return std::nullopt;
  stamp.sum = sum;
  return stamp;
}

Bytes stamp_text(std::optional<std::uint64_t> sum) {
  return sum ? fmt::format("{} {:016x}", store_format, *sum) : std::to_string(store_format);
}

Result<void> create_if_missing(const std::filesystem::path& folder, const LmdbOptions& options) {
  const auto file = folder / "data.mdb";
  struct stat found {};
  if (::stat(file.c_str(), &found) == 0 && found.st_size > 0) return {};
  const auto unfinished = folder / "new";
  std::error_code error;
  std::filesystem::remove_all(unfinished, error);  // of a creation that was interrupted
  std::filesystem::create_directory(unfinished, error);
  if (error) {
    return tl::unexpected(storage_error(folder, fmt::format("the store cannot be created: {}", error.message())));
  }
  if (auto written = write_stamp(unfinished, options); !written) return written;
  if (fails_at("store.create.written") || ::rename((unfinished / "data.mdb").c_str(), file.c_str()) != 0) {
    return tl::unexpected(storage_error(folder, fmt::format("the store cannot be named: {}", system_text(errno))));
  }
  std::filesystem::remove_all(unfinished, error);
  pass("store.create.named");
  // The names in the folder, and the folder's own name, must survive a power cut as well.
  if (auto synced = sync_folder(folder); !synced) return synced;
  return sync_folder(std::filesystem::absolute(folder).parent_path());
}

}  // namespace lab::journal
