#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "instruments/label/print/print.hpp"
#include "protocol/base/text.hpp"
#include "tools/qlims/label_commands.hpp"
#include "tools/qlims/label_order.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using json = nlohmann::ordered_json;  // fields in the order of the contract

constexpr std::size_t problems_shown = 20;  // a screen

struct PrintArguments {
  std::vector<std::string> numbers;
  std::string from;
  std::string out;
  std::string layout = "bench";
  std::string pages = "a4";
  int dpi = 203;
  LabelWish wish;
  bool as_json = false;
};

/// A label that has been read back.
struct PrintedLabel {
  label::Payload payload;
  label::LabelBitmap bitmap;
};

[[noreturn]] void stop(const std::string& message) {
  fmt::print(stderr, "qlims label print: {}\n", message);
  throw CLI::RuntimeError(1);
}

[[noreturn]] void stop(const Problems& problems) {
  for (std::size_t i = 0; i < std::min(problems.size(), problems_shown); ++i) {
    fmt::print(stderr, "qlims label print: {}\n", problems[i]);
  }
  if (problems.size() > problems_shown) fmt::print(stderr, "……另有 {} 处\n", problems.size() - problems_shown);
  stop("没有打印任何标签");
}

label::PrintFormat format_of(const PrintArguments& arguments) {
  const std::string suffix = std::filesystem::path{arguments.out}.extension().string();
  const auto format = suffix.empty() ? std::nullopt : label::parse_print_format(suffix.substr(1));
  if (!format) stop(fmt::format("--out {}：文件名须以 .pdf、.png、.zpl 或 .tspl 结尾", arguments.out));
  return *format == label::PrintFormat::pdf_sheet && arguments.pages == "label" ? label::PrintFormat::pdf_roll
                                                                                : *format;
}

Bytes read_all(std::istream& stream) { return {std::istreambuf_iterator<char>(stream), {}}; }

Bytes table_in(const std::string& file) {
  if (file == "-") return read_all(std::cin);
  std::ifstream stream{file, std::ios::binary};
  if (!stream || std::filesystem::is_directory(file))
    stop(fmt::format("--from {}：文件打不开，请检查文件名和权限", file));
  return read_all(stream);
}

/// One number a line; blank lines are passed over.
std::vector<std::string> numbers_on_standard_input() {
  if (::isatty(STDIN_FILENO) != 0) stop("没有给出样品编号；请写在命令后面、用 --from 给出表格，或由管道输入，每行一个");
  std::vector<std::string> numbers;
  for (std::string line; std::getline(std::cin, line);) {
    if (const auto number = trim(line); !number.empty()) numbers.emplace_back(number);
  }
  return numbers;
}

LabelOrder order_of(const PrintArguments& arguments) {
  if (!arguments.from.empty()) {
    const std::string name = arguments.from == "-" ? "标准输入" : arguments.from;
    return order_of_table(table_in(arguments.from), name, arguments.wish);
  }
  return order_of_numbers(arguments.numbers.empty() ? numbers_on_standard_input() : arguments.numbers, arguments.wish);
}

/// On a terminal, once it has taken more than a second.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (shown_) fmt::print(stderr, "\r\n");
  }

  void show(std::size_t done) {
    using namespace std::chrono_literals;
    const auto now = Clock::now();
    if (::isatty(STDERR_FILENO) == 0 || now < next_) return;
    next_ = now + 100ms;
    shown_ = true;
    fmt::print(stderr, "\r绘制并回读 {}/{}", done, total_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::size_t total_;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds{1};
  bool shown_ = false;
};

std::vector<PrintedLabel> print_all(const PrintArguments& arguments, LabelOrder order) {
  const label::PrintOptions options{
      .layout = arguments.layout,
      .dots_per_mm = arguments.dpi == 300 ? label::dots_per_mm_300 : label::dots_per_mm_203};
  std::vector<PrintedLabel> printed;
  Progress progress{order.lines.size()};
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    auto& [where, content] = order.lines[i];
    for (content.payload.copy = 1; content.payload.copy <= content.copies; ++content.payload.copy) {
      auto bitmap = label::print_label(content, options);
      if (!bitmap) {
        order.problems.push_back(
            fmt::format("{} {}：{}", where, content.payload.number.text(), to_text(bitmap.error())));
        break;
      }
      printed.push_back({.payload = content.payload, .bitmap = *std::move(bitmap)});
    }
    if (order.problems.size() > problems_shown) break;  // a font that is missing is missing for all
    progress.show(i + 1);
  }
  if (!order.problems.empty()) stop(order.problems);
  return printed;
}

/// "out.png" for a single label, otherwise "out-<number>.png", and "out-<number>-<copy>.png" when there are copies.
std::string path_of_png(const std::string& out, const std::vector<PrintedLabel>& labels, const PrintedLabel& label) {
  if (labels.size() == 1) return out;
  std::filesystem::path path{out};
  std::string name = fmt::format("{}-{}", path.stem().string(), label.payload.number.text());
  const auto copies =
      std::ranges::count(labels, label.payload.number, [](const PrintedLabel& one) { return one.payload.number; });
  if (copies > 1) name += fmt::format("-{}", label.payload.copy);
  return path.replace_filename(name + ".png").string();
}

