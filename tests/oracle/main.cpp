// qlims-recount ORDERS EVENTS: counts verdicts from exported raw bytes and prints them as JSON, one object.

#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/oracle/recount.hpp"

namespace {

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::string("cannot open ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

nlohmann::json rows_of(const std::map<oracle::Cell, oracle::Tally>& cells) {
  auto rows = nlohmann::json::array();
  for (const auto& [cell, tally] : cells) {
    const auto& [programme, city, category, stage, month, node] = cell;
    rows.push_back({{"programme", programme},
                    {"city", city},
                    {"category", category},
                    {"stage", stage},
                    {"month", month},
                    {"node", node},
                    {"pass", tally.pass},
                    {"fail", tally.fail},
                    {"problem", tally.problem},
                    {"undetermined", tally.undetermined}});
  }
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: qlims-recount ORDERS EVENTS\n";
    return 2;
  }
  try {
    const oracle::Recount recount = oracle::recount(read_file(argv[1]), read_file(argv[2]));
    auto failed = nlohmann::json::array();
    for (const auto& [number, outcome] : recount.failed) failed.push_back(number);
    auto weighings = nlohmann::json::array();
    for (const auto& [number, reading] : recount.weighings) {
      weighings.push_back({{"number", number}, {"reading", reading}});
    }
    std::cout << nlohmann::json{{"counted", recount.counted},
                                {"late", recount.late},
                                {"unsupported", recount.unsupported},
                                {"events", recount.events},
                                {"broken_chains", recount.broken_chains},
                                {"failed", failed},
                                {"weighings", weighings},
                                {"failed_runs", recount.failed_runs},
                                {"released_runs", recount.released_runs},
                                {"first", rows_of(recount.first)},
                                {"final", rows_of(recount.final)}}
                     .dump()
              << '\n';
    return recount.broken_chains == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "qlims-recount: " << error.what() << '\n';
    return 2;
  }
}
