#pragma once
// The peer: a PostgreSQL of our own in a folder of its own, with the durability it comes with.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "protocol/base/result.hpp"
#include "tests/bench/province_year/run_result.hpp"
#include "tools/process/child.hpp"

namespace lab::province_year {

class Postgres {
 public:
  struct Options {
    std::filesystem::path programs;  // where postgres_peer and the flush shim are
    std::filesystem::path folder;    // made anew
    std::uint16_t port = 0;          // below the ephemeral range, on the loopback address
    Regime regime = Regime::disk;
  };
  /// Makes the cluster and starts it. PostgreSQL does not run as root: then it becomes the user "postgres".
  static Result<std::unique_ptr<Postgres>> start(Options options);
  ~Postgres();

  Result<RunResult> work(int tasks, int laboratories, int batch);

 private:
  explicit Postgres(Options options) : options_(std::move(options)) {}
  Result<void> create_cluster();
  Result<void> start_server();
  [[nodiscard]] std::string conninfo() const;
  [[nodiscard]] bool answers() const;

  Options options_;
  std::unique_ptr<process::Child> server_;
};

}  // namespace lab::province_year
