// Durable commits per second of the store, for 1, 10 and 100 records of 200 octets per commit, in interleaved rounds.
//   store_bench [FOLDER]      FOLDER must not exist; default: a fresh one beside the working folder

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <vector>

#include "protocol/journal/fields.hpp"
#include "protocol/journal/store.hpp"

namespace {

using namespace lab;
using Clock = std::chrono::steady_clock;

constexpr std::array<int, 3> records_per_commit = {1, 10, 100};
constexpr int rounds = 5;
constexpr auto round_time = std::chrono::milliseconds{400};

double commits_per_second(journal::Store& store, int records, std::uint64_t& next) {
  const Bytes record(200, 'x');
  const auto begun = Clock::now();
  int commits = 0;
  while (Clock::now() - begun < round_time) {
    const auto batch = store.write();
    for (int i = 0; i < records; ++i) {
      if (!batch->put(journal::Fields('b').add(next++).bytes(), record)) std::abort();
    }
    if (const auto committed = batch->commit(); !committed) {
      fmt::print(stderr, "{}\n", to_text(committed.error()));
      std::abort();
    }
    ++commits;
  }
  return commits / std::chrono::duration<double>(Clock::now() - begun).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : fmt::format("store-bench-{}", ::getpid());
  {
    const auto store = journal::open_lmdb(folder);
    if (!store) {
      fmt::print(stderr, "{}\n", to_text(store.error()));
      return 1;
    }
    std::array<std::vector<double>, records_per_commit.size()> rates;
    std::uint64_t next = 0;
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < records_per_commit.size(); ++i) {
        rates[i].push_back(commits_per_second(**store, records_per_commit[i], next));
      }
    }
    for (std::size_t i = 0; i < records_per_commit.size(); ++i) {
      std::ranges::sort(rates[i]);
      const double median = rates[i][rounds / 2];
      fmt::print(
          "store: {:>3} records of 200 B per commit: {:>7.0f} commits/s, {:>8.0f} records/s (min {:.0f}, max {:.0f})\n",
          records_per_commit[i], median, median * records_per_commit[i], rates[i].front(), rates[i].back());
    }
  }
  std::filesystem::remove_all(folder);
}
