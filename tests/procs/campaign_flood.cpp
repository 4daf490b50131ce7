// The round in which strangers and a liar do what they can while one laboratory works on.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/procs/campaign.hpp"
#include "tests/procs/flood.hpp"

namespace lab::procs {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr double per_second = 40;         // samples of the laboratory that works on
constexpr double p99_ms_allowed = 1'000;  // G16
constexpr std::uint64_t rss_mib_allowed = 512;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
}

// Resident now, from proc(5).
std::uint64_t rss_mib(pid_t process) {
  std::ifstream in{fmt::format("/proc/{}/status", process)};
  for (std::string word; in >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmRSS:" && in >> kib) return kib >> 10;
  }
  return 0;
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return std::nan("");
  std::ranges::sort(values);
  return values.at(std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size()))));
}

// From the commit of an approval to the commit of its acknowledgement at the node.
std::vector<double> waits(AckBook& book, std::int64_t from_ms, std::int64_t to_ms) {
  book.read_on();
  std::vector<double> found;
  for (const AckLine& line : book.lines()) {
    if (line.is_verdict && line.taken_ms >= 0 && line.at_ms >= from_ms && line.at_ms < to_ms) {
      found.push_back(static_cast<double>(line.taken_ms));
    }
  }
  return found;
}

struct Observed {
  std::uint64_t rss = 0;      // MiB, most
  std::vector<double> pages;  // ms, of a person at the board
  std::uint64_t pages_refused = 0;
};

Observed watch(World& world, std::chrono::seconds seconds) {
  Observed observed;
  for (const auto end = Clock::now() + seconds; Clock::now() < end; std::this_thread::sleep_for(100ms)) {
    observed.rss = std::max(observed.rss, rss_mib(world.pid(0)));
    const auto asked = Clock::now();
    if (world.status().is_null()) {
      ++observed.pages_refused;
    } else {
      observed.pages.push_back(std::chrono::duration<double, std::milli>(Clock::now() - asked).count());
    }
  }
  return observed;
}

std::uintmax_t log_octets(const World& world) {
  std::error_code ignored;
  return std::filesystem::file_size(world.log(0), ignored);
}

}  // namespace

void Campaign::run_flood(int number) {
  const int calm_seconds = std::max(3, options_.flood_seconds / 3);
  const int tasks = static_cast<int>(per_second) * (options_.flood_seconds + calm_seconds + 3);
  Row& row = results_.rows.at(static_cast<std::size_t>(Scenario::flood));
  try {
    WorldOptions wanted = world_options(number, tasks + 1, per_second);
    wanted.nodes = 1;
    World world{wanted};
    const std::int64_t began = now_ms();
    std::this_thread::sleep_for(std::chrono::seconds{calm_seconds});
    const auto calm = waits(world.acks(1), began, now_ms());

    const auto ticket = world.api().post("/api/v1/tickets", {{"laboratory", 1}, {"name", "liar"}});
    if (!ticket) throw std::runtime_error(to_text(ticket.error()));
    const std::string line = ticket->at("ticket").get<std::string>();
    const auto log_before = log_octets(world);
    const std::int64_t flooded = now_ms();
    Flood flood{
        {.link_port = world.link_port(), .http_port = world.http_port(), .server_key = line.substr(line.find('#') + 1)},
        {},
        line};
    const Observed observed = watch(world, std::chrono::seconds{options_.flood_seconds});
    const std::int64_t over = now_ms();
    const FloodCounts counts = flood.stop();
    const auto stormy = waits(world.acks(1), flooded, over);
    const double p99 = quantile(stormy, 0.99);
    const double seconds = static_cast<double>(over - flooded) / 1e3;
    results_.figures.push_back(fmt::format(
        "flood of {:.0f} s: {} silent and {} half-done connections, {} slow HTTP connections, {} opened again; {:.0f} "
        "bad "
        "CURVE HELLOs/s, {:.0f} bad words of an enrolled node/s; acknowledgement p50 {:.0f} ms, p99 {:.0f} ms over {} "
        "verdicts (before: p50 {:.0f}, p99 {:.0f}); coordinator's RSS {} MiB; a page p99 {:.0f} ms, {} not answered; "
        "its "
        "log grew by {} KiB",
        seconds, counts.silent, counts.half_done, counts.slow, counts.reopened,
        static_cast<double>(counts.bad_hellos) / seconds, static_cast<double>(counts.bad_words) / seconds,
        quantile(stormy, 0.5), p99, stormy.size(), quantile(calm, 0.5), quantile(calm, 0.99), observed.rss,
        quantile(observed.pages, 0.99), observed.pages_refused, (log_octets(world) - log_before) >> 10));
    ++row.rounds;
    ++results_.rounds;
    row.fired += counts.silent + counts.half_done + counts.slow + counts.bad_hellos + counts.bad_words;
    if (!(p99 <= p99_ms_allowed)) complain(fmt::format("flood: acknowledgement p99 is {:.0f} ms", p99));
    if (observed.rss > rss_mib_allowed) complain(fmt::format("flood: the coordinator takes {} MiB", observed.rss));
    finish(world, {{Scenario::flood, flooded, over}}, number);
  } catch (const std::exception& failure) {
    complain(fmt::format("world {}, flood: {}", number, failure.what()));
  }
}

}  // namespace lab::procs
