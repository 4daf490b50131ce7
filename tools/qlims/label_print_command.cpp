#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "instruments/label/print/print.hpp"
#include "tools/qlims/label_commands.hpp"

namespace lab::qlims {
namespace {

using json = nlohmann::ordered_json;  // fields in the order of the contract

struct PrintArguments {
  std::vector<std::string> numbers;
  std::string out;
  std::string laboratory;
  std::string date;
  std::string blind_code;
  std::string sample_name;
  int copies = 1;
  bool as_json = false;
};

void print_line(const std::string& line) { fmt::print("{}\n", line); }

[[noreturn]] void stop(const std::string& message) {
  fmt::print(stderr, "qlims label print: {}\n", message);
  throw CLI::RuntimeError(1);
}

label::LabelContent content_of(const PrintArguments& arguments, const std::string& number) {
  const auto parsed = model::SampleNumber::parse(number);
  if (!parsed) stop(fmt::format("{}: not a sample number, or its check character is wrong", number));
  const auto date = parse_date(arguments.date);
  if (!date) stop(fmt::format("--date {}: not a date of the form 2013-06-03", arguments.date));
  return {.payload = {.number = *parsed, .laboratory = arguments.laboratory, .sampled_on = *date, .copy = 1},
          .copies = arguments.copies,
          .blind_code = arguments.blind_code,
          .sample_name = arguments.sample_name};
}

/// "out.png" for a single label, otherwise "out-<number>.png", and "out-<number>-<copy>.png" when there are copies.
std::string path_for(const PrintArguments& arguments, const label::Payload& payload) {
  std::filesystem::path path{arguments.out};
  if (arguments.numbers.size() == 1 && arguments.copies == 1) return path.string();
  std::string name = fmt::format("{}-{}", path.stem().string(), payload.number.text());
  if (arguments.copies > 1) name += fmt::format("-{}", payload.copy);
  return path.replace_filename(name + ".png").string();
}

void write_file(const std::string& path, const Bytes& bytes) {
  std::ofstream stream{path, std::ios::binary | std::ios::trunc};
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) stop(fmt::format("{}: cannot be written; check the folder, its permissions and the disk", path));
}

void print_label(const PrintArguments& arguments, const label::LabelContent& content) {
  const auto png = label::render_png(content);
  if (!png) stop(to_text(png.error()));
  const auto path = path_for(arguments, content.payload);
  write_file(path, *png);
  const auto& number = content.payload.number.text();
  print_line(arguments.as_json ? json({{"file", path}, {"number", number}, {"copy", content.payload.copy}}).dump()
                               : path);
}

void run_print(const PrintArguments& arguments) {
  if (!arguments.out.ends_with(".png")) {
    stop(fmt::format("--out {}: only files that end in .png can be written", arguments.out));
  }
  // Every number is looked at before the first file is written.
  std::vector<label::LabelContent> labels;
  std::ranges::transform(arguments.numbers, std::back_inserter(labels),
                         [&](const std::string& number) { return content_of(arguments, number); });
  for (auto& content : labels) {
    for (content.payload.copy = 1; content.payload.copy <= content.copies; ++content.payload.copy) {
      print_label(arguments, content);
    }
  }
}

}  // namespace

void add_label_print(CLI::App& label) {
  auto arguments = std::make_shared<PrintArguments>();
  auto* command = label.add_subcommand("print", "Draw sample labels, 60 x 40 mm at 203 dpi; each is read back first");
  command->add_option("NUMBER", arguments->numbers, "Sample numbers")->required();
  command->add_option("--out", arguments->out, "FILE.png; FILE-<number>[-<copy>].png for more than one")->required();
  command->add_option("--lab", arguments->laboratory, "Laboratory, up to 8 letters and digits")->required();
  command->add_option("--date", arguments->date, "Sampling date, YYYY-MM-DD")->required();
  command->add_option("--copies", arguments->copies, "Copies: test sample and reserves")->check(CLI::Range(1, 99));
  command->add_option("--blind", arguments->blind_code, "Blind code");
  command->add_option("--name", arguments->sample_name, "Sample name, up to 16 ASCII characters");
  command->add_flag("--json", arguments->as_json, "One JSON object a line");
  command->footer("Example: qlims label print --out label.png --lab CD01 --date 2013-06-03 SC13NCP00042H");
  command->callback([arguments] { run_print(*arguments); });
}

}  // namespace lab::qlims
