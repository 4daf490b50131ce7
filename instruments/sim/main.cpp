// qlims-sim: instruments without a laboratory.

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/hl7_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "instruments/sim/sbi_balance.hpp"
#include "instruments/sim/shaped_line.hpp"
#include "instruments/sim/sics_balance.hpp"

namespace {

using nlohmann::json;

int complain(const std::string& text) {
  fmt::print(stderr, "qlims-sim: {}\n", text);
  return 1;
}

// One message a line: {"sample": "...", "results": [{"analyte": "...", "value": "...", "unit": "..."}]}
std::vector<lab::sim::AnalyserMessage> read_messages(const std::string& path) {
  std::ifstream input(path == "-" ? "/dev/stdin" : path);
  if (!input) throw std::runtime_error(path + ": cannot be read");
  std::vector<lab::sim::AnalyserMessage> messages;
  for (std::string line; std::getline(input, line);) {
    if (line.empty()) continue;
    const json object = json::parse(line);
    lab::sim::AnalyserMessage message{.sample = object.at("sample"), .results = {}};
    for (const json& result : object.at("results")) {
      message.results.push_back({result.at("analyte"), result.at("value"), result.value("unit", "")});
    }
    messages.push_back(std::move(message));
  }
  return messages;
}

// "host:port" into the two members of any analyser's options; false when it is not one.
template <class Options>
bool read_address(const std::string& connect, Options& options) {
  const std::size_t colon = connect.rfind(':');
  if (colon == std::string::npos) return false;
  options.host = connect.substr(0, colon);
  const char* port_end = connect.data() + connect.size();
  return std::from_chars(connect.data() + colon + 1, port_end, options.port).ptr == port_end;
}

int run_astm(const std::string& connect, const std::string& path, lab::sim::LineFaults faults) {
  lab::sim::AnalyserOptions options;
  if (!read_address(connect, options)) return complain("--connect needs host:port");
  options.faults = faults;
  const auto sent = lab::sim::send_astm(options, read_messages(path));
  if (!sent) return complain(to_text(sent.error()));
  fmt::print("{}\n", json{{"acknowledged", *sent}}.dump());
  return 0;
}

int run_hl7(const std::string& connect, const std::string& path, lab::sim::MllpFaults faults) {
  lab::sim::Hl7Options options;
  if (!read_address(connect, options)) return complain("--connect needs host:port");
  options.faults = faults;
  const auto sent = lab::sim::send_hl7(options, read_messages(path));
  if (!sent) return complain(to_text(sent.error()));
  fmt::print("{}\n", json{{"acknowledged", *sent}}.dump());
  return 0;
}

int run_masshunter(const std::string& folder, const std::string& file_name, const std::string& unit,
                   const std::string& path) {
  lab::sim::Batch batch{.file_name = file_name, .analytes = {}, .unit = unit, .rows = {}};
  std::map<std::string, std::size_t> columns;
  const auto messages = read_messages(path);
  for (const auto& message : messages) {
    for (const auto& result : message.results) {
      if (columns.emplace(result.analyte, batch.analytes.size()).second) batch.analytes.push_back(result.analyte);
    }
  }
  for (const auto& message : messages) {
    lab::sim::BatchRow row{.name = message.sample,
                           .data_file = fmt::format("{:03}_{}.d", batch.rows.size() + 1, message.sample)};
    row.values.resize(batch.analytes.size());
    for (const auto& result : message.results) row.values[columns.at(result.analyte)] = result.value;
    batch.rows.push_back(std::move(row));
  }
  const auto written = lab::sim::write_masshunter(folder, batch);
  if (!written) return complain(to_text(written.error()));
  fmt::print("{}\n", json{{"file", *written}, {"rows", batch.rows.size()}}.dump());
  return 0;
}

// SIGINT and SIGTERM wait for run_until_stopped(). Before any thread is started.
sigset_t hold_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

template <class Instrument>
void run_until_stopped(Instrument& instrument, const sigset_t& signals) {
  static_cast<void>(std::fflush(stdout));
  const std::jthread running{[&](const std::stop_token& stop) { instrument.run(stop); }};
  int caught = 0;
  sigwait(&signals, &caught);
}

template <class Balance>
int run_balance(const std::string& link, const std::string& weight, bool unstable) {
  const sigset_t signals = hold_signals();
  auto balance = Balance::open();
  if (!balance) return complain(to_text(balance.error()));
  (*balance)->set_load(weight, !unstable);
  if (!link.empty()) {
    ::unlink(link.c_str());
    if (::symlink((*balance)->path().c_str(), link.c_str()) != 0) return complain(link + ": cannot make the link");
  }
  fmt::print("{}\n", (*balance)->path());
  run_until_stopped(**balance, signals);
  if (!link.empty()) ::unlink(link.c_str());
  return 0;
}

// A bad line: to a host on TCP, or, without a port, between two pseudo terminals.
int run_line(std::uint16_t host_port, const lab::sim::ShapedLineOptions& options) {
  const sigset_t signals = hold_signals();
  auto line = host_port == 0 ? lab::sim::ShapedLine::over_terminals(options)
                             : lab::sim::ShapedLine::over_tcp(host_port, options);
  if (!line) return complain(to_text(line.error()));
  const json ends = host_port == 0
                        ? json{{"instrument", (*line)->instrument_device()}, {"host", (*line)->host_device()}}
                        : json{{"instrument", fmt::format("127.0.0.1:{}", (*line)->instrument_port())}};
  fmt::print("{}\n", ends.dump());
  run_until_stopped(**line, signals);
  const auto counts = (*line)->counts_to_host();
  fmt::print("{}\n", json{{"segments", counts.segments}, {"flips", counts.flips}, {"drops", counts.drops}}.dump());
  return 0;
}

void add_line_faults(CLI::App& app, lab::sim::LineQuality& quality) {
  app.add_option("--baud", quality.baud, "each octet takes 10 / baud seconds; 0: no time");
  app.add_option("--flip", quality.flip, "chance per segment that a bit is flipped")->check(CLI::Range(0.0, 1.0));
  app.add_option("--drop", quality.drop, "that an octet is lost")->check(CLI::Range(0.0, 1.0));
  app.add_option("--lose", quality.lose, "that all of it is lost")->check(CLI::Range(0.0, 1.0));
  app.add_option("--duplicate", quality.duplicate, "that an octet comes twice")->check(CLI::Range(0.0, 1.0));
  app.add_option("--stray", quality.stray, "that noise comes before it")->check(CLI::Range(0.0, 1.0));
  app.add_option("--split", quality.split, "that it comes in two pieces")->check(CLI::Range(0.0, 1.0));
  app.add_option("--merge", quality.merge, "that it comes with the next")->check(CLI::Range(0.0, 1.0));
  app.add_option("--stall", quality.stall, "that it comes late")->check(CLI::Range(0.0, 1.0));
  app.add_option("--break", quality.line_break, "that a break ends it")->check(CLI::Range(0.0, 1.0));
  app.add_option("--vanish", quality.vanish, "that the line ends")->check(CLI::Range(0.0, 1.0));
}

// What the command line says, and how the command ended.
struct Command {
  std::string connect;
  std::string messages = "-";
  lab::sim::LineFaults faults;
  lab::sim::MllpFaults mllp_faults;
  std::string folder;
  std::string file_name = "batch.csv";
  std::string unit;
  std::string link;
  std::string weight = "100.00";
  bool unstable = false;
  bool sbi = false;
  std::uint16_t host_port = 0;
  lab::sim::ShapedLineOptions shaped;
  int status = 0;
};

void add_astm(CLI::App& app, Command& command) {
  auto* astm = app.add_subcommand(
      "astm",
      "send results by ASTM E1381 over TCP\n  qlims-sim astm --connect 127.0.0.1:4001 --messages results.jsonl");
  astm->add_option("--connect", command.connect, "host:port of the receiver")->required();
  astm->add_option("--messages", command.messages,
                   "JSON Lines {sample, results: [{analyte, value, unit}]}; - is stdin");
  astm->add_flag("--bad-checksum-first", command.faults.bad_checksum_first, "damage a frame of each message once");
  astm->add_flag("--lose-acks", command.faults.lose_acks, "send every frame twice, as after a lost ACK");
  astm->add_flag("--byte-at-a-time", command.faults.byte_at_a_time, "one octet per segment");
  astm->add_flag("--keep-alive", command.faults.merge_keep_alive, "ENQ, EOT before each message");
  astm->callback([&command] { command.status = run_astm(command.connect, command.messages, command.faults); });
}

void add_hl7(CLI::App& app, Command& command) {
  auto* hl7 = app.add_subcommand(
      "hl7", "send results by HL7 v2 over MLLP\n  qlims-sim hl7 --connect 127.0.0.1:2575 --messages results.jsonl");
  hl7->add_option("--connect", command.connect, "host:port of the receiver")->required();
  hl7->add_option("--messages", command.messages, "as for astm");
  hl7->add_flag("--byte-at-a-time", command.mllp_faults.byte_at_a_time, "one octet per segment");
  hl7->add_flag("--nul", command.mllp_faults.fill_with_nul, "NUL octets between messages");
  hl7->add_flag("--lose-acks", command.mllp_faults.lose_acks,
                "send every message twice, as after a lost acknowledgement");
  hl7->add_flag("--pipelined", command.mllp_faults.pipelined, "do not wait between messages");
  hl7->callback([&command] { command.status = run_hl7(command.connect, command.messages, command.mllp_faults); });
}

void add_masshunter(CLI::App& app, Command& command) {
  auto* masshunter = app.add_subcommand(
      "masshunter", "write a MassHunter batch table\n  qlims-sim masshunter --out drop --unit mg/kg < results.jsonl");
  masshunter->add_option("--out", command.folder, "folder")->required();
  masshunter->add_option("--file", command.file_name, "file name");
  masshunter->add_option("--unit", command.unit, "unit of all values");
  masshunter->add_option("--messages", command.messages, "as for astm");
  masshunter->callback([&command] {
    command.status = run_masshunter(command.folder, command.file_name, command.unit, command.messages);
  });
}

void add_balance(CLI::App& app, Command& command) {
  auto* balance = app.add_subcommand(
      "balance",
      "answer MT-SICS or Sartorius SBI on a pseudo terminal until stopped\n  qlims-sim balance --link balance.tty");
  balance->add_option("--link", command.link, "symbolic link to the terminal");
  balance->add_option("--weight", command.weight, "as displayed, in g");
  balance->add_flag("--unstable", command.unstable, "never at rest");
  balance->add_flag("--sbi", command.sbi, "a Sartorius balance, printing on ESC P");
  balance->callback([&command] {
    const auto run = command.sbi ? run_balance<lab::sim::SbiBalance> : run_balance<lab::sim::SicsBalance>;
    command.status = run(command.link, command.weight, command.unstable);
  });
}

void add_line(CLI::App& app, Command& command) {
  auto* line =
      app.add_subcommand("line",
                         "a bad line to a host, both ways alike; prints its ends as JSON and runs until stopped\n"
                         "  qlims-sim line --host-port 4001 --flip 0.01 --drop 0.01");
  line->add_option("--host-port", command.host_port,
                   "of the host on this machine; without it between two pseudo terminals");
  line->add_option("--seed", command.shaped.seed, "all chance comes from it");
  add_line_faults(*line, command.shaped.to_host);
  line->callback([&command] {
    command.shaped.to_instrument = command.shaped.to_host;
    command.status = run_line(command.host_port, command.shaped);
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Instruments without a laboratory: they speak the bytes of the real ones."};
  app.require_subcommand(1);
  Command command;
  for (const auto add : {add_astm, add_hl7, add_masshunter, add_balance, add_line}) add(app, command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    return complain(error.what());
  }
  return command.status;
}
