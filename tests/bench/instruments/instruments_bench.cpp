// How fast instruments are listened to and read, each figure beside a program of other people in the same run.
//   instruments_bench [FOLDER]      FOLDER, on a real disk, is made and removed; default: a fresh one beside the
//   working
//                                   folder. The npm peers come from `tests/instruments/peers/fetch`.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "instruments/drivers/astm_records.hpp"
#include "instruments/drivers/hl7.hpp"
#include "instruments/drivers/jcamp.hpp"
#include "instruments/drivers/masshunter.hpp"
#include "instruments/profiles/decode.hpp"
#include "protocol/base/check.hpp"
#include "tests/bench/instruments/loads.hpp"
#include "tests/bench/instruments/stations.hpp"
#include "tools/process/child.hpp"

namespace {

using namespace lab;
using namespace lab::bench;
namespace fs = std::filesystem;

constexpr double seconds = 1.5;  // per figure

// Of this process: other programs on the machine do not change it.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double files_a_second(const std::string& text, const std::function<model::Decoding(BytesView)>& decode) {
  const auto first = decode(text);
  LAB_CHECK(first.refused.empty());
  // Asking for the time costs as much as a short message.
  const std::size_t rounds_a_look = 1 + 100'000 / text.size();
  std::size_t rounds = 0;
  double spent = 0;
  for (const double begin = processor_seconds(); spent < seconds; ++rounds) {
    const auto decoding = decode(text);
    LAB_CHECK(decoding.observations.size() == first.observations.size());
    if (rounds % rounds_a_look == 0) spent = processor_seconds() - begin;
  }
  return static_cast<double>(rounds) / spent;
}

// Octets of the text, in millions.
double megabytes_a_second(const std::string& text, const std::function<model::Decoding(BytesView)>& decode) {
  return static_cast<double>(text.size()) * files_a_second(text, decode) / 1e6;
}

// The number that a peer prints; nothing, and why on standard error, when it is not there or fails.
std::optional<double> ask_peer(const fs::path& folder, std::vector<std::string> arguments) {
  const fs::path log = folder / "peer.log";
  fs::remove(log);
  auto child = process::Child::start({.arguments = std::move(arguments), .log = log});
  const auto status = child ? child->wait(std::chrono::seconds{60}) : std::nullopt;
  std::ifstream in{log};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (status && *status == 0) return std::stod(text);
  fmt::print(stderr, "a peer failed: {}\n", child ? text : to_text(child.error()));
  return std::nullopt;
}

std::string save(const fs::path& folder, const char* name, const std::string& text) {
  std::ofstream{folder / name, std::ios::binary} << text;
  return (folder / name).string();
}

void print_row(const std::string& what, const std::string& peer, double ours, std::optional<double> theirs,
               const char* unit) {
  const std::string beside =
      theirs ? fmt::format("{:>10.1f} {:>8.1f}x", *theirs, ours / *theirs) : "         -        -";
  fmt::print("{:44} {:>10.1f} {}  {:26} {}\n", what, ours, unit, peer, beside);
  std::fflush(stdout);
}

std::string npm(const char* package, const char* script) {
  return fmt::format("{}/{}/{}", QLIMS_PEERS_DIR, package, script);
}

void measure_hl7(const fs::path& folder) {
  const std::string message = hl7_message();
  const std::string file = save(folder, "message.hl7", message);
  const double ours = megabytes_a_second(message, drivers::decode_hl7);
  const std::string time = std::to_string(seconds);
  const std::string what = fmt::format("HL7, ORU of {} octets to observations", message.size());
  print_row(what, "python3-hl7 (parse)", ours,
            ask_peer(folder, {"/usr/bin/python3", QLIMS_MEASURE_PY, "hl7", file, time}), "MB/s");
  for (const char* package : {"node-hl7-client", "simple-hl7"}) {
    print_row(what, std::string{package} + " (parse)", ours,
              ask_peer(folder, {QLIMS_NODE, npm(package, "measure.cjs"), file, time}), "MB/s");
  }
  print_row(what, "@medplum/core (parse)", ours,
            ask_peer(folder, {QLIMS_NODE, npm("medplum-hl7", "parse.cjs"), file, time}), "MB/s");
}

