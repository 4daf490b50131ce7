// One laboratory of the benchmark: the product's store, loop and link, with a robot instead of a desk and ports.
//
// bench_node DATA TICKET COORDINATOR WINDOW step|line|held -> held: as line, once SIGUSR1 has come. Runs until SIGTERM
// and its window is empty, then writes DATA/report.json

#include <fmt/format.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "lab-node/app/station.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/transport/client.hpp"
#include "tests/bench/province_year/robot.hpp"

namespace {

using namespace lab;
using namespace lab::province_year;
namespace fs = std::filesystem;
using nlohmann::json;

struct Traffic {
  std::atomic<std::uint64_t> sent = 0;      // octets of frames, before encryption
  std::atomic<std::uint64_t> received = 0;  // the same
  std::atomic<std::uint64_t> frames = 0;    // both ways
};

std::uint64_t octets_of(const std::vector<Bytes>& frames) {
  std::uint64_t octets = 0;
  for (const Bytes& frame : frames) octets += frame.size();
  return octets;
}

json microseconds(const std::vector<std::chrono::microseconds>& times) {
  json list = json::array();
  for (const auto time : times) list.push_back(time.count());
  return list;
}

void write_report(const fs::path& file, const Robot& robot, const Traffic& traffic, const journal::Store& store) {
  const RobotReport& report = robot.report();
  const auto last_done = std::chrono::duration_cast<std::chrono::microseconds>(report.last_done.time_since_epoch());
  const json content{{"done", report.done},
                     {"passed", report.passed},
                     {"failed", report.failed},
                     {"in_flight", robot.in_flight()},
                     {"complaint", report.complaint},
                     {"last_done_us", last_done.count()},
                     {"life_us", microseconds(report.life)},
                     {"approval_us", microseconds(report.approval)},
                     {"finished_us", microseconds(report.finished)},
                     {"octets_sent", traffic.sent.load()},
                     {"octets_received", traffic.received.load()},
                     {"frames", traffic.frames.load()},
                     {"commits", store.figures().commits}};
  std::ofstream{file} << content.dump();
}

Result<node::app::Station> enrolled_station(const fs::path& data, const std::string& line,
                                            const std::string& coordinator, journal::Store& store) {
  auto station = node::app::open_station(data / "station.json");
  if (!station) return station;
  const auto ticket = node::app::parse_ticket(line);
  if (!ticket) return fail(ErrorCode::malformed, "this is no ticket", line);
  station->coordinator = coordinator;
  station->coordinator_key = ticket->server_key;
  if (auto saved = save_station(data / "station.json", *station); !saved) return fail(std::move(saved));
  if (auto done = enrol(store, *station, *ticket, "bench"); !done) return fail(std::move(done));
  return station;
}

// As lab-node wires it: frames go to the loop, and what the loop says goes to the client.
Result<std::unique_ptr<transport::Client>> connect(const node::app::Station& station, node::app::Loop& loop,
                                                   Robot& robot, Traffic& traffic) {
  return transport::Client::start({.endpoint = station.coordinator,
                                   .server_key = station.coordinator_key,
                                   .keys = station.curve,
                                   .on_frames =
                                       [&](std::vector<Bytes> frames) {
                                         traffic.received += octets_of(frames);
                                         traffic.frames += frames.size();
                                         loop.on_frames(std::move(frames));
                                         robot.on_traffic();
                                       },
                                   .on_link = [&loop](bool linked) { loop.on_link(linked); }});
}

Result<bool> run(const fs::path& data, char** arguments, RobotOptions options) {
  auto store = journal::open_lmdb(data / "store");
  if (!store) return fail(std::move(store));
  const auto station = enrolled_station(data, arguments[2], arguments[3], **store);
  if (!station) return tl::unexpected<Error>(station.error());

  boost::asio::io_context io{1};
  std::unique_ptr<transport::Client> client;
  Traffic traffic;
  node::app::Loop loop{io,
                       **store,
                       {.link = {.signing_key = station->signing, .build = "benchmark", .boot = 1},
                        .has_coordinator = true,
                        .send = [&](std::vector<Bytes> frames) {
                          traffic.sent += octets_of(frames);
                          traffic.frames += frames.size();
                          if (client) client->send(std::move(frames));
                        }}};
  Robot robot{loop, **store, options};
  auto connected = connect(*station, loop, robot, traffic);
  if (!connected) return fail(std::move(connected));
  client = std::move(*connected);
  boost::asio::signal_set signals{io, SIGTERM};
  signals.async_wait([&robot](const boost::system::error_code&, int) { robot.finish(); });
  boost::asio::signal_set begin{io, SIGUSR1};
  begin.async_wait([&robot](const boost::system::error_code&, int) { robot.let_go(); });
  const bool good = loop.run();
  client.reset();
  write_report(data / "report.json", robot, traffic, **store);
  if (!robot.report().complaint.empty()) std::fprintf(stderr, "bench_node: %s\n", robot.report().complaint.c_str());
  return good && robot.report().complaint.empty();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: bench_node DATA TICKET COORDINATOR WINDOW step|line|held\n");
    return 2;
  }
  ::umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  crypto::start();
  const fs::path data{argv[1]};
  fs::create_directories(data);
  const RobotOptions options{.window = std::strtoul(argv[4], nullptr, 10),
                             .pace = std::string_view{argv[5]} == "step" ? Pace::step : Pace::line,
                             .held = std::string_view{argv[5]} == "held"};
  const auto good = run(data, argv, options);
  if (!good) std::fprintf(stderr, "bench_node: %s\n", to_text(good.error()).c_str());
  return good && *good ? 0 : 1;
}
