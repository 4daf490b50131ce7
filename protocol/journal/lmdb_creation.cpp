#include "protocol/journal/lmdb_creation.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

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
  const Bytes sealed = seal_record(stamp_key, std::to_string(store_format));
  MDB_val key = to_val(stamp_key);
  MDB_val stored = to_val(sealed);
  if (code == MDB_SUCCESS) code = mdb_put(begun, table, &key, &stored, 0);
  if (code == MDB_SUCCESS) code = mdb_txn_commit(transaction.release());
  if (code == MDB_SUCCESS) return {};
  return tl::unexpected(storage_error(
      folder, fmt::format("the store cannot be created: {}; check the disk's room and rights", mdb_strerror(code))));
}

}  // namespace

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
  if (::rename((unfinished / "data.mdb").c_str(), file.c_str()) != 0) {
    return tl::unexpected(storage_error(folder, fmt::format("the store cannot be named: {}", system_text(errno))));
  }
  std::filesystem::remove_all(unfinished, error);
  // The names in the folder, and the folder's own name, must survive a power cut as well.
  if (auto synced = sync_folder(folder); !synced) return synced;
  return sync_folder(std::filesystem::absolute(folder).parent_path());
}

}  // namespace lab::journal
