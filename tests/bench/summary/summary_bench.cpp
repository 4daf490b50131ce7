// The province's summary at growing numbers of verdicts, in process and over HTTP, beside PostgreSQL's GROUP BY over
// the same verdicts in the same run, and cell by cell against its recount.
//   summary_bench [VERDICTS,...] [FOLDER]     default 24000,1000000,10000000; FOLDER must not exist

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <string_view>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "tests/bench/summary/ours.hpp"
#include "tests/bench/summary/peer.hpp"

namespace {

using namespace lab;
namespace fs = std::filesystem;

constexpr int fast_calls = 2'000;
constexpr int slow_calls = 50;  // of questions that read every cell
constexpr int rounds = 3;       // of the peer

struct Question {
  const char* name;
  const char* axes;     // ours
  const char* columns;  // the peer's; nothing: it is not asked, for its rows have no items
  int calls;
  std::uint32_t city = 0;  // 0: all
};
constexpr std::uint32_t largest_city = 510100;
constexpr std::array questions{Question{"province", "", "", fast_calls},
                               Question{"one city", "", "", fast_calls, largest_city},
                               Question{"by programme and city", "programme,city", "programme, city", fast_calls},
                               Question{"by category", "category", "category", slow_calls},
                               Question{"by city and month", "city,month", "city, month", slow_calls},
                               Question{"by city and county", "city,county", "city, county", slow_calls},
                               Question{"by analyte", "analyte", nullptr, slow_calls},
                               Question{"by city and analyte", "city,analyte", nullptr, slow_calls}};

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

std::vector<std::uint64_t> sizes_in(std::string_view text) {
  std::vector<std::uint64_t> sizes;
  while (!text.empty()) {
    std::uint64_t size = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), size).ptr;
    if (size > 0) sizes.push_back(size);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  }
  return sizes;
}

Result<void> compare(const Question& question, bench::Coordinator& ours, bench::Peer& peer) {
  const bench::Asked asked{.axes = question.axes, .city = question.city};
  auto inside = ours.in_process(asked, question.calls);
  if (!inside) return fail(std::move(inside));
  auto outside = ours.over_http(asked, question.calls);
  if (!outside) return fail(std::move(outside));
  const std::string condition = question.city == 0 ? "" : fmt::format("city = {}", question.city);
  std::vector<double> peers;
  for (int round = 0; round < rounds && question.columns != nullptr; ++round) {
    auto took = peer.count(question.columns, condition);
    if (!took) return fail(std::move(took));
    peers.push_back(*took);
  }
  const std::string peer_took = peers.empty() ? "not asked" : fmt::format("{:.1f} ms", quantile(peers, 0.5));
  fmt::print("  {:<24} in process p50 {:.3f} p99 {:.3f} ms; HTTP p50 {:.3f} p99 {:.3f} ms; PostgreSQL {}\n",
             question.name, quantile(*inside, 0.5), quantile(*inside, 0.99), quantile(*outside, 0.5),
             quantile(*outside, 0.99), peer_took);
  return {};
}

Result<void> run_size(std::uint64_t verdicts, const fs::path& folder) {
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms{0755});  // the database's user has to get through
  auto ours = bench::Coordinator::set_up(folder / "coordinator");
  if (!ours) return fail(std::move(ours));
  if (auto counted = ours->count(verdicts); !counted) return counted;
  auto peer = bench::Peer::start(folder / "postgres", verdicts);
  if (!peer) return fail(std::move(peer));
  const auto cells = ours->cells();
  if (!cells) return tl::unexpected(cells.error());
  const auto recount = peer->cells();
  if (!recount) return tl::unexpected(recount.error());
  if (*cells != *recount) return fail(ErrorCode::conflict, "the running counts are not the recount");
  fmt::print("{} verdicts, {} fine cells, all equal to the recount\n", verdicts, cells->size());
  for (const Question& question : questions) {
    if (auto done = compare(question, *ours, *peer); !done) return done;
  }
  std::fflush(stdout);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  crypto::start();
  const auto sizes = sizes_in(argc > 1 ? argv[1] : "24000,1000000,10000000");
  const fs::path folder = fs::absolute(argc > 2 ? argv[2] : fmt::format("summary-bench-{}", ::getpid()));
  for (const std::uint64_t verdicts : sizes) {
    const auto done = run_size(verdicts, folder);
    if (!done) {
      fmt::print(stderr, "summary_bench: {}\n", to_text(done.error()));
      return 1;  // the logs stay
    }
    fs::remove_all(folder);
  }
}
