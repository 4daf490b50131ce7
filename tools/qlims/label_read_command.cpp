#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "instruments/label/header.hpp"
#include "instruments/label/worker.hpp"
#include "tools/qlims/label_commands.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using json = nlohmann::ordered_json;  // fields in the order of the contract

struct ReadArguments {
  std::vector<std::string> files;
  bool as_json = false;
};

json to_json(const std::string& file, const label::LabelReading& reading) {
  json object{{"file", file}};
  if (reading.unreadable) {
    object["unreadable"] = true;
    object["cause"] = name_of(reading.unreadable->cause);
    object["reason"] = reading.unreadable->reason;
  } else {
    object["number"] = reading.number ? json(reading.number->text()) : json(nullptr);
    object["codes"] = json::array();
  }
  for (const auto& code : reading.codes) {
    object["codes"].push_back(
        {{"symbology", code.symbology}, {"text", code.text}, {"is_sample_number", code.is_sample_number}});
  }
  if (const auto& printed = reading.printed_number) {
    const bool is_compared = printed->agrees != label::Agreement::not_compared;
    object["printed_number"] = {{"text", printed->text.empty() ? json(nullptr) : json(printed->text)},
                                {"agrees", is_compared ? json(name_of(printed->agrees)) : json(nullptr)}};
  } else {
    object["printed_number"] = nullptr;
  }
  object["flags"] = json::array();
  for (const auto flag : reading.flags) object["flags"].push_back(name_of(flag));
  object["ms"] = reading.took.count();
  if (!reading.reader.empty()) object["reader"] = reading.reader;
  return object;
}

std::string to_line(const std::string& file, const label::LabelReading& reading) {
  if (reading.unreadable) return fmt::format("{}: {}", file, reading.unreadable->reason);
  std::string line = fmt::format("{}: {}", file, reading.number ? reading.number->text() : "no sample number");
  for (const auto& code : reading.codes) {
    if (!code.is_sample_number) line += fmt::format("; {} \"{}\"", code.symbology, code.text);
  }
  if (reading.printed_number && reading.printed_number->agrees == label::Agreement::differ) {
    line += fmt::format("; printed \"{}\"", reading.printed_number->text);
  }
  for (const auto flag : reading.flags) line += fmt::format(" [{}]", name_of(flag));
  return line;
}

void print_line(const std::string& line) { fmt::print("{}\n", line); }

/// Texts in codes come from anywhere: what is not UTF-8 is replaced, never a reason to stop.
std::string dump(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

void run_read(const ReadArguments& arguments) {
  label::Worker worker{{.program = label::worker_beside_this_program(), .arguments = {}}};
  bool all_read = true;
  for (const auto& file : arguments.files) {
    const auto bytes = read_file(file, label::image_bytes_max);
    const auto reading = bytes ? worker.read(*bytes) : label::unreadable(label::Cause::refused, bytes.error().message);
    all_read = all_read && !reading.unreadable;
    print_line(arguments.as_json ? dump(to_json(file, reading)) : to_line(file, reading));
    static_cast<void>(std::fflush(stdout));
  }
  if (!all_read) throw CLI::RuntimeError(1);
}

}  // namespace

void add_label_read(CLI::App& label) {
  auto arguments = std::make_shared<ReadArguments>();
  auto* command = label.add_subcommand("read", "Read sample numbers from photographs of labels (JPEG or PNG)");
  command->add_option("FILE", arguments->files, "Photographs")->required();
  command->add_flag("--json", arguments->as_json, "One JSON object a line");
  command->footer("Exit code 1 when a file is unreadable.\nExample: qlims label read --json photo1.jpg photo2.jpg");
  command->callback([arguments] { run_read(*arguments); });
}

}  // namespace lab::qlims