void measure_files(const fs::path& folder) {
  const std::string time = std::to_string(seconds);
  std::string astm;
  for (const std::string& record : astm_records()) astm += record;
  print_row(fmt::format("ASTM, 28 records of {} octets to observations", astm.size()), "none packaged",
            megabytes_a_second(astm, drivers::decode_astm), std::nullopt, "MB/s");
  const std::string table = masshunter_table(500, 60);
  print_row(fmt::format("CSV, MassHunter table of {:.1f} MB", static_cast<double>(table.size()) / 1e6),
            "Python csv (cells only)", megabytes_a_second(table, drivers::decode_masshunter),
            ask_peer(folder, {"/usr/bin/python3", QLIMS_MEASURE_PY, "csv", save(folder, "table.csv", table), time}),
            "MB/s");
  for (const auto& [name, encoding] : {std::pair{"AFFN", Encoding::affn}, std::pair{"DIFDUP", Encoding::difdup}}) {
    const std::string spectrum = jcamp_file(200'000, encoding);
    print_row(fmt::format("JCAMP-DX, {} of {:.1f} MB", name, static_cast<double>(spectrum.size()) / 1e6),
              "jcampconverter", megabytes_a_second(spectrum, drivers::decode_jcamp),
              ask_peer(folder, {QLIMS_NODE, npm("jcampconverter", "measure.cjs"),
                                save(folder, "spectrum.jdx", spectrum), time}),
              "MB/s");
  }
}

void measure_profiles(const fs::path& folder) {
  const std::string time = std::to_string(seconds);
  const auto decode = [](BytesView capture) { return profiles::decode(capture); };
  const std::string table = sample_table(1'000, 60);
  print_row(fmt::format("CSV by a profile, {:.1f} MB", static_cast<double>(table.size()) / 1e6),
            "Python csv (cells only)", megabytes_a_second(table, decode),
            ask_peer(folder, {"/usr/bin/python3", QLIMS_MEASURE_PY, "csv", save(folder, "table.csv", table), time}),
            "MB/s");
  constexpr std::size_t rows = 250;
  constexpr std::size_t elements = 35;
  constexpr double thousand_cells = (rows + 1) * (elements + 3) / 1e3;
  const Bytes xlsx = workbook(rows, elements);
  const std::string file = save(folder, "workbook.xlsx", xlsx);
  const double ours = files_a_second(xlsx, decode);
  const std::string what = fmt::format("XLSX, {:.1f} of {:.1f} thousand cells", thousand_cells, 10 * thousand_cells);
  const auto theirs = ask_peer(folder, {"/usr/bin/python3", QLIMS_MEASURE_PY, "xlsx", file, time});
  print_row(what, "openpyxl (that sheet's cells)", ours * thousand_cells,
            theirs ? std::optional{*theirs * thousand_cells} : std::nullopt, "kcell/s");
}

void measure_servers(const fs::path& folder, const fs::path& place, const char* how) {
  const Station station{place / "station"};
  const auto records = astm_records();
  for (const int connections : {1, 4}) {
    print_row(fmt::format("ASTM, 28 frames, durable, {}, {} lines", how, connections), "",
              astm_rate(station.astm_port(), records, connections, seconds), std::nullopt, "msg/s");
  }
  const std::string message = hl7_message();
  print_row(fmt::format("MLLP, durable, {}, send and wait", how), "",
            mllp_rate(station.hl7_port(), message, 1, seconds), std::nullopt, "msg/s");
  print_row(fmt::format("MLLP, durable, {}, 64 in flight", how), "",
            mllp_rate(station.hl7_port(), message, 64, seconds), std::nullopt, "msg/s");
  const auto peer =
      ask_peer(folder, {QLIMS_NODE, npm("medplum-hl7", "measure.cjs"), "127.0.0.1", std::to_string(station.hl7_port()),
                        save(folder, "message.hl7", message), std::to_string(seconds)});
  if (peer) print_row(fmt::format("MLLP, durable, {}, @medplum/hl7 sends", how), "", *peer, std::nullopt, "msg/s");
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = argc > 1 ? fs::path{argv[1]} : fs::current_path() / fmt::format("instruments-{}", ::getpid());
  const fs::path memory = fs::path{"/dev/shm"} / fmt::format("qlims-instruments-{}", ::getpid());
  fs::create_directories(folder);
  fs::create_directories(memory);
  fmt::print("{:44} {:>15}  {:26} {:>10} {:>9}\n", "", "ours", "beside", "theirs", "ratio");
  measure_hl7(folder);
  measure_files(folder);
  measure_profiles(folder);
  measure_servers(folder, memory, "no flush");
  measure_servers(folder, folder, "flushed");
  fs::remove_all(memory);
  fs::remove_all(folder);
  return 0;
}
