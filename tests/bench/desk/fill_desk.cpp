// Puts the samples of years into the store of a lab-node that is not running, each like the first one it has; for
// pages that are to be tried with a full store.
//   fill_desk DATA COUNT

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "lab-node/tables/tables.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/bench/desk/years.hpp"

namespace {

using namespace lab;

std::optional<model::Sample> first_sample(const journal::View& store) {
  std::optional<model::Sample> first;
  node::tables::scan_samples(store, {}, model::SampleState::approved, [&](const model::Sample& sample) {
    first = sample;
    return false;
  });
  return first;
}

Result<void> run(const std::filesystem::path& data, std::uint32_t count) {
  auto store = journal::open_lmdb(data / "store");
  if (!store) return fail(std::move(store));
  const auto pattern = first_sample(*(*store)->read());
  if (!pattern) return fail(ErrorCode::not_found, "no sample of this node has been approved", data.string());
  return desk_bench::put_years(**store, *pattern, count);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: fill_desk DATA COUNT\n");
    return 2;
  }
  crypto::start();
  const auto done = run(argv[1], static_cast<std::uint32_t>(std::stoul(argv[2])));
  if (!done) std::fprintf(stderr, "fill_desk: %s\n", to_text(done.error()).c_str());
  return done ? 0 : 1;
}
