#pragma once
// The peer: one row per verdict in PostgreSQL, and GROUP BY.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"
#include "tests/bench/postgres/server.hpp"

struct pg_conn;

namespace lab::bench {

class Peer {
 public:
  /// Starts it in `folder` and fills it with the first `verdicts` of a Draw, then VACUUM ANALYZE.
  static Result<Peer> start(const std::filesystem::path& folder, std::uint64_t verdicts);

  /// Milliseconds of one counting of the verdicts that stand, by outcome and the named columns ("" or "city"), of rows
  /// that meet the condition ("" or "city = 510100").
  Result<double> count(const std::string& columns, const std::string& condition);
  /// The recount: first and final verdicts of every fine cell.
  Result<std::map<coordinator::tables::CellKey, coordinator::tables::Tally>> cells();

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Connection = std::unique_ptr<pg_conn, Finish>;
  Peer(std::unique_ptr<PostgresServer> server, Connection connection)
      : server_(std::move(server)), connection_(std::move(connection)) {}
  Result<void> fill(std::uint64_t verdicts);

  std::unique_ptr<PostgresServer> server_;
  Connection connection_;
};

}  // namespace lab::bench
