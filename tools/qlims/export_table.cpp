#include "tools/qlims/export_table.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string_view>
#include <utility>

#include "protocol/http/url.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {

void add_table_options(CLI::App& command, TableOptions& options) {
  command.add_option("--table", options.table,
                     "results, nonconforming, rates or progress; in a workbook or a PDF several, with commas");
  command
      .add_option("--format", options.format,
                  "csv, xlsx or pdf, of an upload csv or ndjson; by the name of the file when it is left out")
      ->check(CLI::IsMember({"csv", "xlsx", "pdf", "ndjson"}));
  command.add_option("--encoding", options.encoding, "of a CSV")
      ->check(CLI::IsMember({"utf-8", "utf-8-bom", "gb18030"}))
      ->capture_default_str();
  command.add_option("--by", options.by, "axes of the rates, as of summary");
  command.add_option("--programme", options.programme, "one programme only, and so on");
  command.add_option("--city", options.city, "by its code");
  command.add_option("--county", options.county, "by its code");
  command.add_option("--category", options.category, "by its code");
  command.add_option("--stage", options.stage, "one stage only");
  command.add_option("--month", options.month, "such as 2013-06");
  command.add_option("--round", options.round, "1 to 4");
  command.add_option("--lab", options.lab, "by its number");
  command.add_option("--analyte", options.analyte, "as the limits call it; rates then count items");
  command.add_option("--as-of", options.as_of, "as they stood then, see summary; not of progress");
  command.add_option("--verdicts", options.verdicts, "first or final")
      ->check(CLI::IsMember({"first", "final"}))
      ->capture_default_str();
  command.add_flag("--bare", options.bare, "a CSV without the lines that say filters, moment and data version");
}

std::string filters_of(const TableOptions& options) {
  std::string text = fmt::format("&verdicts={}", options.verdicts);
  for (const auto& [name, value] :
       {std::pair{"programme", &options.programme}, std::pair{"city", &options.city},
        std::pair{"county", &options.county}, std::pair{"category", &options.category},
        std::pair{"stage", &options.stage}, std::pair{"round", &options.round}, std::pair{"month", &options.month},
        std::pair{"lab", &options.lab}, std::pair{"analyte", &options.analyte}, std::pair{"as_of", &options.as_of}}) {
    if (!value->empty()) text += fmt::format("&{}={}", name, http::url_encode(*value));
  }
  return text;
}

namespace {

// As it was said, or as the name of the file says it.
std::string_view format_of(const TableOptions& options, std::string_view out) {
  if (!options.format.empty()) return options.format;
  if (out.ends_with(".xlsx")) return "xlsx";
  return out.ends_with(".pdf") ? "pdf" : "csv";
}

}  // namespace

void export_table(const TableOptions& options, const ApiOptions& api_options, const std::string& out) {
  const std::string_view format = format_of(options, out);
  if (format != "csv" && out.empty()) {
    fail_command({ErrorCode::malformed, fmt::format("--out is needed for {}", format), "export"});
  }
  std::string target = fmt::format("/api/v1/export/tables?table={}&format={}&encoding={}",
                                   http::url_encode(options.table), format, options.encoding);
  target += filters_of(options);
  if (!options.by.empty()) target += fmt::format("&by={}", http::url_encode(options.by));
  if (options.bare) target += "&bare=1";
  api::Api api = open_api(api_options);
  auto content = api.download(target);
  if (!content) fail_command(content.error());
  if (out.empty()) {
    fmt::print("{}", *content);
    return;
  }
  const std::size_t octets = content->size();
  if (const auto written = write_whole({{out, *std::move(content)}}); !written) fail_command(written.error());
  fmt::print(stderr, "{} 字节 → {}\n", octets, out);
}

}  // namespace lab::qlims
