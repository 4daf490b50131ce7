// What the reader of labels reads, beside others, on the shared collection of pictures:
//   labels_bench [--only TEXT] [--budget MS] [--without STEP]... [--alone] [--failed]
//   labels_bench --steps [--only TEXT] [--failed]
// --only: pictures whose file name contains TEXT. --without: leave out one of our steps. --alone: our reader only.
// --failed: list what was not read. --steps: what each of our steps is worth; with --failed, which read each picture.

#include <fmt/format.h>
#include <cstdlib>
#include <map>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <span>
#include <string_view>

#include "tests/bench/labels/engine_zxing_wasm.hpp"
#include "tests/bench/labels/engines.hpp"
#include "tests/bench/labels/in_child.hpp"
#include "tests/bench/labels/step_table.hpp"
#include "tests/instruments/label/corpus.hpp"

namespace lab::bench {
namespace {

using label::CorpusPicture;

struct Engine {
  const char* name;
  Answer (*read)(BytesView file, const Settings& settings);
};

constexpr std::array engines{Engine{"qlims", by_qlims}, Engine{"zxing 1.4", by_zxing}, Engine{"zbar", by_zbar}};

struct Arguments {
  std::string only;
  Settings settings;
  bool alone = false;
  bool failed = false;
  bool steps = false;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name{argv[i]};
    const auto value = [&] { return i + 1 < argc ? std::string{argv[++i]} : std::string{}; };
    if (name == "--only") arguments.only = value();
    if (name == "--without") arguments.settings.without.push_back(value());
    if (name == "--budget") arguments.settings.budget = std::chrono::milliseconds{std::atoi(value().c_str())};
    if (name == "--alone") arguments.alone = true;
    if (name == "--failed") arguments.failed = true;
    if (name == "--steps") arguments.steps = true;
  }
  return arguments;
}

struct Score {
  int pictures = 0;
  int with_code = 0;
  int read = 0;
  int misread = 0;
  int died = 0;
};

struct Column {
  std::string name;
  std::map<std::string, Score> rows;
  std::vector<double> milliseconds;
};

std::optional<Answer> answer_of(const Engine& engine, const Bytes& file, const Settings& settings) {
  constexpr unsigned seconds_max = 60;
  const auto text = in_child([&] { return packed(engine.read(file, settings)); }, seconds_max);
  if (!text) return std::nullopt;
  return unpacked(*text);
}

/// A picture belongs to its group, to its severity or to the photographs, and to all.
std::vector<std::string> rows_of(const CorpusPicture& picture) {
  const bool is_synthetic = !picture.severity.empty();
  return {picture.group + (is_synthetic ? " " + picture.symbology : ""),
          is_synthetic ? "= synthetic, severity " + picture.severity : "= photographs", "= all"};
}

void count(const CorpusPicture& picture, const std::optional<Answer>& answer, bool list_failed, Column& column) {
  bool is_read = false;
  int misread = 0;
  if (answer) {
    column.milliseconds.push_back(answer->milliseconds);
    for (const auto& text : answer->texts) {
      const auto plain = label::normal(text);
      is_read = is_read || picture.expected.contains(plain);
      if (picture.expected.contains(plain) || picture.present.contains(plain)) continue;
      ++misread;
      if (list_failed) fmt::print("misread {} as \"{}\"\n", picture.file, plain);
    }
  }
  if (list_failed && !is_read && !picture.expected.empty()) {
    fmt::print("unread {} {}\n", picture.file, answer ? fmt::format("{:.0f} ms", answer->milliseconds) : "died");
  }
  for (const auto& name : rows_of(picture)) {
    Score& score = column.rows[name];
    ++score.pictures;
    score.with_code += picture.expected.empty() ? 0 : 1;
    score.read += is_read ? 1 : 0;
    score.misread += misread;
    score.died += answer ? 0 : 1;
  }
}

void print_table(const std::vector<Column>& columns) {
  fmt::print("{:34}{:>9}{:>6}", "pictures", "pictures", "codes");
  for (const Column& column : columns) fmt::print("{:>14}{:>6}", column.name, "wrong");
  fmt::print("\n");
  for (const auto& [name, first] : columns.front().rows) {
    fmt::print("{:34}{:>9}{:>6}", name, first.pictures, first.with_code);
    for (const Column& column : columns) {
      const Score& score = column.rows.at(name);
      fmt::print("{:>14}{:>6}",
                 score.died == 0 ? fmt::format("{}", score.read) : fmt::format("{} ({} †)", score.read, score.died),
                 score.misread);
    }
    fmt::print("\n");
  }
}

void print_times(std::vector<Column>& columns) {
  for (Column& column : columns) {
    auto& times = column.milliseconds;
    if (times.empty()) continue;
    std::ranges::sort(times);
    fmt::print("{:10} ms of processor per picture: median {:.0f}, 95 % within {:.0f}, most {:.0f}\n", column.name,
               times[times.size() / 2], times[times.size() * 95 / 100], times.back());
  }
}

/// The column of the peer that is no library here.
std::optional<Column> column_of_zxing_wasm(const std::vector<CorpusPicture>& pictures) {
  std::vector<std::string> files;
  for (const auto& picture : pictures) files.push_back((label::corpus / picture.file).string());
  const auto answers = by_zxing_wasm(files);
  if (answers.empty()) return std::nullopt;
  Column column{.name = "zxing 3 wasm"};
  for (std::size_t i = 0; i < pictures.size(); ++i) count(pictures[i], answers[i], false, column);
  return column;
}

/// As the worker of the laboratory is when a picture comes: what libraries do the first time they are used is done.
void warm_up(std::span<const Engine> compared) {
  cv::setNumThreads(1);
  std::vector<uchar> png;
  cv::imencode(".png", cv::Mat(240, 320, CV_8U, cv::Scalar(200)), png);
  const Bytes file(png.begin(), png.end());
  for (const Engine& engine : compared) engine.read(file, {.budget = std::chrono::minutes{1}});
}

int run(const Arguments& arguments) {
  if (!label::has_corpus()) {
    fmt::print(stderr, "{} is not there: the pictures are not part of the project\n", label::corpus.string());
    return EXIT_FAILURE;
  }
  std::vector<CorpusPicture> pictures;
  for (auto& picture : label::corpus_pictures()) {
    if (picture.file.find(arguments.only) != std::string::npos) pictures.push_back(std::move(picture));
  }
  if (arguments.steps) {
    print_step_table(pictures, arguments.failed);
    return EXIT_SUCCESS;
  }
  const std::span compared{engines.begin(), arguments.alone ? 1 : engines.size()};
  warm_up(compared);
  std::vector<Column> columns;
  for (const Engine& engine : compared) columns.push_back({.name = engine.name});
  for (const auto& picture : pictures) {
    const Bytes file = label::bytes_of(label::corpus / picture.file);
    for (std::size_t i = 0; i < compared.size(); ++i) {
      count(picture, answer_of(compared[i], file, arguments.settings), arguments.failed && i == 0, columns[i]);
    }
  }
  if (!arguments.alone) {
    if (auto column = column_of_zxing_wasm(pictures)) columns.push_back(*std::move(column));
  }
  print_table(columns);
  print_times(columns);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace lab::bench

int main(int argc, char** argv) { return lab::bench::run(lab::bench::parse(argc, argv)); }
