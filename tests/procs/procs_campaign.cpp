// Real processes among real faults, and the judge over them; see README.md.
//
//   procs_campaign [--rounds 40] [--verdicts N] [--seed N] [--nodes 5] [--at-once 5] [--only PART-OF-A-NAME]
//                  [--partition-results N] [--flood-seconds N] [--dir DIR] [--port N] [--keep] [--verbose]

#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <random>

#include "protocol/crypto/crypto.hpp"
#include "tests/procs/campaign.hpp"
#include "tests/procs/private_disks.hpp"
#include "tests/store/options.hpp"

namespace {

using namespace lab;
using namespace lab::procs;
namespace fs = std::filesystem;

constexpr std::uint64_t of_a_release = 100;  // rounds: from here on the figures of a release are meant

CampaignOptions read(const faults::Options& options) {
  CampaignOptions wanted;
  wanted.rounds = options.number("--rounds", wanted.rounds);
  const bool is_release = wanted.rounds >= of_a_release;
  wanted.verdicts = options.number("--verdicts", 0);
  wanted.seed = options.number("--seed", std::random_device{}());
  wanted.nodes = static_cast<int>(options.number("--nodes", static_cast<std::uint64_t>(wanted.nodes)));
  wanted.at_once = options.number("--at-once", wanted.at_once);
  wanted.only = std::string{options.word("--only", "")};
  wanted.partition_results = options.number("--partition-results", is_release ? 1'000 : 100);
  wanted.flood_seconds = static_cast<int>(options.number("--flood-seconds", is_release ? 30 : 6));
  wanted.folder = std::string{options.word("--dir", "")};
  if (wanted.folder.empty()) wanted.folder = fs::temp_directory_path() / fmt::format("procs-{}", ::getpid());
  constexpr std::uint64_t first_port = 21'000;  // below the ephemeral range
  wanted.port = static_cast<std::uint16_t>(
      options.number("--port", first_port + 5 * (static_cast<std::uint64_t>(::getpid()) % 1'000)));
  wanted.verbose = options.has("--verbose");
  return wanted;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string no_mounts = own_mounts();
  std::signal(SIGPIPE, SIG_IGN);
  crypto::start();
  const faults::Options options{argc, argv};
  CampaignOptions wanted = read(options);
  wanted.small_disks = no_mounts.empty();
  if (!wanted.small_disks) fmt::print("SKIPPED: small disks that fill ({})\n", no_mounts);
  const std::uint64_t rounds = wanted.rounds;
  const std::uint64_t seed = wanted.seed;
  const fs::path folder = wanted.folder;
  fmt::print("again: procs_campaign --rounds {} --seed {}{}\n", rounds, seed,
             wanted.only.empty() ? "" : fmt::format(" --only '{}'", wanted.only));
  bool good = false;
  try {
    Campaign campaign{std::move(wanted)};
    good = campaign.run();
    campaign.print();
  } catch (const std::exception& failure) {
    fmt::print("procs_campaign: {}\n", failure.what());
  }
  std::error_code ignored;
  if (good && !options.has("--keep")) fs::remove_all(folder, ignored);
  if (!good) fmt::print("FAILED; what is left of it: {}\n", folder.string());
  return good ? 0 : 1;
}
