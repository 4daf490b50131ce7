// Power cuts of the real store: a program commits a known history below a shim that writes down every write and flush;
// from that log the files are made that a power cut could have left, and each is opened, read and scrubbed as a daemon
// does at its start. What is there must be what was acknowledged last, or the commit after it, whole; and the store
// must take the next commit.
//   crash_images [--images 10000] [--seed 1] [--jobs 2]
//   crash_images --lying-disk   flushes that do nothing: the same checks must find losses, or they check nothing
// Prints what was found; exits 1 when an image was wrong.

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>

#include "tests/store/crash_log.hpp"
#include "tests/store/in_children.hpp"
#include "tests/store/options.hpp"
#include "tests/store/reading.hpp"
#include "tests/store/work_folder.hpp"

namespace {

using namespace lab;
using namespace lab::faults;
namespace fs = std::filesystem;

constexpr unsigned commits = 60;
constexpr std::uint64_t histories = 4;
constexpr unsigned patience_seconds = 20;

enum Outcome : int { last_acknowledged, the_next, refused, damaged, other_content, cannot_go_on, outcomes };
constexpr std::array<const char*, outcomes> outcome_names{"as last acknowledged", "with the commit under way",
                                                          "refused at opening",   "damage reported",
                                                          "OTHER CONTENT",        "NO FURTHER COMMIT"};

struct History {
  std::uint64_t seed = 0;
  CrashLog log;
  std::vector<Records> states;
};

History record_history(const fs::path& folder, std::uint64_t seed) {
  fs::create_directories(folder);
  const auto log = folder / "writes.log";
  const std::string command =
      fmt::format("QLIMS_WRITE_LOG={} LD_PRELOAD={} ASAN_OPTIONS=verify_asan_link_order=0 {} {} {} 1 {} 2>/dev/null",
                  log.string(), WRITE_LOG, STORE_HISTORY, folder.string(), seed, commits);
  if (const int status = std::system(command.c_str()); status != 0) {
    throw std::runtime_error(fmt::format("status {} of {}", status, command));
  }
  return {.seed = seed, .log = CrashLog::read(log), .states = states_of(seed, commits + 2)};
}

// The next commit of the history on the store as it was found.
bool goes_on(journal::Store& store, const History& history, unsigned from) {
  const auto batch = store.write();
  for (const Change& change : changes_of(history.seed, from + 1)) {
    const auto changed = change.record ? batch->put(change.key, *change.record) : batch->erase(change.key);
    if (!changed) return false;
  }
  if (!batch->commit()) return false;
  scrub(store);
  return read_all(store) == history.states[from + 1];
}

int examine(const fs::path& folder, const History& history, unsigned acknowledged) {
  auto store = journal::open_lmdb(folder);
  if (!store) return refused;
  try {
    scrub(**store);
    const Records found = read_all(**store);
    for (const Outcome outcome : {last_acknowledged, the_next}) {
      const unsigned commit = acknowledged + (outcome == the_next ? 1 : 0);
      if (found == history.states[commit]) return goes_on(**store, history, commit) ? outcome : cannot_go_on;
    }
    return other_content;
  } catch (const journal::Damage&) {
    return damaged;
  }
}

PowerCut random_cut(const CrashLog& log, Dice& dice, bool lying) {
  constexpr std::array chances{0.05, 0.5, 0.95};
  return {.length = static_cast<std::size_t>(dice.roll(log.entries().size() + 1)),
          .keep = chances[dice.roll(chances.size())],
          .tear = chances[dice.roll(chances.size())],
          .flushes_lie = lying};
}

class Campaign {
 public:
  explicit Campaign(const Options& options)
      : images_(options.number("--images", 10'000)),
        seed_(options.number("--seed", 1)),
        jobs_(static_cast<int>(options.number("--jobs", 2))),
        lying_(options.has("--lying-disk")) {
    for (std::uint64_t i = 0; i < histories; ++i) {
      histories_.push_back(record_history(folder_.path() / fmt::format("history-{}", i), seed_ * histories + i));
    }
  }

  /// Whether every image was right.
  bool run() {
    const auto begun = std::chrono::steady_clock::now();
    const auto found = run_in_children(images_, jobs_, patience_seconds, [this](std::size_t i) { return one(i); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    return report(found, took.count());
  }

 private:
  int one(std::size_t i) const {
    const History& history = histories_[i % histories];
    Dice dice{seed_ * 0x1'0000'0000 + i};
    const PowerCut cut = random_cut(history.log, dice, lying_);
    const fs::path folder = folder_.path() / fmt::format("image-{}", i % static_cast<std::size_t>(jobs_));
    fs::remove_all(folder);
    fs::create_directories(folder / "new");
    const Image image = image_after(history.log, cut, dice);
    if (image.exists()) image.save(image.named ? folder / "data.mdb" : folder / "new" / "data.mdb");
    return examine(folder, history, history.log.acknowledged(cut.length));
  }

  bool report(const std::vector<int>& found, double seconds) {
    std::array<std::size_t, outcomes> counts{};
    std::size_t ended = 0;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i] >= 0) ++counts[static_cast<std::size_t>(found[i])];
      ended += found[i] < 0;
      if (found[i] == last_acknowledged || found[i] == the_next) continue;
      if (++wrong > 10 || lying_) continue;
      fmt::print("image {} of seed {}: {}\n", i, seed_,
                 found[i] < 0 ? fmt::format("ended by signal {}", -found[i])
                              : outcome_names[static_cast<std::size_t>(found[i])]);
    }
    fmt::print("crash images: {} in {:.1f} s", found.size(), seconds);
    for (std::size_t i = 0; i < counts.size(); ++i) fmt::print(", {} {}", counts[i], outcome_names[i]);
    fmt::print(", {} ended by a signal\n", ended);
    return wrong == 0;
  }

  std::uint64_t images_;
  std::uint64_t seed_;
  int jobs_;
  bool lying_;
  WorkFolder folder_{"crash-images"};
  std::vector<History> histories_;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options{argc, argv};
  try {
    const bool all_right = Campaign{options}.run();
    if (!options.has("--lying-disk")) return all_right ? 0 : 1;
    if (all_right) fmt::print("a disk that forgets what it flushed was not noticed\n");
    return all_right ? 1 : 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "crash_images: {}\n", failure.what());
    return 2;
  }
}
