// What a person at the desk waits for, with a store that holds years: the first page of the list, a filter, what waits
// for whom, and a worksheet of 50 x 60 judged and saved. One line per figure, in milliseconds.
//   desk_bench [SAMPLES]      default 100,000; in a fresh folder beside the working folder

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <vector>

#include "lab-node/desk/sample_index.hpp"
#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/bench/desk/years.hpp"
#include "tests/lab-node/world.hpp"

namespace {

using namespace lab;
using Clock = std::chrono::steady_clock;
namespace tables = node::tables;

constexpr std::uint32_t worksheet_samples = 50;
constexpr std::uint32_t worksheet_analytes = 60;
constexpr int repeats = 20;

double milliseconds(const std::function<void()>& work) {
  const auto before = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - before).count();
}

void report(const std::string& what, const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) times.push_back(milliseconds(work));
  std::ranges::sort(times);
  fmt::print("{}: median {:.1f}, 95 % within {:.1f}, longest {:.1f} ms\n", what, times[repeats / 2],
             times[repeats * 19 / 20 - 1], times.back());
}

// The little reference set of the tests, and one panel of many analytes.
void use_wide_panel(node::World& world) {
  auto files = node::small_reference();
  for (rules::ReferenceFile& file : files) {
    for (std::uint32_t i = 0; i < worksheet_analytes; ++i) {
      if (file.name == "limits.csv") {
        file.text +=
            fmt::format("农药{0},pesticide{0},叶菜类蔬菜,<=,0.1,mg/kg,GB 2763-2012,4.{0},2013-03-01,,t,A,\n", i);
      }
      if (file.name == "panels.csv")
        file.text += fmt::format("WIDE,多残留,农药{},NY/T 761,mg/kg,0.01,0.03,0,,,,,\n", i);
    }
  }
  const Bytes bytes = rules::bundle(files);
  world.decide([&](journal::Draft& draft) {
    world.node.on_reference(draft, crypto::sha256(bytes), bytes);
    return 0;
  });
}

// Samples as they lie in a store after years: nearly all done.
void fill(node::World& world, std::uint32_t count) {
  model::Sample pattern = world.sample(world.judged(99'999));
  pattern.state = model::SampleState::approved;
  LAB_CHECK(desk_bench::put_years(*world.store, pattern, count).has_value());
}

bench::Typed worksheet(const std::vector<std::string>& numbers, int turn) {
  bench::Typed typed{.key = fmt::format("turn {}", turn), .person = model::PersonId{"chen"}};
  for (const std::string& number : numbers) {
    for (std::uint32_t i = 0; i < worksheet_analytes; ++i) {
      typed.cells.push_back({.number = number, .analyte = fmt::format("农药{}", i), .value = "0.0250"});
    }
  }
  return typed;
}

void measure_worksheets(node::World& world, std::uint32_t first) {
  std::vector<double> times;
  for (int turn = 0; turn < repeats; ++turn) {
    std::vector<std::string> numbers;
    for (std::uint32_t i = 0; i < worksheet_samples; ++i) numbers.push_back(world.received(first++, "WIDE"));
    const bench::Typed typed = worksheet(numbers, turn);
    times.push_back(milliseconds([&] {
      const auto outcome =
          world.decide([&](journal::Draft& draft) { return world.node.on_typed(draft, typed, world.now); });
      LAB_CHECK(outcome.has_value() && outcome->judged.size() == worksheet_samples);
    }));
  }
  std::ranges::sort(times);
  fmt::print("worksheet of {} x {} judged and durable: median {:.1f}, 95 % within {:.1f} ms\n", worksheet_samples,
             worksheet_analytes, times[repeats / 2], times[repeats * 19 / 20 - 1]);
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = static_cast<std::uint32_t>(argc > 1 ? std::stoul(argv[1]) : 100'000);
  const std::filesystem::path folder = fmt::format("desk_bench_{}", getpid());
  {
    node::World world{journal::open_lmdb(folder).value()};
    fill(world, count);
    fmt::print("{} samples\n", count);
    report("first page of 100", [&] {
      std::size_t seen = 0;
      tables::scan_samples(*world.store->read(), {}, std::nullopt, [&](const model::Sample&) { return ++seen < 100; });
    });
    desk::SampleIndex index{*world.store};
    fmt::print("reading all samples once, at start: {:.0f} ms\n", milliseconds([&] { index.waiting(); }));
    const std::string one = desk_bench::grant_of(count / 2).number.text();
    report("filter by a number", [&] { LAB_CHECK(index.find({.words = one}, {}, 100).count == 1); });
    report("filter that finds all", [&] { LAB_CHECK(index.find({.words = "菠菜 v1"}, {}, 100).count >= count); });
    report("filter that finds nothing", [&] { LAB_CHECK(index.find({.words = "萝卜"}, {}, 100).count == 0); });
    report("what waits for whom", [&] { index.waiting(); });
    use_wide_panel(world);
    measure_worksheets(world, 1);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
