#include "tests/bench/postgres/server.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

namespace lab::bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* server_user = "postgres";
constexpr auto patience = 60s;  // initdb, and a start over a fresh cluster

/// The newest version that Debian has installed.
Result<fs::path> server_programs() {
  fs::path newest;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{"/usr/lib/postgresql", none}) {
    if (fs::exists(entry.path() / "bin/initdb")) newest = std::max(newest, entry.path() / "bin");
  }
  if (newest.empty()) return fail(ErrorCode::not_found, "PostgreSQL is not installed; run: sudo tools/setup");
  return newest;
}

std::vector<std::string> as_server_user(std::vector<std::string> arguments) {
  if (::geteuid() != 0) return arguments;
  const std::vector<std::string> become{"/usr/bin/setpriv",
                                        fmt::format("--reuid={}", server_user),
                                        fmt::format("--regid={}", server_user),
                                        "--init-groups",
                                        "--pdeathsig=TERM",
                                        "--"};
  arguments.insert(arguments.begin(), become.begin(), become.end());
  return arguments;
}

Result<void> give_to_server_user(const fs::path& folder) {
  if (::geteuid() != 0) return {};
  const passwd* user = ::getpwnam(server_user);
  if (user == nullptr || ::chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
    return fail(ErrorCode::storage, fmt::format("cannot give the folder to the user {}", server_user), folder.string());
  }
  return {};
}

}  // namespace

std::string text_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>(in), {}};
}

Result<void> run_to_end(const process::Command& command, std::chrono::seconds longest) {
  auto child = process::Child::start(command);
  if (!child) return fail(std::move(child));
  const auto status = child->wait(longest);
  if (status && *status == 0) return {};
  return fail(ErrorCode::unavailable, command.arguments.back() + ": " + text_of(command.log),
              command.arguments.front());
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::start(Options options) {
  std::unique_ptr<PostgresServer> server{new PostgresServer(std::move(options))};
  if (auto made = server->create_cluster(); !made) return fail(std::move(made));
  if (auto started = server->start_server(); !started) return fail(std::move(started));
  return server;
}

Result<void> PostgresServer::create_cluster() {
  const auto programs = server_programs();
  if (!programs) return tl::unexpected<Error>(programs.error());
  const fs::path data = options_.folder / "data";
  fs::create_directories(data);
  for (const fs::path& folder : {options_.folder, data}) {
    if (auto given = give_to_server_user(folder); !given) return given;
  }
  // Its own flushes belong to no measurement.
  return run_to_end({.arguments = as_server_user({(*programs / "initdb").string(), "-A", "trust", "-U", server_user,
                                                  "--no-sync", "-D", data.string()}),
                     .log = options_.folder / "initdb.log"},
                    patience);
}

Result<void> PostgresServer::start_server() {
  const auto programs = server_programs();
  std::vector<std::string> arguments{(*programs / "postgres").string(), "-D", (options_.folder / "data").string(), "-p",
                                     std::to_string(options_.port),     "-c", "listen_addresses=127.0.0.1",        "-c",
                                     "unix_socket_directories="};
  for (const std::string& setting : options_.settings) arguments.insert(arguments.end(), {"-c", setting});
  auto child = process::Child::start({.arguments = as_server_user(std::move(arguments)),
                                      .log = options_.folder / "server.log",
                                      .environment = options_.environment});
  if (!child) return fail(std::move(child));
  server_ = std::make_unique<process::Child>(std::move(*child));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!answers()) {
    if (!server_->is_running() || std::chrono::steady_clock::now() > until) {
      return fail(ErrorCode::unavailable, "PostgreSQL did not start: " + text_of(options_.folder / "server.log"));
    }
    std::this_thread::sleep_for(50ms);
  }
  return {};
}

std::string PostgresServer::conninfo() const {
  return fmt::format("host=127.0.0.1 port={} user={} dbname=postgres", options_.port, server_user);
}

bool PostgresServer::answers() const {
  return run_to_end({.arguments = {"/usr/bin/pg_isready", "-q", "-U", server_user, "-h", "127.0.0.1", "-p",
                                   std::to_string(options_.port)},
                     .log = options_.folder / "ready.log"},
                    patience)
      .has_value();
}

}  // namespace lab::bench
