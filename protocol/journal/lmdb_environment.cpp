#include "protocol/journal/lmdb_environment.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "protocol/base/log.hpp"

namespace lab::journal {
namespace {

/// LMDB met an impossible page. Nothing below may run on, and nothing above could: the process ends, the file stays.
void stop_on_broken_page(MDB_env* /*env*/, const char* what) {
  log::error("the store is damaged inside ({}); restore the latest backup into a new folder", what);
  std::abort();
}

}  // namespace

Error storage_error(const std::filesystem::path& folder, std::string message) {
  return {ErrorCode::storage, std::move(message), folder.string()};
}

Result<Env> open_environment(const std::filesystem::path& folder, const LmdbOptions& options) {
  MDB_env* created = nullptr;
  int code = mdb_env_create(&created);
  Env env(created);
  if (code == MDB_SUCCESS) code = mdb_env_set_assert(created, stop_on_broken_page);
  if (code == MDB_SUCCESS) code = mdb_env_set_mapsize(created, options.map_bytes);
  if (code == MDB_SUCCESS) code = mdb_env_set_maxreaders(created, options.readers_max);
  // Readers are objects that move between threads of a pool, hence NOTLS; every other flag weakens durability.
  if (code == MDB_SUCCESS) code = mdb_env_open(created, folder.c_str(), MDB_NOTLS, 0600);
  int dead_readers = 0;
  if (code == MDB_SUCCESS) code = mdb_reader_check(created, &dead_readers);
  if (code == MDB_SUCCESS) return env;
  return tl::unexpected(storage_error(
      folder,
      fmt::format("the store cannot be opened: {}; check the folder, or restore the latest backup into a new one",
                  mdb_strerror(code))));
}

}  // namespace lab::journal
