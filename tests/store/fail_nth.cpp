// Every call that can fail does, one after the other: a program commits the known history below a shim (fail_nth.c)
// that makes its Nth call fail, for all N that the history reaches, with four errors, once and for ever. Checked after
// each: it ended by itself, with 0 or with a message; whatever it had acknowledged is there; what is there is the state
// of the last acknowledged commit or of the next one, whole; and the program can go on from it.
//   fail_nth [--commits 9] [--seed 1] [--jobs 2] [--verbose]
// Prints a table; exits 1 when a check failed.

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/blobs.hpp"
#include "protocol/journal/store_mark.hpp"
#include "tests/store/in_children.hpp"
#include "tests/store/options.hpp"
#include "tests/store/reading.hpp"
#include "tests/store/work_folder.hpp"

namespace {

using namespace lab;
using namespace lab::faults;
namespace fs = std::filesystem;

constexpr unsigned patience_seconds = 20;
constexpr unsigned mark_every = 4;  // as in store_history.cpp
constexpr std::array<const char*, 4> errors{"EIO", "ENOSPC", "EINTR", "short"};
constexpr std::array<const char*, 2> durations{"once", "ever"};

enum Outcome : int {
  unharmed,       // went through in spite of it
  stopped,        // with a message, and everything acknowledged is there
  no_message,     // ended in another way
  not_reopened,   // the next start refuses the store
  lost,           // an acknowledged commit, file or note is not there
  other_content,  // neither of the two states
  cannot_go_on,
  outcomes
};
constexpr std::array<const char*, outcomes> outcome_names{
    "unharmed", "stopped, all there", "NO MESSAGE", "NOT REOPENED", "LOST", "OTHER CONTENT", "CANNOT GO ON"};

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

unsigned last_acknowledged(const fs::path& folder) {
  std::ifstream acks(folder / "acks");
  unsigned last = 0;
  for (unsigned number = 0; acks >> number;) last = number;
  return last;
}

class Campaign {
 public:
  explicit Campaign(const Options& options)
      : seed_(options.number("--seed", 1)),
        commits_(static_cast<unsigned>(options.number("--commits", 9))),
        jobs_(static_cast<int>(options.number("--jobs", 2))),
        verbose_(options.has("--verbose")),
        states_(states_of(seed_, commits_ + 2)) {
    const fs::path folder = fresh_folder("count");
    if (run_history(folder, 1, commits_, fmt::format("QLIMS_FAIL_COUNT={} ", (folder / "count").string())) != 0) {
      throw std::runtime_error(text_of(folder / "errors"));
    }
    calls_ = std::strtoul(text_of(folder / "count").c_str(), nullptr, 10);
    if (calls_ == 0) throw std::runtime_error("the shim has counted no call");
  }

  bool run() {
    const auto begun = std::chrono::steady_clock::now();
    const std::size_t runs = calls_ * errors.size() * durations.size();
    const auto found = run_in_children(runs, jobs_, patience_seconds, [this](std::size_t i) { return one(i); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    return report(found, took.count());
  }

 private:
  [[nodiscard]] fs::path fresh_folder(const std::string& name) const {
    fs::path folder = folder_.path() / name;
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder;
  }

  // The exit status as of waitpid.
  [[nodiscard]] int run_history(const fs::path& folder, unsigned first, unsigned last,
                                const std::string& settings) const {
    const std::string shim =
        settings.empty() ? ""
                         : fmt::format("{}QLIMS_FAIL_BELOW={} LD_PRELOAD={} ", settings, folder.string(), FAIL_NTH);
    return std::system(fmt::format("{}ASAN_OPTIONS=verify_asan_link_order=0 {} {} {} {} {} 2>{}", shim, STORE_HISTORY,
                                   folder.string(), seed_, first, last, (folder / "errors").string())
                           .c_str());
  }

  int one(std::size_t i) const {
    const char* error = errors[i % errors.size()];
    const char* duration = durations[i / errors.size() % durations.size()];
    const std::size_t call = 1 + i / (errors.size() * durations.size());
    const fs::path folder = fresh_folder(fmt::format("run-{}", i % static_cast<std::size_t>(jobs_)));
    const int status =
        run_history(folder, 1, commits_,
                    fmt::format("QLIMS_FAIL_AT={} QLIMS_FAIL_WITH={} QLIMS_FAIL_FOR={} ", call, error, duration));
    const bool told = text_of(folder / "errors").find("store_history: ") != std::string::npos;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code != 0 && !(code == 3 && told)) return no_message;
    const unsigned acknowledged = last_acknowledged(folder);
    if (code == 0 && acknowledged != commits_) return no_message;
    return look(folder, acknowledged, code == 0 ? unharmed : stopped);
  }

  [[nodiscard]] int look(const fs::path& folder, unsigned acknowledged, int otherwise) const {
    unsigned reached = 0;
    {
      const auto store = journal::open_lmdb(folder / "store");
      if (!store) return not_reopened;
      try {
        scrub(**store);
        const Records found = read_all(**store);
        if (found != states_[acknowledged] && found != states_[acknowledged + 1]) return other_content;
        reached = acknowledged + (found == states_[acknowledged] ? 0 : 1);
      } catch (const journal::Damage&) {
        return other_content;
      }
    }
    if (!files_are_there(folder, acknowledged)) return lost;
    return run_history(folder, reached + 1, reached + 1, "") == 0 ? otherwise : cannot_go_on;
  }

  static bool files_are_there(const fs::path& folder, unsigned acknowledged) {
    const auto blobs = journal::Blobs::open(folder / "blobs");
    if (!blobs) return false;
    for (unsigned number = mark_every; number <= acknowledged; number += mark_every) {
      const std::string text = fmt::format("file of commit {}\n", number);
      const auto found = blobs->get(crypto::sha256(text));
      if (!found || *found != text) return false;
    }
    return journal::StoreMark{folder, "stream.txt"}.noted() >= acknowledged / mark_every * mark_every;
  }

  bool report(const std::vector<int>& found, double seconds) const {
    std::array<std::array<std::size_t, outcomes + 1>, errors.size() * durations.size()> table{};
    bool good = true;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto column = static_cast<std::size_t>(found[i] < 0 ? outcomes : found[i]);
      ++table[i % table.size()][column];
      if (column < no_message) continue;
      good = false;
      if (verbose_) {
        fmt::print("call {} with {}, {}: outcome {}\n", 1 + i / table.size(), errors[i % errors.size()],
                   durations[i / errors.size() % durations.size()], found[i]);
      }
    }
    fmt::print("{:<12}", "");
    for (const char* name : outcome_names) fmt::print("{:>20}", name);
    fmt::print("{:>16}\n", "SIGNAL OR HANG");
    for (std::size_t row = 0; row < table.size(); ++row) {
      fmt::print("{:<12}", fmt::format("{} {}", errors[row % errors.size()], durations[row / errors.size()]));
      for (std::size_t column = 0; column < table[row].size(); ++column) {
        fmt::print("{:>{}}", table[row][column], column < outcomes ? 20 : 16);
      }
      fmt::print("\n");
    }
    fmt::print("fail_nth: {} calls, {} runs in {:.1f} s\n", calls_, found.size(), seconds);
    return good;
  }

  std::uint64_t seed_;
  unsigned commits_;
  int jobs_;
  bool verbose_;
  WorkFolder folder_{"fail-nth"};
  std::vector<Records> states_;
  std::size_t calls_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    crypto::start();
    return Campaign{Options{argc, argv}}.run() ? 0 : 1;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "fail_nth: {}\n", failure.what());
    return 2;
  }
}
