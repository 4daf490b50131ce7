#include "tests/bench/province_year/postgres.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/bench/province_year/measure.hpp"

namespace lab::province_year {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* server_user = "postgres";
constexpr auto patience = 60s;       // initdb, and a start over a fresh cluster
constexpr auto run_patience = 600s;  // one task at a time under slow flushes

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

}  // namespace

Result<std::unique_ptr<Postgres>> Postgres::start(Options options) {
  std::unique_ptr<Postgres> postgres{new Postgres(std::move(options))};
  if (auto made = postgres->create_cluster(); !made) return fail(std::move(made));
  if (auto started = postgres->start_server(); !started) return fail(std::move(started));
  return postgres;
}

Postgres::~Postgres() = default;

Result<void> Postgres::create_cluster() {
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

Result<void> Postgres::start_server() {
  const auto programs = server_programs();
  auto child = process::Child::start(
      {.arguments = as_server_user({(*programs / "postgres").string(), "-D", (options_.folder / "data").string(), "-p",
                                    std::to_string(options_.port), "-c", "listen_addresses=127.0.0.1", "-c",
                                    "unix_socket_directories="}),
       .log = options_.folder / "server.log",
       .environment = flush_environment(options_.regime, options_.programs, options_.folder / "flushes.log")});
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

std::string Postgres::conninfo() const {
  return fmt::format("host=127.0.0.1 port={} user={} dbname=postgres", options_.port, server_user);
}

bool Postgres::answers() const {
  return run_to_end({.arguments = {"/usr/bin/pg_isready", "-q", "-U", server_user, "-h", "127.0.0.1", "-p",
                                   std::to_string(options_.port)},
                     .log = options_.folder / "ready.log"},
                    patience)
      .has_value();
}

Result<RunResult> Postgres::work(int tasks, int laboratories, int batch) {
  const fs::path output = options_.folder / "peer.json";
  std::error_code ignored;
  fs::remove(output, ignored);
  const fs::path flush_log = options_.folder / "flushes.log";
  const Flushes flushes_before = read_flush_log(flush_log);
  const double cpu_before = cpu_seconds_of_tree(server_->pid());
  auto done =
      run_to_end({.arguments = {(options_.programs / "postgres_peer").string(), conninfo(), std::to_string(tasks),
                                std::to_string(laboratories), std::to_string(batch), std::to_string(50)},
                  .log = output},
                 run_patience);
  if (!done) return fail(std::move(done));
  const std::string said = text_of(output);  // notices of the database, then one line of figures
  const auto figures = nlohmann::json::parse(said.substr(std::min(said.find('{'), said.size())), nullptr, false);
  if (figures.is_discarded()) return fail(ErrorCode::malformed, "the peer said: " + said);
  RunResult result{.tasks = tasks, .seconds = figures.at("seconds").get<double>()};
  // Making the tables is part of it: some 0.1 s against seconds of work.
  result.server_cpu_seconds = cpu_seconds_of_tree(server_->pid()) - cpu_before;
  result.cpu_seconds = result.server_cpu_seconds + figures.at("client_cpu_seconds").get<double>();
  result.server_flushes = read_flush_log(flush_log).flushes - flushes_before.flushes;
  result.server_octets = figures.at("octets").get<std::uint64_t>();
  return result;
}

}  // namespace lab::province_year
