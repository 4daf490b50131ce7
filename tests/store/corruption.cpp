// Damage of the store's file, of every kind a disk is known for: after each, the store is opened and scrubbed as a
// daemon does at its start, and then read whole. Allowed: nothing of what is in use was hit and everything is right; or
// the damage is reported before anything wrong is handed out. Forbidden: wrong or missing records, a signal, a hang.
// All undamaged records that the damage leaves reachable can be saved into another place.
//   corruption [--images 5000] [--seed 1] [--jobs 2] [--kind NAME] [--verbose]
// Prints a table of kind by outcome; exits 1 when something forbidden happened.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <exception>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/salvage.hpp"
#include "tests/store/in_children.hpp"
#include "tests/store/options.hpp"
#include "tests/store/reading.hpp"
#include "tests/store/real_store.hpp"
#include "tests/store/work_folder.hpp"

namespace {

using namespace lab;
using namespace lab::faults;
namespace fs = std::filesystem;

constexpr std::size_t page = 4096;
constexpr std::size_t sector = 512;
constexpr unsigned patience_seconds = 20;

enum Outcome : int { harmless, refused, structure, records, undone, wrong, missing, outcomes };
constexpr std::array<const char*, outcomes> outcome_names{
    "harmless", "refused at opening", "reported, store left", "reported, records", "last commit undone", "WRONG DATA",
    "MISSING"};

using Damage = void (*)(std::string& file, const RealStore& store, Dice& dice);

std::size_t some_page(const std::string& file, Dice& dice) { return dice.roll(file.size() / page) * page; }

void flip_a_bit(std::string& file, const RealStore&, Dice& dice) {
  file[dice.roll(file.size())] ^= static_cast<char>(1 << dice.roll(8));
}
void flip_in_a_page_head(std::string& file, const RealStore&, Dice& dice) {
  constexpr std::size_t head = 64;
  file[some_page(file, dice) + dice.roll(head)] ^= static_cast<char>(1 << dice.roll(8));
}
void zero_a_sector(std::string& file, const RealStore&, Dice& dice) {
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(dice.roll(file.size() / sector) * sector), sector, '\0');
}
void zero_a_page(std::string& file, const RealStore&, Dice& dice) {
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(some_page(file, dice)), page, '\0');
}
void fill_a_sector_with_noise(std::string& file, const RealStore&, Dice& dice) {
  const std::size_t at = dice.roll(file.size() / sector) * sector;
  for (std::size_t i = 0; i < sector; ++i) file[at + i] = static_cast<char>(dice.next());
}
void cut_short(std::string& file, const RealStore&, Dice& dice) { file.resize(1 + dice.roll(file.size() - 1)); }
void swap_pages(std::string& file, const RealStore&, Dice& dice) {
  const std::size_t one = some_page(file, dice);
  const std::size_t other = some_page(file, dice);
  std::swap_ranges(file.begin() + static_cast<std::ptrdiff_t>(one),
                   file.begin() + static_cast<std::ptrdiff_t>(one + page),
                   file.begin() + static_cast<std::ptrdiff_t>(one == other ? (one == 0 ? page : 0) : other));
}
void write_in_the_wrong_place(std::string& file, const RealStore&, Dice& dice) {
  const std::string content = file.substr(some_page(file, dice), page);
  file.replace(some_page(file, dice), page, content);
}
// A write that never reached the disk: what was there before still is.
void keep_an_old_page(std::string& file, const RealStore& store, Dice& dice) {
  constexpr int tries = 200;
  for (int i = 0; i < tries; ++i) {
    const std::string& old = store.older[dice.roll(store.older.size())];
    const std::size_t at = some_page(old, dice);
    if (old.compare(at, page, file, at, page) == 0) continue;
    file.replace(at, page, old, at, page);
    return;
  }
}

struct Kind {
  const char* name;
  Damage damage;
};
constexpr std::array<Kind, 9> kinds{{{"bit", flip_a_bit},
                                     {"head-bit", flip_in_a_page_head},
                                     {"zero-512", zero_a_sector},
                                     {"zero-4096", zero_a_page},
                                     {"noise-512", fill_a_sector_with_noise},
                                     {"cut", cut_short},
                                     {"swapped", swap_pages},
                                     {"misdirected", write_in_the_wrong_place},
                                     {"stale", keep_an_old_page}}};

// After a report of damage, all that is still handed out must be right.
bool rest_is_right(const journal::Store& store, const Records& right) {
  for (const auto& [key, record] : right) {
    try {
      const auto found = store.read()->get(key);
      if (found != record) return false;
    } catch (const journal::Damage&) {
      continue;  // said so
    }
  }
  return true;
}