Bytes encoded(std::span<const label::LabelBitmap> labels, label::PrintFormat format) {
  auto octets = label::encode(labels, format);
  if (!octets) stop(to_text(octets.error()));
  return *std::move(octets);
}

/// Every file, with the name of the one that each label is in.
std::vector<NewFile> files_of(const PrintArguments& arguments, const std::vector<PrintedLabel>& labels,
                              label::PrintFormat format, std::vector<std::string>& places) {
  std::vector<NewFile> files;
  if (format == label::PrintFormat::png) {
    for (const PrintedLabel& label : labels) {
      files.push_back(
          {.path = path_of_png(arguments.out, labels, label), .content = encoded({&label.bitmap, 1}, format)});
      places.push_back(files.back().path);
    }
    return files;
  }
  std::vector<label::LabelBitmap> bitmaps;
  std::ranges::transform(labels, std::back_inserter(bitmaps), &PrintedLabel::bitmap);
  files.push_back({.path = arguments.out, .content = encoded(bitmaps, format)});
  places.assign(labels.size(), arguments.out);
  return files;
}

void run_print(const PrintArguments& arguments) {
  const label::PrintFormat format = format_of(arguments);
  LabelOrder order = order_of(arguments);
  if (!order.problems.empty()) stop(order.problems);
  const auto labels = print_all(arguments, std::move(order));
  std::vector<std::string> places;
  const auto files = files_of(arguments, labels, format, places);
  if (auto written = write_whole(files); !written) stop(to_text(written.error()));
  if (!arguments.as_json) {
    for (const NewFile& file : files) fmt::print("{}\n", file.path);
    return;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const json line{{"file", places[i]},
                    {"number", labels[i].payload.number.text()},
                    {"copy", labels[i].payload.copy},
                    {"layout", arguments.layout}};
    fmt::print("{}\n", line.dump(-1, ' ', false, json::error_handler_t::replace));
  }
}

std::string footer() {
  std::string text = "Layouts:\n";
  for (const label::Layout& layout : label::layouts())
    text += fmt::format("  {:<11} {}\n", layout.name, layout.description);
  text +=
      "Columns of --from: number, laboratory, date, name, blind, kind, copies, batch, seal, storage, task, sampler,\n"
      "place, party (or 样品编号, 实验室, 抽样日期, 样品名称, ...). What a row leaves empty is taken from the "
      "options.\n"
      "Every label is read back by two decoders before the first file is written.\n"
      "Example: qlims label print --out label.png --lab CD01 --date 2013-06-03 SC13NCP00042H\n"
      "         qlims label print --out labels.pdf --layout sampling --from labels.csv --lab CD01";
  return text;
}

void add_field_options(CLI::App& command, LabelWish& wish) {
  command.add_option("--lab", wish.laboratory, "Laboratory, up to 8 letters and digits");
  command.add_option("--date", wish.date, "Sampling date, YYYY-MM-DD");
  command.add_option("--copies", wish.copies, "Copies: test sample and reserves, 1 to 99")->check(CLI::Range(1, 99));
  command.add_option("--kind", wish.kind, "检样, 备样 or 留样; else the first copy is 检样, the others 备样");
  command.add_option("--blind", wish.blind, "Blind code");
  command.add_option("--name", wish.name, "Sample name");
  command.add_option("--batch", wish.batch, "Specification and batch");
  command.add_option("--seal", wish.seal, "Number of the seal");
  command.add_option("--storage", wish.storage, "How to keep it");
  command.add_option("--task", wish.task, "Task");
  command.add_option("--sampler", wish.sampler, "Who drew it; on the sampling label only");
  command.add_option("--place", wish.place, "Where; on the sampling label only");
  command.add_option("--party", wish.party, "Who was sampled; on the sampling label only");
}

}  // namespace

void add_label_print(CLI::App& label) {
  auto arguments = std::make_shared<PrintArguments>();
  auto* command = label.add_subcommand("print", "Draw sample labels as PDF, PNG, ZPL or TSPL; each is read back first");
  auto* numbers = command->add_option("NUMBER", arguments->numbers, "Sample numbers; from standard input when none");
  command->add_option("--from", arguments->from, "FILE.csv with a row for each label; - is standard input")
      ->excludes(numbers);
  command->add_option("--out", arguments->out, "FILE.pdf|.png|.zpl|.tspl; of PNGs FILE-<number>[-<copy>].png")
      ->required();
  std::vector<std::string> names;
  for (const label::Layout& layout : label::layouts()) names.emplace_back(layout.name);
  command->add_option("--layout", arguments->layout, "Which label")->check(CLI::IsMember(names));
  command->add_option("--pages", arguments->pages, "Of a PDF: A4 sheets, or a page for each label (roll printers)")
      ->check(CLI::IsMember({"a4", "label"}));
  command->add_option("--dpi", arguments->dpi, "The printer's dots per inch")->check(CLI::IsMember({203, 300}));
  add_field_options(*command, arguments->wish);
  command->add_flag("--json", arguments->as_json, "One JSON object a line");
  command->footer(footer());
  command->callback([arguments] { run_print(*arguments); });
}

}  // namespace lab::qlims
