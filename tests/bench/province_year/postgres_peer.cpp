// The province's year on PostgreSQL, as one would write it: tasks leased with SKIP LOCKED, one result row per sample
// with its determinations, running counts per laboratory, every commit durable. One connection per laboratory, libpq,
// no TLS.
//
// postgres_peer CONNINFO TASKS LABORATORIES BATCH DETERMINATIONS -> one JSON line

#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/resource.h>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Clear>;

constexpr int octets_per_determination = 24;  // what ours takes on the wire

Connection connect(const std::string& conninfo) {
  Connection connection{PQconnectdb(conninfo.c_str())};
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  return connection;
}

Answer checked(PGconn* connection, PGresult* raw) {
  Answer answer{raw};
  const auto status = PQresultStatus(raw);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(PQerrorMessage(connection));
  return answer;
}

Answer run(PGconn* connection, const std::string& sql) { return checked(connection, PQexec(connection, sql.c_str())); }

Answer run_prepared(PGconn* connection, const char* name, const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  for (const auto& value : values) pointers.push_back(value.c_str());
  return checked(connection, PQexecPrepared(connection, name, static_cast<int>(pointers.size()), pointers.data(),
                                            nullptr, nullptr, 0));
}

void create(PGconn* connection, int tasks, int laboratories) {
  run(connection, "DROP TABLE IF EXISTS task, result, tally");
  run(connection, "CREATE TABLE task(id bigint PRIMARY KEY, laboratory int NOT NULL, state smallint NOT NULL)");
  run(connection,
      "CREATE TABLE result(task bigint PRIMARY KEY, laboratory int, outcome smallint, determinations bytea)");
  run(connection, "CREATE TABLE tally(laboratory int PRIMARY KEY, passed bigint, failed bigint)");
  run(connection,
      fmt::format("INSERT INTO task SELECT i, i % {}, 0 FROM generate_series(1, {}) i", laboratories, tasks));
  run(connection, fmt::format("INSERT INTO tally SELECT i, 0, 0 FROM generate_series(0, {}) i", laboratories - 1));
  run(connection, "CREATE INDEX task_open ON task(laboratory, id) WHERE state = 0");
  run(connection, "VACUUM ANALYZE task");
}

void prepare(PGconn* connection) {
  checked(connection, PQprepare(connection, "lease",
                                "UPDATE task SET state = 1 WHERE id IN (SELECT id FROM task WHERE laboratory = $1 AND "
                                "state = 0 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id",
                                0, nullptr));
  checked(connection, PQprepare(connection, "store",
                                "INSERT INTO result SELECT id, $2, 1, value FROM unnest($1::bigint[], $3::bytea[]) AS "
                                "row(id, value)",
                                0, nullptr));
  checked(connection,
          PQprepare(connection, "finish", "UPDATE task SET state = 2 WHERE id = ANY($1::bigint[])", 0, nullptr));
  checked(connection,
          PQprepare(connection, "count", "UPDATE tally SET passed = passed + $2 WHERE laboratory = $1", 0, nullptr));
}

// One laboratory's determinations for one sample: digits that differ from sample to sample, as measurements do.
std::string determinations(long task, int count) {
  std::string hex = "\\\\x";
  for (int i = 0; i < count * octets_per_determination / 8; ++i) {
    hex += fmt::format("{:016x}", static_cast<unsigned long>(task) * 2654435761u + static_cast<unsigned>(i) * 40503u);
  }
  return hex;
}

void work(const std::string& conninfo, int laboratory, int batch, int count, std::atomic<long>& done) {
  const Connection connection = connect(conninfo);
  prepare(connection.get());
  for (;;) {
    const Answer leased = run_prepared(connection.get(), "lease", {std::to_string(laboratory), std::to_string(batch)});
    const int rows = PQntuples(leased.get());
    if (rows == 0) return;
    std::string ids = "{";
    std::string values = "{";
    for (int row = 0; row < rows; ++row) {
      const char* separator = row == 0 ? "" : ",";
      ids += fmt::format("{}{}", separator, PQgetvalue(leased.get(), row, 0));
      values += fmt::format("{}\"{}\"", separator, determinations(std::atol(PQgetvalue(leased.get(), row, 0)), count));
    }
    ids += "}";
    values += "}";
    run(connection.get(), "BEGIN");
    run_prepared(connection.get(), "store", {ids, std::to_string(laboratory), values});
    run_prepared(connection.get(), "finish", {ids});
    run_prepared(connection.get(), "count", {std::to_string(laboratory), std::to_string(rows)});
    run(connection.get(), "COMMIT");
    done += rows;
  }
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 6) {
    std::fprintf(stderr, "usage: postgres_peer CONNINFO TASKS LABORATORIES BATCH DETERMINATIONS\n");
    return 2;
  }
  const std::string conninfo = argv[1];
  const int tasks = std::atoi(argv[2]);
  const int laboratories = std::atoi(argv[3]);
  const int batch = std::atoi(argv[4]);
  const int count = std::atoi(argv[5]);
  create(connect(conninfo).get(), tasks, laboratories);
  std::atomic<long> done = 0;
  const double cpu_before = cpu_seconds();
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::thread> workers;
  for (int laboratory = 0; laboratory < laboratories; ++laboratory) {
    workers.emplace_back([&, laboratory] { work(conninfo, laboratory, batch, count, done); });
  }
  for (auto& worker : workers) worker.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const double cpu = cpu_seconds() - cpu_before;
  const Answer size =
      run(connect(conninfo).get(), "SELECT pg_total_relation_size('task') + pg_total_relation_size('result')");
  fmt::print("{{\"tasks\": {}, \"seconds\": {:.3f}, \"client_cpu_seconds\": {:.3f}, \"octets\": {}}}\n", done.load(),
             took.count(), cpu, PQgetvalue(size.get(), 0, 0));
  return done == tasks ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "postgres_peer: %s\n", error.what());
  return 1;
}