// Of a store that is refused: each record that can be saved is right. An old page has whole, old records; a
// lost header page leaves the one of the commit before.
bool saves_only_what_is_right(const fs::path& folder, const RealStore& real, bool may_be_old) {
  bool right = true;
  const auto saved = journal::salvage(folder, [&](BytesView key, BytesView record) {
    const auto found = real.records.find(Bytes{key});
    right = right && (may_be_old || (found != real.records.end() && found->second == record));
    return true;
  });
  return !saved || right;
}

int examine(const fs::path& folder, const RealStore& real, bool may_be_old, bool header_only) {
  const Records& right = real.records;
  const auto store = journal::open_lmdb(folder);
  if (!store) return saves_only_what_is_right(folder, real, may_be_old) ? refused : wrong;
  try {
    scrub(**store);
    const Records found = read_all(**store);
    // A header page that was not written is a power cut before that commit; the notes beside a store and the other side
    // of the link tell the two apart, the file alone does not.
    if (header_only && found == real.before_last) return undone;
    if (found != right) return wrong;
    return rest_is_right(**store, right) ? harmless : missing;
  } catch (const journal::DamagedRecord&) {
    return rest_is_right(**store, right) ? records : wrong;  // the daemon goes on (docs/decisions/0007)
  } catch (const journal::Damage&) {
    return structure;
  }
}

class Campaign {
 public:
  explicit Campaign(const Options& options)
      : images_(options.number("--images", 5'000)),
        seed_(options.number("--seed", 1)),
        jobs_(static_cast<int>(options.number("--jobs", 2))),
        only_(options.word("--kind", "")),
        verbose_(options.has("--verbose")),
        store_(make_real_store(folder_.path() / "store")) {}

  bool run() {
    fmt::print("corruption: a store of {} records, {} pages in use, {} older states of it\n", store_.records.size(),
               store_.file.size() / page, store_.older.size());
    const auto begun = std::chrono::steady_clock::now();
    const auto found = run_in_children(images_, jobs_, patience_seconds, [this](std::size_t i) { return one(i); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    return report(found, took.count());
  }

 private:
  [[nodiscard]] std::size_t kind_of(std::size_t image) const {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (only_ == kinds[i].name) return i;
    }
    return image % kinds.size();
  }

  int one(std::size_t i) const {
    Dice dice{seed_ * 0x1'0000'0000 + i};
    std::string file = store_.file;
    kinds[kind_of(i)].damage(file, store_, dice);
    const fs::path folder = folder_.path() / fmt::format("image-{}", i % static_cast<std::size_t>(jobs_));
    fs::remove_all(folder);
    fs::create_directories(folder);
    const int descriptor = ::open((folder / "data.mdb").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const bool written = ::write(descriptor, file.data(), file.size()) == static_cast<ssize_t>(file.size());
    ::close(descriptor);
    if (!written) throw std::runtime_error("an image cannot be written");
    const bool header_hit = file.compare(0, 2 * page, store_.file, 0, 2 * page) != 0;
    const bool may_be_old = header_hit || kinds[kind_of(i)].damage == keep_an_old_page;
    const bool header_only =
        file.size() == store_.file.size() && file.compare(2 * page, Bytes::npos, store_.file, 2 * page) == 0;
    return examine(folder, store_, may_be_old, header_only);
  }

  bool report(const std::vector<int>& found, double seconds) const {
    constexpr std::size_t columns = outcomes + 2;  // and signals, hangs
    std::array<std::array<std::size_t, columns>, kinds.size()> table{};
    bool good = true;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::size_t column = found[i] >= 0
                                     ? static_cast<std::size_t>(found[i])
                                     : static_cast<std::size_t>(found[i] == -SIGALRM ? outcomes + 1 : outcomes);
      ++table[kind_of(i)][column];
      if (column < wrong) continue;
      good = false;
      if (verbose_) fmt::print("image {} ({}): outcome {}\n", i, kinds[kind_of(i)].name, found[i]);
    }
    fmt::print("{:<12}", "");
    for (const char* name : outcome_names) fmt::print("{:>22}", name);
    fmt::print("{:>10}{:>10}\n", "SIGNAL", "HANG");
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      fmt::print("{:<12}", kinds[kind].name);
      for (std::size_t column = 0; column < columns; ++column) {
        fmt::print("{:>{}}", table[kind][column], column < outcomes ? 22 : 10);
      }
      fmt::print("\n");
    }
    fmt::print("corruption: {} images in {:.1f} s\n", found.size(), seconds);
    return good;
  }

  std::uint64_t images_;
  std::uint64_t seed_;
  int jobs_;
  std::string_view only_;
  bool verbose_;
  WorkFolder folder_{"corruption"};
  RealStore store_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    crypto::start();
    return Campaign{Options{argc, argv}}.run() ? 0 : 1;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "corruption: {}\n", failure.what());
    return 2;
  }
}
