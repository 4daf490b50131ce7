#include "tests/bench/province_year/postgres.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/bench/province_year/measure.hpp"

namespace lab::province_year {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto run_patience = 600s;  // one task at a time under slow flushes

}  // namespace

Result<Postgres> Postgres::start(Options options) {
  auto server = bench::PostgresServer::start(
      {.folder = options.folder,
       .port = options.port,
       .environment = flush_environment(options.regime, options.programs, options.folder / "flushes.log"),
       .settings = {}});
  if (!server) return fail(std::move(server));
  return Postgres{std::move(options), std::move(*server)};
}

Result<RunResult> Postgres::work(int tasks, int laboratories, int batch) {
  const fs::path output = options_.folder / "peer.json";
  std::error_code ignored;
  fs::remove(output, ignored);
  const fs::path flush_log = options_.folder / "flushes.log";
  const Flushes flushes_before = read_flush_log(flush_log);
  const double cpu_before = cpu_seconds_of_tree(server_->pid());
  auto done = bench::run_to_end(
      {.arguments = {(options_.programs / "postgres_peer").string(), server_->conninfo(), std::to_string(tasks),
                     std::to_string(laboratories), std::to_string(batch), std::to_string(50)},
       .log = output},
      run_patience);
  if (!done) return fail(std::move(done));
  const std::string said = bench::text_of(output);  // notices of the database, then one line of figures
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
