// qlims lot: acceptance sampling of lots. `lot plan` is here.

#include "tools/qlims/lot_commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "protocol/acceptance/tables.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/jsonl_command.hpp"

namespace lab::qlims {
namespace {

using acceptance::Aql;
using acceptance::CodeLetter;
using acceptance::Inspection;
using acceptance::Level;
using acceptance::Scheme;
using acceptance::Tables;

constexpr const char* example =
    "Fields: lot_size, level (S-1 ... S-4, I, II, III; II if not given), aql (0.010 ... 1000),\n"
    "  inspection (normal, tightened, reduced; normal if not given),\n"
    "  standard (GB/T 2828.1-2012 or MIL-STD-105E; the first if not given), sampling (single, double)\n"
    "Answer: code_letter, final_letter (where the arrows of the table end), n, n_to_inspect (the whole lot when it is\n"
    "  not larger than n), ac, re, full_inspection. Double sampling has tables of MIL-STD-105E only and answers\n"
    "  n1, ac1, re1, n2, ac2, re2, with n_to_inspect for both samples; where that standard says to use the single "
    "plan,\n"
    "  the single plan and use_single.\n"
    "Example:\n"
    "  echo '{\"lot_size\":1000,\"level\":\"II\",\"aql\":\"1.0\",\"inspection\":\"normal\"}' | qlims lot plan";

struct PlanQuestion {
  std::uint64_t lot_size = 0;
  Level level = Level::ii;
  Aql aql = Aql::at(0);
  Inspection inspection = Inspection::normal;
  Scheme scheme = Scheme::gbt2828_1_2012;
  bool two_samples = false;
};

PlanQuestion read_question(Fields& in) {
  PlanQuestion question{.lot_size = require_count(in, "lot_size"),
                        .level = read_level(in, "level"),
                        .aql = require_aql(in, "aql"),
                        .inspection = read_inspection(in)};
  if (const std::string standard = in.text("standard"); !standard.empty()) {
    const auto scheme = acceptance::parse_scheme(standard);
    if (!scheme) in.reject("standard", "must be GB/T 2828.1-2012 or MIL-STD-105E");
    question.scheme = scheme.value_or(question.scheme);
  }
  const std::string sampling = in.text("sampling");
  question.two_samples = sampling == "double";
  if (!sampling.empty() && sampling != "single" && sampling != "double") {
    in.reject("sampling", "must be single or double");
  }
  if (question.two_samples && question.scheme != Scheme::milstd105e) {
    in.reject("sampling", "may be double with standard MIL-STD-105E only: no other table of double plans is at hand");
  }
  return question;
}

void write_single(const acceptance::SinglePlan& plan, std::uint64_t lot_size, JsonWriter& out) {
  out.text("code_letter", plan.letter.text());
  out.text("final_letter", plan.final_letter.text());
  out.integer("n", plan.n);
  out.integer("n_to_inspect", static_cast<std::int64_t>(acceptance::items_to_inspect(plan.n, lot_size)));
  out.integer("ac", plan.ac);
  out.integer("re", plan.re);
  out.flag("full_inspection", acceptance::is_full_inspection(plan.n, lot_size));
}

void write_double(const acceptance::DoublePlan& plan, std::uint64_t lot_size, JsonWriter& out) {
  out.text("code_letter", plan.letter.text());
  out.text("final_letter", plan.final_letter.text());
  out.integer("n1", plan.n);
  out.integer("ac1", plan.first.ac);
  out.integer("re1", plan.first.re);
  out.integer("n2", plan.n);
  out.integer("ac2", plan.both.ac);
  out.integer("re2", plan.both.re);
  out.integer("n_to_inspect", static_cast<std::int64_t>(acceptance::items_to_inspect(2 * plan.n, lot_size)));
  out.flag("full_inspection", acceptance::is_full_inspection(2 * plan.n, lot_size));
}

Result<void> plan_line(const Tables& tables, Fields& in, JsonWriter& out) {
  const PlanQuestion question = read_question(in);
  if (auto finished = in.finish(); !finished) return finished;
  const auto letter = tables.letter_for(question.lot_size, question.level);
  if (!letter) return tl::unexpected(letter.error());
  if (question.two_samples) {
    if (const auto plan = tables.double_plan(*letter, question.aql, question.inspection)) {
      write_double(*plan, question.lot_size, out);
      return {};
    }
  }
  const auto plan = tables.single_plan(question.scheme, *letter, question.aql, question.inspection);
  write_single(plan, question.lot_size, out);
  if (question.two_samples) out.flag("use_single", true);
  return {};
}

}  // namespace

std::uint64_t read_count(Fields& in, std::string_view field) {
  const std::int64_t count = in.integer(field).value_or(0);
  if (count >= 0) return static_cast<std::uint64_t>(count);
  in.reject(field, "must not be negative");
  return 0;
}

std::uint64_t require_count(Fields& in, std::string_view field) {
  in.require(field);
  return read_count(in, field);
}

Aql require_aql(Fields& in, std::string_view field) {
  in.require(field);
  const auto value = in.quantity(field);
  const auto aql = value ? Aql::of(*value) : std::nullopt;
  if (!aql) in.reject(field, fmt::format("must be an AQL of the tables: {}", acceptance::aql_names));
  return aql.value_or(Aql::at(0));
}

Level read_level(Fields& in, std::string_view field) {
  const std::string given = in.text(field);
  if (given.empty()) return Level::ii;
  const auto level = acceptance::parse_level(given);
  if (!level) in.reject(field, "must be one of S-1, S-2, S-3, S-4, I, II, III");
  return level.value_or(Level::ii);
}

Inspection read_inspection(Fields& in) {
  const std::string given = in.text("inspection");
  if (given.empty()) return Inspection::normal;
  const auto inspection = acceptance::parse_inspection(given);
  if (!inspection) in.reject("inspection", "must be normal, tightened or reduced");
  return inspection.value_or(Inspection::normal);
}

void add_lot_commands(CLI::App& app) {
  auto* const lot = app.add_subcommand("lot", "Accept or refuse whole lots by a sample");
  lot->require_subcommand(1);
  lot->footer("Example:\n  echo '{\"lot_size\":1000,\"level\":\"II\",\"aql\":\"1.0\"}' | qlims lot plan");
  add_jsonl_command(*lot, "plan", "Sample size and acceptance number, GB/T 2828.1-2012 (JSON Lines)", example,
                    [tables = std::optional<Tables>{}](Fields& in, JsonWriter& out) mutable {
                      if (!tables) tables = Tables::load();
                      return plan_line(*tables, in, out);
                    });
  add_lot_oc_command(*lot);
  add_lot_history_command(*lot);
  add_lot_variables_command(*lot);
}

}  // namespace lab::qlims
