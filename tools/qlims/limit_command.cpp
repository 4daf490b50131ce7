// qlims limit: which limit applies, a line each.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "protocol/base/charset.hpp"
#include "protocol/rules/limit_catalogue.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/jsonl.hpp"

namespace lab::qlims {
namespace {

constexpr const char* example =
    "Fields: analyte, commodity, category_path (list, from broad to narrow), date (YYYY-MM-DD)\n"
    "Answer: op, limit, unit, standard, clause, row (data rows from 1); all null when no row applies.\n"
    "  note is added when rows of equal rank differ.\n"
    "analytes.csv beside FILE, if there, adds other names of analytes.\n"
    "Example:\n"
    "  echo "
    "'{\"analyte\":\"镉\",\"commodity\":\"芹菜\",\"category_path\":[\"蔬菜\",\"茎类蔬菜\"],\"date\":\"2013-07-01\"}' "
    "| qlims limit --table limits.csv";

constexpr std::uintmax_t file_octets_max = 64U << 20;  // the whole of GB 2763 is about 2 MB

/// Text of a file in UTF-8, whatever charset the spreadsheet saved it in.
Result<std::string> read_text(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::not_found, "the file cannot be read: " + error.message(), path.string());
  if (size > file_octets_max) return fail(ErrorCode::too_large, "the file is larger than 64 MiB", path.string());
  std::ifstream file{path, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad()) return fail(ErrorCode::unavailable, "the file cannot be read", path.string());
  auto text = decode_text(bytes);
  if (!text) return fail(ErrorCode::malformed, text.error().message, path.string());
  return std::move(text->utf8);
}

struct Texts {
  std::string limits;
  std::string analytes;
  std::string banned_pesticides;
  std::string banned_veterinary;
};

Result<rules::LimitCatalogue> load_edition(const std::filesystem::path& table, bool with_bans) {
  Texts texts;
  const auto read = [](const std::filesystem::path& path, std::string& text) -> Result<void> {
    auto content = read_text(path);
    if (!content) return fail(std::move(content));
    text = std::move(*content);
    return {};
  };
  if (auto done = read(table, texts.limits); !done) return fail(std::move(done));
  const auto folder = table.parent_path();
  if (std::filesystem::exists(folder / "analytes.csv")) {
    if (auto done = read(folder / "analytes.csv", texts.analytes); !done) return fail(std::move(done));
  }
  if (with_bans) {
    if (auto done = read(folder / "banned_pesticides_2013.csv", texts.banned_pesticides); !done) {
      return fail(std::move(done));
    }
    if (auto done = read(folder / "banned_vet_193.csv", texts.banned_veterinary); !done) return fail(std::move(done));
  }
  return rules::LimitCatalogue::load({.limits = texts.limits,
                                      .analytes = texts.analytes,
                                      .banned_pesticides = texts.banned_pesticides,
                                      .banned_veterinary = texts.banned_veterinary});
}

void text_or_null(JsonWriter& out, std::string_view name, std::string_view value) {
  if (value.empty()) return out.null(name);
  out.text(name, value);
}

std::string limit_number(const model::Limit& limit) {
  if (limit.lower && limit.upper) return fmt::format("{}~{}", limit.lower->to_text(), limit.upper->to_text());
  if (limit.upper) return limit.upper->to_text();
  return limit.lower ? limit.lower->to_text() : std::string{};
}

void write_lookup(const rules::LimitLookup& found, JsonWriter& out) {
  const model::Limit limit = found.limit.value_or(model::Limit{});
  text_or_null(out, "op", found.limit ? model::name_of(limit.kind) : "");
  text_or_null(out, "limit", limit_number(limit));
  text_or_null(out, "unit", limit.unit);
  text_or_null(out, "standard", limit.standard);
  text_or_null(out, "clause", limit.clause);
  if (found.limit) {
    out.integer("row", limit.row);
  } else {
    out.null("row");
  }
  if (!found.note.empty()) out.text("note", found.note);
}

Result<void> limit_line(const rules::LimitCatalogue& catalogue, Fields& in, JsonWriter& out) {
  in.require("analyte");
  in.require("date");
  const std::string analyte = in.text("analyte");
  const std::string commodity = in.text("commodity");
  const std::vector<std::string> path = in.texts("category_path");
  const auto date = parse_date(in.text("date"));
  if (!date) in.reject("date", "must be a day that exists, written as 2013-06-01");
  if (auto finished = in.finish(); !finished) return finished;
  write_lookup(catalogue.look_up(analyte, rules::SampleNames{commodity, path}, *date), out);
  return {};
}

int run_limit(const std::string& table, bool with_bans) {
  const auto catalogue = load_edition(table, with_bans);
  if (!catalogue) {
    std::cerr << "qlims limit: " << to_text(catalogue.error()) << '\n';
    return 1;
  }
  return run_jsonl([&](Fields& in, JsonWriter& out) { return limit_line(*catalogue, in, out); });
}

struct Options {
  std::string table;
  bool with_bans = false;
};

}  // namespace

void add_limit_commands(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* const limit = app.add_subcommand("limit", "Find the limit that applies (JSON Lines)");
  limit->add_option("--table", options->table, "limit table (CSV)")->required();
  limit->add_flag(
      "--bans", options->with_bans,
      "where no row applies, also look into banned_pesticides_2013.csv and banned_vet_193.csv beside FILE;\n"
      "their rows are numbered on after those of FILE");
  limit->footer(example);
  limit->callback([options] {
    if (const int code = run_limit(options->table, options->with_bans); code != 0) throw CLI::RuntimeError{code};
  });
}

}  // namespace lab::qlims
