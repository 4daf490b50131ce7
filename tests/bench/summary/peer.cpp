#include "tests/bench/summary/peer.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <chrono>
#include <string_view>

#include "tests/bench/summary/drawn.hpp"

namespace lab::bench {
namespace {

namespace tables = coordinator::tables;

constexpr std::uint16_t port = 17'660;
constexpr std::size_t copied_at_once = 1 << 20;  // octets

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

Result<Answer> run(PGconn* connection, const std::string& sql) {
  Answer answer{PQexec(connection, sql.c_str())};
  const auto status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) return answer;
  return fail(ErrorCode::unavailable, PQerrorMessage(connection), sql);
}

template <class Number>
Number number(const Answer& answer, int row, int column) {
  const std::string_view text = PQgetvalue(answer.get(), row, column);
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void Peer::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<Peer> Peer::start(const std::filesystem::path& folder, std::uint64_t verdicts) {
  // A quarter of a small server's memory, as its manual advises; no flush is part of the comparison.
  auto server = PostgresServer::start({.folder = folder,
                                       .port = port,
                                       .environment = {},
                                       .settings = {"shared_buffers=4GB", "max_wal_size=8GB", "fsync=off"}});
  if (!server) return fail(std::move(server));
  Connection connection{PQconnectdb((*server)->conninfo().c_str())};
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    return fail(ErrorCode::unavailable, PQerrorMessage(connection.get()));
  }
  Peer peer{std::move(*server), std::move(connection)};
  if (auto filled = peer.fill(verdicts); !filled) return fail(std::move(filled));
  return peer;
}

Result<void> Peer::fill(std::uint64_t verdicts) {
  PGconn* connection = connection_.get();
  auto made = run(connection,
                  "CREATE UNLOGGED TABLE verdict(city int, county int, laboratory int, month smallint, stage smallint, "
                  "round smallint, first smallint, final smallint, programme text, category text)");
  if (!made) return fail(std::move(made));
  if (auto begun = run(connection, "COPY verdict FROM STDIN"); !begun) return fail(std::move(begun));
  Draw draw;
  std::string rows;
  for (std::uint64_t i = 0; i < verdicts; ++i) {
    const DrawnVerdict verdict = draw.next();
    fmt::format_to(std::back_inserter(rows), "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", verdict.cell.city.value(),
                   verdict.cell.county.value(), verdict.cell.laboratory.value(), verdict.cell.month,
                   static_cast<int>(verdict.cell.stage), verdict.cell.round, static_cast<int>(verdict.first),
                   static_cast<int>(verdict.final), verdict.cell.programme.value(), verdict.cell.category.value());
    if (rows.size() < copied_at_once && i + 1 < verdicts) continue;
    if (PQputCopyData(connection, rows.data(), static_cast<int>(rows.size())) != 1) break;  // said by the end
    rows.clear();
  }
  PQputCopyEnd(connection, nullptr);
  const Answer copied{PQgetResult(connection)};
  if (PQresultStatus(copied.get()) != PGRES_COMMAND_OK) {
    return fail(ErrorCode::unavailable, PQerrorMessage(connection), "COPY");
  }
  while (PQgetResult(connection) != nullptr) continue;
  if (auto ready = run(connection, "VACUUM ANALYZE verdict"); !ready) return fail(std::move(ready));
  return {};
}

Result<double> Peer::count(const std::string& columns, const std::string& condition) {
  const std::string where = condition.empty() ? "" : "WHERE " + condition;
  const std::string by = columns.empty() ? "" : columns + ",";
  const auto begun = std::chrono::steady_clock::now();
  const auto counted =
      run(connection_.get(), fmt::format("SELECT {0} final, count(*) FROM verdict {1} GROUP BY {0} final", by, where));
  if (!counted) return tl::unexpected(counted.error());
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
}

Result<std::map<tables::CellKey, tables::Tally>> Peer::cells() {
  const auto counted =
      run(connection_.get(),
          "SELECT programme, city, category, stage, month, laboratory, first, final, count(*), county, "
          "round FROM verdict GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 10, 11");
  if (!counted) return tl::unexpected(counted.error());
  std::map<tables::CellKey, tables::Tally> cells;
  for (int row = 0; row < PQntuples(counted->get()); ++row) {
    tables::Tally& tally = cells[{.programme = model::ProgrammeCode{PQgetvalue(counted->get(), row, 0)},
                                  .city = model::CityCode{number<std::uint32_t>(*counted, row, 1)},
                                  .county = model::CountyCode{number<std::uint32_t>(*counted, row, 9)},
                                  .category = model::CategoryCode{PQgetvalue(counted->get(), row, 2)},
                                  .stage = static_cast<model::Stage>(number<int>(*counted, row, 3)),
                                  .round = number<std::uint8_t>(*counted, row, 10),
                                  .month = number<std::uint16_t>(*counted, row, 4),
                                  .laboratory = model::LaboratoryId{number<std::uint32_t>(*counted, row, 5)}}];
    const auto samples = number<std::uint64_t>(*counted, row, 8);
    tally.first[static_cast<model::SampleOutcome>(number<int>(*counted, row, 6))] += samples;
    tally.final[static_cast<model::SampleOutcome>(number<int>(*counted, row, 7))] += samples;
  }
  return cells;
}

}  // namespace lab::bench
