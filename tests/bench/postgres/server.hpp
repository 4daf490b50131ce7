#pragma once
// The peer of several benchmarks: a PostgreSQL of our own in a folder of its own, as it comes.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "tools/process/child.hpp"

namespace lab::bench {

class PostgresServer {
 public:
  struct Options {
    std::filesystem::path folder;          // made anew; every folder above it must let the database's user through
    std::uint16_t port = 0;                // below the ephemeral range, on the loopback address
    std::vector<std::string> environment;  // of the server, beside what it inherits
    std::vector<std::string> settings;     // "name=value", beside what it comes with
  };
  /// Makes the cluster and starts it. PostgreSQL does not run as root: then it becomes the user "postgres".
  /// not_found when PostgreSQL is not installed, unavailable when it does not start, with what it said.
  static Result<std::unique_ptr<PostgresServer>> start(Options options);

  /// For libpq: the superuser, without a password.
  [[nodiscard]] std::string conninfo() const;
  [[nodiscard]] pid_t pid() const { return server_->pid(); }

 private:
  explicit PostgresServer(Options options) : options_(std::move(options)) {}
  Result<void> create_cluster();
  Result<void> start_server();
  [[nodiscard]] bool answers() const;

  Options options_;
  std::unique_ptr<process::Child> server_;
};

/// Runs a program until it ends; unavailable, with what it wrote, when that was not with 0 or took longer.
Result<void> run_to_end(const process::Command& command, std::chrono::seconds longest);
/// Empty when it cannot be read.
std::string text_of(const std::filesystem::path& file);

}  // namespace lab::bench
