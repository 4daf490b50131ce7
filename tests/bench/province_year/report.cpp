#include "tests/bench/province_year/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "tests/bench/province_year/measure.hpp"
#include "tests/bench/province_year/workload.hpp"

namespace lab::province_year {
namespace {

using Figure = std::function<double(const RunResult&)>;

double median_of(const std::vector<RunResult>& runs, const Figure& figure) {
  std::vector<double> values;
  for (const RunResult& run : runs) values.push_back(figure(run));
  return median(std::move(values));
}

double per_task(std::uint64_t count, const RunResult& run) { return static_cast<double>(count) / run.tasks; }

// Ratios round by round: neighbours on the machine slow both sides of a round alike.
std::vector<double> ratios(const Comparison& comparison, const Figure& figure) {
  std::vector<double> values;
  for (std::size_t i = 0; i < std::min(comparison.ours.size(), comparison.peers.size()); ++i) {
    values.push_back(figure(comparison.ours[i]) / figure(comparison.peers[i]));
  }
  return values;
}

void line(const Comparison& comparison, const char* figure, const std::string& value) {
  fmt::print("{}: {}: {}\n", comparison.name, figure, value);
}

std::string beside_peer(const Comparison& comparison, const Figure& figure, const char* unit, const char* format) {
  std::string text = fmt::format(fmt::runtime(format), median_of(comparison.ours, figure)) + " " + unit;
  if (comparison.peers.empty()) return text;
  const auto all = ratios(comparison, figure);
  return text + fmt::format(", PostgreSQL {}, ratio {:.2f} ({:.2f} to {:.2f})",
                            fmt::format(fmt::runtime(format), median_of(comparison.peers, figure)), median(all),
                            *std::ranges::min_element(all), *std::ranges::max_element(all));
}

std::string peers_figure(const Comparison& comparison, std::uint64_t RunResult::*count, const char* format) {
  if (comparison.peers.empty()) return {};
  return fmt::format(fmt::runtime(format),
                     median_of(comparison.peers, [count](const RunResult& run) { return per_task(run.*count, run); }));
}

void print_costs(const Comparison& comparison) {
  const auto& ours = comparison.ours;
  line(comparison, "CPU per task, all processes",
       beside_peer(comparison, &RunResult::cpu_us_per_task, "us", "{:.0f}") +
           fmt::format("; coordinator alone {:.0f} us",
                       median_of(ours, [](const RunResult& run) { return run.server_cpu_seconds / run.tasks * 1e6; })));
  line(comparison, "flushes per task",
       fmt::format("coordinator {:.4f}, a laboratory's own tasks {:.4f}",
                   median_of(ours, [](const RunResult& run) { return per_task(run.server_flushes, run); }),
                   median_of(ours, [](const RunResult& run) { return per_task(run.node_flushes, run); })) +
           peers_figure(comparison, &RunResult::server_flushes, ", PostgreSQL {:.4f}"));
  line(comparison, "octets per task",
       fmt::format("coordinator {:.0f}, laboratory {:.0f} with raw captures, wire {:.0f}{}",
                   median_of(ours, [](const RunResult& run) { return per_task(run.server_octets, run); }),
                   median_of(ours, [](const RunResult& run) { return per_task(run.node_octets, run); }),
                   median_of(ours, [](const RunResult& run) { return per_task(run.wire_octets, run); }),
                   peers_figure(comparison, &RunResult::server_octets, ", PostgreSQL {:.0f}")));
}

}  // namespace

void print(const Comparison& comparison) {
  if (comparison.ours.empty()) return;
  line(comparison, "tasks", beside_peer(comparison, &RunResult::rate, "per s", "{:.0f}"));
  line(comparison, "determinations",
       fmt::format("{:.0f} per s", median_of(comparison.ours, &RunResult::rate) * items_of_panel));
  if (comparison.rate_target > 0 && !comparison.peers.empty()) {
    const double reached = median(ratios(comparison, &RunResult::rate));
    line(comparison, comparison.target_name,
         fmt::format("{:.2f} x, target {:.2f} x: {}", reached, comparison.rate_target,
                     reached >= comparison.rate_target ? "met" : "not met"));
  }
  print_costs(comparison);
}

void print_latency(const Comparison& comparison, double flush_ms) {
  if (comparison.ours.empty()) return;
  const auto show = [&](const char* name, const std::vector<double> RunResult::*times) {
    std::vector<double> all;
    for (const RunResult& run : comparison.ours) all.insert(all.end(), (run.*times).begin(), (run.*times).end());
    const double p50 = quantile(all, 0.5);
    const std::string flushes = flush_ms > 0 ? fmt::format(" ({:.1f} flushes)", p50 / flush_ms) : std::string{};
    line(comparison, name, fmt::format("p50 {:.2f} ms{}, p99 {:.2f} ms", p50, flushes, quantile(all, 0.99)));
  };
  show("approval posted .. acknowledgement here", &RunResult::approval_ms);
  show("sampling form posted .. acknowledgement here", &RunResult::life_ms);
}

}  // namespace lab::province_year
