#include "tests/store/real_store.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "protocol/rules/reference_set.hpp"
#include "tests/coordinator/support/world.hpp"
#include "tests/store/reading.hpp"
#include "tests/where.hpp"

namespace lab::faults {
namespace {

using namespace coordinator::testing;
using model::SampleOutcome;
namespace fs = std::filesystem;

std::string contents(const fs::path& file, std::uint64_t octets) {
  std::ifstream in(file, std::ios::binary);
  std::string text(octets, '\0');
  in.read(text.data(), static_cast<std::streamsize>(octets));
  if (!in) throw std::runtime_error(fmt::format("{} cannot be read", file.string()));
  return text;
}

Bytes reference_text(const std::string& name) {
  std::ifstream in(fs::path{QLIMS_SOURCE_DIR} / "protocol/rules/reference" / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The store on disk, given what the store in memory has after each turn.
class Twin {
 public:
  Twin(const fs::path& folder, World& world) : folder_(folder), world_(world) {
    auto opened = journal::open_lmdb(folder);
    if (!opened) throw std::runtime_error(to_text(opened.error()));
    store_ = std::move(*opened);
    follow();
  }

  void follow() {
    const Records now = read_all(*world_.store);
    const auto batch = store_->write();
    for (const auto& [key, record] : now) {
      const auto before = known_.find(key);
      if (before == known_.end() || before->second != record) must(batch->put(key, record));
    }
    for (const auto& [key, record] : known_) {
      if (!now.contains(key)) must(batch->erase(key));
    }
    must(batch->commit());
    before_ = std::exchange(known_, now);
    if (++commits_ % copy_every == 0) older_.push_back(used_part());
  }

  RealStore finish() {
    const std::string file = used_part();
    store_.reset();
    return {.folder = folder_, .records = known_, .before_last = before_, .file = file, .older = older_};
  }

 private:
  static constexpr int copy_every = 6;

  static void must(const Result<void>& done) {
    if (!done) throw std::runtime_error(to_text(done.error()));
  }
  [[nodiscard]] std::string used_part() const { return contents(folder_ / "data.mdb", store_->figures().bytes_used); }

  fs::path folder_;
  World& world_;
  std::unique_ptr<journal::Store> store_;
  Records known_;
  Records before_;
  int commits_ = 0;
  std::vector<std::string> older_;
};

}  // namespace

RealStore make_real_store(const fs::path& folder) {
  constexpr std::size_t events_per_message = 7;
  World world;
  fs::create_directories(folder);
  Twin twin{folder, world};
  const Bytes reference = rules::bundle({{"limits.csv", reference_text("limits.csv")}});
  world.turn([&](journal::Draft& draft) {
    world.coordinator.on_reference(draft, crypto::sha256(reference), reference, {}, world.now);
  });
  twin.follow();
  world.add_laboratory(1);
  std::vector<Bench> benches{world.enrol(1, "bench-1"), world.enrol(1, "bench-2")};
  twin.follow();
  world.dispatched_plan({cell(80, "V1", 510100), cell(60, "V2", 510300), cell(20, "V1", 510500), lot_cell(4)});
  twin.follow();
  for (Bench& bench : benches) {
    std::uint64_t sent = 0;
    std::uint64_t number = 0;
    for (const model::Grant& grant : world.grants_of(bench)) {
      if (grant.lot) continue;
      bench.conclude(grant, ++number % 9 == 0 ? SampleOutcome::fail : SampleOutcome::pass);
      if (bench.size() - sent < events_per_message) continue;
      world.deliver(bench, bench.events(sent + 1, bench.size() - sent));
      sent = bench.size();
      twin.follow();
    }
  }
  return twin.finish();
}

}  // namespace lab::faults
