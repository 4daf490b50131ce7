#pragma once
// LMDB's environment and transactions with an owner, opened as this project needs them. Private to this folder.

#include <lmdb.h>

#include <filesystem>
#include <memory>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/journal/store.hpp"

namespace lab::journal {

struct EnvCloser {
  void operator()(MDB_env* env) const { mdb_env_close(env); }
};
struct TransactionAborter {
  void operator()(MDB_txn* transaction) const { mdb_txn_abort(transaction); }
};
using Env = std::unique_ptr<MDB_env, EnvCloser>;
using Transaction = std::unique_ptr<MDB_txn, TransactionAborter>;

Error storage_error(const std::filesystem::path& folder, std::string message);

/// Default flags but one, so that nothing weakens durability; slots of readers that died are freed. A broken page that
/// LMDB itself notices later ends the process.
Result<Env> open_environment(const std::filesystem::path& folder, const LmdbOptions& options);

}  // namespace lab::journal
