#pragma once
// The year on the peer, with the durability it comes with.

#include <cstdint>
#include <filesystem>
#include <memory>

#include "protocol/base/result.hpp"
#include "tests/bench/postgres/server.hpp"
#include "tests/bench/province_year/run_result.hpp"

namespace lab::province_year {

class Postgres {
 public:
  struct Options {
    std::filesystem::path programs;  // where postgres_peer and the flush shim are
    std::filesystem::path folder;    // made anew
    std::uint16_t port = 0;          // below the ephemeral range, on the loopback address
    Regime regime = Regime::disk;
  };
  static Result<Postgres> start(Options options);

  Result<RunResult> work(int tasks, int laboratories, int batch);

 private:
  Postgres(Options options, std::unique_ptr<bench::PostgresServer> server)
      : options_(std::move(options)), server_(std::move(server)) {}

  Options options_;
  std::unique_ptr<bench::PostgresServer> server_;
};

}  // namespace lab::province_year
