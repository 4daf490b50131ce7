// qlims limit: which limit applies, a line each; qlims limit diff: what a new edition changes.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "protocol/rules/limit_diff.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/jsonl.hpp"
#include "tools/qlims/limit_table.hpp"
#include "tools/qlims/text_table.hpp"

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

void text_or_null(JsonWriter& out, std::string_view name, std::string_view value) {
  if (value.empty()) return out.null(name);
  out.text(name, value);
}

void write_lookup(const rules::LimitLookup& found, JsonWriter& out) {
  const model::Limit limit = found.limit.value_or(model::Limit{});
  text_or_null(out, "op", found.limit ? model::name_of(limit.kind) : "");
  text_or_null(out, "limit", rules::number_text(limit));
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

[[noreturn]] void refuse(std::string_view what) {
  fmt::print(stderr, "qlims limit: {}\n", what);
  throw CLI::RuntimeError{1};
}

struct Options {
  std::string table;
  bool with_bans = false;
};

void run_limit(const Options& options) {
  if (options.table.empty()) refuse("--table is required; name the limit table (CSV)");
  const auto catalogue = load_edition(options.table, options.with_bans);
  if (!catalogue) refuse(to_text(catalogue.error()));
  const int code = run_jsonl([&](Fields& in, JsonWriter& out) { return limit_line(*catalogue, in, out); });
  if (code != 0) throw CLI::RuntimeError{code};
}

// ---- limit diff

struct DiffOptions {
  std::string before;
  std::string after;
  bool json = false;
};

const char* name_of(const std::optional<std::strong_ordering>& strictness) {
  if (!strictness) return "incomparable";
  if (*strictness < 0) return "stricter";
  return *strictness > 0 ? "looser" : "same";
}

const char* chinese_name_of(const std::optional<std::strong_ordering>& strictness) {
  if (!strictness) return "无法比较";
  if (*strictness < 0) return "更严";
  return *strictness > 0 ? "更宽" : "相同";
}

void write_row(JsonWriter& out, const rules::ListedLimit& row) {
  out.text("analyte", row.analyte);
  out.text("commodity", row.limit.commodity);
  out.text("op", model::name_of(row.limit.kind));
  out.text("limit", rules::number_text(row.limit));
  out.text("unit", row.limit.unit);
  out.text("standard", row.limit.standard);
  out.text("effective_from", row.from ? to_text(*row.from) : "");
  out.text("effective_to", row.to ? to_text(*row.to) : "");
}

void write_rows(JsonWriter& out, const char* name, const std::vector<std::uint32_t>& rows,
                const rules::LimitCatalogue& edition) {
  out.begin_list(name);
  for (const std::uint32_t row : rows) {
    out.begin_object("");
    out.integer("row", row);
    write_row(out, *edition.listed(row));
    out.end_object();
  }
  out.end_list();
}

std::string diff_json(const rules::LimitDiff& diff, const rules::LimitCatalogue& before,
                      const rules::LimitCatalogue& after) {
  JsonWriter out;
  write_rows(out, "removed", diff.removed, before);
  write_rows(out, "added", diff.added, after);
  out.begin_list("changed");
  for (const rules::ChangedRow& row : diff.changed) {
    out.begin_object("");
    out.integer("old_row", row.old_row);
    out.integer("new_row", row.new_row);
    write_row(out, *after.listed(row.new_row));
    out.text("strictness", name_of(row.strictness));
    out.begin_list("fields");
    for (const rules::ChangedField& field : row.fields) {
      out.begin_object("");
      out.text("column", field.column);
      out.text("was", field.was);
      out.text("is", field.is);
      out.end_object();
    }
    out.end_list();
    out.end_object();
  }
  out.end_list();
  out.integer("unchanged", static_cast<std::int64_t>(diff.unchanged));
  return out.take();
}

std::string in_words(const rules::ListedLimit& row) {
  return fmt::format("{}{} {}", model::name_of(row.limit.kind), rules::number_text(row.limit), row.limit.unit);
}

std::string diff_text(const rules::LimitDiff& diff, const rules::LimitCatalogue& before,
                      const rules::LimitCatalogue& after) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const char* what, std::uint32_t number, const rules::ListedLimit& row, std::string how) {
    rows.push_back({what, std::to_string(number), row.analyte, row.limit.commodity, std::move(how)});
  };
  for (const std::uint32_t row : diff.removed) add("删除", row, *before.listed(row), in_words(*before.listed(row)));
  for (const std::uint32_t row : diff.added) add("新增", row, *after.listed(row), in_words(*after.listed(row)));
  for (const rules::ChangedRow& row : diff.changed) {
    std::string how = chinese_name_of(row.strictness);
    for (const rules::ChangedField& field : row.fields) {
      how += fmt::format("；{}: {} → {}", field.column, field.was, field.is);
    }
    add("修改", row.new_row, *after.listed(row.new_row), std::move(how));
  }
  const std::string counts = fmt::format("删除 {}，新增 {}，修改 {}，不变 {}\n", diff.removed.size(), diff.added.size(),
                                         diff.changed.size(), diff.unchanged);
  return rows.empty() ? counts : text_table({"变化", "行", "检测项目", "产品", "内容"}, rows) + counts;
}

void run_diff(const DiffOptions& options) {
  const auto before = load_edition(options.before, false);
  if (!before) refuse(to_text(before.error()));
  const auto after = load_edition(options.after, false);
  if (!after) refuse(to_text(after.error()));
  const rules::LimitDiff diff = rules::compare_editions(*before, *after);
  fmt::print("{}", options.json ? diff_json(diff, *before, *after) + "\n" : diff_text(diff, *before, *after));
}

void add_diff(CLI::App& limit) {
  const auto options = std::make_shared<DiffOptions>();
  auto* const diff = limit.add_subcommand("diff", "What a new edition of a limit table changes");
  diff->add_option("OLD", options->before, "limit table (CSV) in use")->required();
  diff->add_option("NEW", options->after, "limit table (CSV) to be imported")->required();
  diff->add_flag("--json", options->json, "one object: removed, added, changed, unchanged");
  diff->footer(
      "Rows belong together by analyte and commodity; 0.05 and 0.050 are no change.\n"
      "Example:\n  qlims limit diff limits_2013.csv limits_2021.csv");
  diff->callback([options] { run_diff(*options); });
}

}  // namespace

void add_limit_commands(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* const limit = app.add_subcommand("limit", "Find the limit that applies (JSON Lines)");
  limit->add_option("--table", options->table, "limit table (CSV); required");
  limit->add_flag(
      "--bans", options->with_bans,
      "where no row applies, also look into banned_pesticides_2013.csv and banned_vet_193.csv beside FILE;\n"
      "their rows are numbered on after those of FILE");
  limit->footer(example);
  limit->require_subcommand(0, 1);
  add_diff(*limit);
  limit->callback([options, limit] {
    if (limit->get_subcommands().empty()) run_limit(*options);
  });
}

}  // namespace lab::qlims
