// Durable commits per second of the store beside bare LMDB writing the same records, in interleaved rounds: what our
// checksums, limits and room checks cost.
//   store_bench [FOLDER]      FOLDER must not exist; default: a fresh one beside the working folder

#include <fmt/format.h>
#include <lmdb.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/journal/store.hpp"

namespace {

using namespace lab;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 5;
constexpr auto round_time = std::chrono::milliseconds{400};

struct Load {
  int records = 0;         // per commit
  std::size_t octets = 0;  // per record
};
constexpr Load loads[] = {{1, 200}, {10, 200}, {100, 200}, {100, 1900}};

Bytes next_key(std::uint64_t& next) { return journal::Fields('b').add(next++).bytes(); }

void check_lmdb(int code) {
  if (code == MDB_SUCCESS) return;
  fmt::print(stderr, "LMDB: {}\n", mdb_strerror(code));
  std::abort();
}

/// LMDB as its manual shows it, with default flags: durable at every commit.
class BareLmdb {
 public:
  explicit BareLmdb(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    check_lmdb(mdb_env_create(&env_));
    check_lmdb(mdb_env_set_mapsize(env_, journal::LmdbOptions{}.map_bytes));
    check_lmdb(mdb_env_open(env_, folder.c_str(), 0, 0600));
    MDB_txn* transaction = nullptr;
    check_lmdb(mdb_txn_begin(env_, nullptr, 0, &transaction));
    check_lmdb(mdb_dbi_open(transaction, nullptr, 0, &table_));
    check_lmdb(mdb_txn_commit(transaction));
  }
  ~BareLmdb() { mdb_env_close(env_); }
  BareLmdb(const BareLmdb&) = delete;
  BareLmdb& operator=(const BareLmdb&) = delete;

  void commit(const Load& load, const Bytes& record, std::uint64_t& next) {
    MDB_txn* transaction = nullptr;
    check_lmdb(mdb_txn_begin(env_, nullptr, 0, &transaction));
    for (int i = 0; i < load.records; ++i) {
      Bytes key = next_key(next);
      Bytes octets = record;
      MDB_val name{key.size(), key.data()};
      MDB_val value{octets.size(), octets.data()};
      check_lmdb(mdb_put(transaction, table_, &name, &value, 0));
    }
    check_lmdb(mdb_txn_commit(transaction));
  }

 private:
  MDB_env* env_ = nullptr;
  MDB_dbi table_ = 0;
};

void commit(journal::Store& store, const Load& load, const Bytes& record, std::uint64_t& next) {
  const auto batch = store.write();
  for (int i = 0; i < load.records; ++i) LAB_CHECK(batch->put(next_key(next), record).has_value());
  LAB_CHECK(batch->commit().has_value());
}

template <class Commit>
double commits_per_second(const Commit& commit_once) {
  const auto begun = Clock::now();
  int commits = 0;
  for (; Clock::now() - begun < round_time; ++commits) commit_once();
  return commits / std::chrono::duration<double>(Clock::now() - begun).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Both sides write ascending keys, each into a store of its own.
void compare(journal::Store& store, BareLmdb& bare, const Load& load, std::uint64_t& next) {
  const Bytes record(load.octets, 'x');
  std::vector<double> rates;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    const double ours = commits_per_second([&] { commit(store, load, record, next); });
    const double theirs = commits_per_second([&] { bare.commit(load, record, next); });
    rates.push_back(ours);
    ratios.push_back(ours / theirs);
  }
  fmt::print(
      "store: {:>3} records of {:>4} B per commit: {:>7.0f} commits/s, {:>8.0f} records/s; {:.2f} of bare LMDB "
      "({:.2f} to {:.2f})\n",
      load.records, load.octets, median(rates), median(rates) * load.records, median(ratios),
      *std::ranges::min_element(ratios), *std::ranges::max_element(ratios));
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : fmt::format("store-bench-{}", ::getpid());
  {
    const auto store = journal::open_lmdb(folder / "store");
    if (!store) {
      fmt::print(stderr, "{}\n", to_text(store.error()));
      return 1;
    }
    BareLmdb bare{folder / "bare"};
    std::uint64_t next = 0;
    for (const Load& load : loads) compare(**store, bare, load, next);
  }
  std::filesystem::remove_all(folder);
}
