// qlims stats: how sure a pass rate is, and whether something is getting worse.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <utility>

#include "coordinator/statistics/counts.hpp"
#include "coordinator/statistics/interval.hpp"
#include "coordinator/statistics/trend.hpp"
#include "protocol/base/approximate.hpp"
#include "tools/qlims/choose.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/jsonl_command.hpp"

namespace lab::qlims {
namespace {

using statistics::Alternative;
using statistics::IntervalMethod;

constexpr const char* interval_example =
    "Fields: passed, total, confidence (0.95), method (wilson, wilson_cc, clopper_pearson, jeffreys)\n"
    "Answer: low, high: numbers of 12 significant digits\n"
    "Example:\n"
    "  echo '{\"passed\":96,\"total\":100,\"method\":\"clopper_pearson\"}' | qlims stats interval";

constexpr const char* test_example =
    "Fields: passed, total, target (\"0.96\"), alternative (less, greater), alpha (0.05)\n"
    "Answer: rate; meets_target, exact in whole numbers; p_value of the one-sided binomial test that was named;\n"
    "  statement: against (the rate is below the target, by the exact test at alpha), for (it is above), undecided\n"
    "Example:\n"
    "  echo '{\"passed\":50,\"total\":50,\"target\":\"0.96\",\"alternative\":\"greater\"}' | qlims stats test";

constexpr const char* stratified_example =
    "Fields: strata, a list of {name, N (produced), n (sampled), x (passed)}\n"
    "Answer: pooled = sum x / sum n; weighted by N; standard_error of the weighted rate, with finite population\n"
    "  correction and n - 1: numbers of 12 significant digits\n"
    "Example:\n"
    "  echo "
    "'{\"strata\":[{\"name\":\"A\",\"N\":9000,\"n\":10,\"x\":9},{\"name\":\"B\",\"N\":1000,\"n\":90,\"x\":45}]}' "
    "| qlims stats stratified";

constexpr const char* cusum_example =
    "Fields: observations (0 conforms, 1 does not), p0 and p1 (rates in control and out of it), h\n"
    "Answer: path of S = max(0, S + x - k), k from the likelihood ratio of p1 against p0; signal_at, the place (from "
    "1)\n"
    "  of the first S >= h, or null\n"
    "Example:\n"
    "  echo '{\"observations\":[0,1,0,1,1],\"p0\":0.04,\"p1\":0.08,\"h\":2}' | qlims stats cusum";

constexpr const char* ewma_example =
    "Fields: observations (0 conforms, 1 does not), p0 (rate in control), lambda (0.1), L (3)\n"
    "Answer: path of z = lambda x + (1 - lambda) z, started at p0; signal_at, the place (from 1) of the first z above\n"
    "  p0 + L sigma with the exact variance of that step, or null\n"
    "Example:\n"
    "  echo '{\"observations\":[0,1,0,1,1],\"p0\":0.04,\"lambda\":0.1,\"L\":3}' | qlims stats ewma";

constexpr std::array methods{
    std::pair{std::string_view{"wilson"}, IntervalMethod::wilson},
    std::pair{std::string_view{"wilson_cc"}, IntervalMethod::wilson_cc},
    std::pair{std::string_view{"clopper_pearson"}, IntervalMethod::clopper_pearson},
    std::pair{std::string_view{"jeffreys"}, IntervalMethod::jeffreys},
};
constexpr std::array alternatives{std::pair{std::string_view{"less"}, Alternative::less},
                                  std::pair{std::string_view{"greater"}, Alternative::greater}};

std::uint64_t count(Fields& in, std::string_view name) {
  in.require(name);
  const auto number = in.integer(name);
  if (number && *number < 0) in.reject(name, "must not be negative");
  return static_cast<std::uint64_t>(number.value_or(0));
}

double needed_number(Fields& in, std::string_view name) {
  in.require(name);
  return in.number(name).value_or(0);
}

// The message alone is printed, so it takes the field or stratum along.
template <class T>
tl::unexpected<Error> with_place(const Result<T>& failed) {
  return fail(failed.error().code, to_text(failed.error()));
}

Result<void> interval_line(Fields& in, JsonWriter& out) {
  const std::uint64_t passed = count(in, "passed");
  const std::uint64_t total = count(in, "total");
  const double confidence = in.number("confidence").value_or(0.95);
  const IntervalMethod method = choose(in, "method", methods);
  if (auto finished = in.finish(); !finished) return finished;
  const auto interval = statistics::interval(passed, total, confidence, method);
  if (!interval) return with_place(interval);
  out.number("low", interval->low);
  out.number("high", interval->high);
  return {};
}

Result<void> test_line(Fields& in, JsonWriter& out) {
  const std::uint64_t passed = count(in, "passed");
  const std::uint64_t total = count(in, "total");
  in.require("target");
  const Decimal target = in.quantity("target").value_or(Decimal{});
  const Alternative alternative = choose(in, "alternative", alternatives);
  const double alpha = in.number("alpha").value_or(0.05);
  if (auto finished = in.finish(); !finished) return finished;
  const auto p_value = statistics::binomial_p_value(passed, total, approximate(target), alternative);
  if (!p_value) return with_place(p_value);
  const auto evidence = statistics::evidence_for_target(passed, total, approximate(target), alpha);
  if (!evidence) return with_place(evidence);
  const auto meets = statistics::reaches({passed, total}, target);
  if (!meets) return fail(ErrorCode::malformed, "target has more than 12 digits after the point; round it");
  out.number("rate", static_cast<double>(passed) / static_cast<double>(total));
  out.flag("meets_target", *meets);
  out.number("p_value", *p_value);
  out.text("statement", name_of(*evidence));
  return {};
}

Result<void> stratified_line(Fields& in, JsonWriter& out) {
  std::vector<statistics::Stratum> strata;
  for (Fields& one : in.objects("strata")) {
    statistics::Stratum stratum;
    stratum.name = one.text("name");
    if (stratum.name.empty()) stratum.name = fmt::format("{}", strata.size() + 1);
    stratum.population = count(one, "N");
    stratum.sampled = count(one, "n");
    stratum.passed = count(one, "x");
    if (const auto finished = one.finish(); !finished) {
      return fail(ErrorCode::malformed, fmt::format("stratum {}: {}", stratum.name, finished.error().message));
    }
    strata.push_back(std::move(stratum));
  }
  if (auto finished = in.finish(); !finished) return finished;
  const auto rate = statistics::stratified_rate(strata);
  if (!rate) return with_place(rate);
  out.number("pooled", rate->pooled);
  out.number("weighted", rate->weighted);
  out.number("standard_error", rate->standard_error);
  return {};
}

std::vector<bool> observations(Fields& in) {
  std::vector<bool> nonconforming;
  in.require("observations");
  for (const double x : in.numbers("observations")) {
    if (x != 0 && x != 1) {
      in.reject("observations", fmt::format("must be 0 or 1 each, and element {} is {}", nonconforming.size() + 1, x));
    }
    nonconforming.push_back(x == 1);
  }
  if (nonconforming.empty()) in.reject("observations", "must hold at least one observation");
  return nonconforming;
}

Result<void> answer_signal(const Result<statistics::Signal>& signal, JsonWriter& out) {
  if (!signal) return with_place(signal);
  out.begin_list("path");
  for (const double s : signal->path) out.number("", s);
  out.end_list();
  if (signal->at) {
    out.integer("signal_at", static_cast<std::int64_t>(*signal->at) + 1);
  } else {
    out.null("signal_at");
  }
  return {};
}

Result<void> cusum_line(Fields& in, JsonWriter& out) {
  const auto nonconforming = observations(in);
  const double p0 = needed_number(in, "p0");
  const double p1 = needed_number(in, "p1");
  const double h = needed_number(in, "h");
  if (auto finished = in.finish(); !finished) return finished;
  return answer_signal(statistics::bernoulli_cusum(nonconforming, p0, p1, h), out);
}

Result<void> ewma_line(Fields& in, JsonWriter& out) {
  const auto nonconforming = observations(in);
  const double p0 = needed_number(in, "p0");
  const double lambda = in.number("lambda").value_or(0.1);
  const double width = in.number("L").value_or(3);
  if (auto finished = in.finish(); !finished) return finished;
  return answer_signal(statistics::ewma(nonconforming, p0, lambda, width), out);
}

}  // namespace

void add_stats_commands(CLI::App& app) {
  auto* const stats = app.add_subcommand("stats", "Intervals, tests and control paths of pass rates (JSON Lines)");
  stats->require_subcommand(1);
  stats->footer(interval_example);
  add_jsonl_command(*stats, "interval", "Interval of a pass rate", interval_example, interval_line);
  add_jsonl_command(*stats, "test", "Is the pass rate at least the target?", test_example, test_line);
  add_jsonl_command(*stats, "stratified", "Pass rate over strata, pooled and weighted", stratified_example,
                    stratified_line);
  add_jsonl_command(*stats, "cusum", "Early warning: Bernoulli CUSUM", cusum_example, cusum_line);
  add_jsonl_command(*stats, "ewma", "Early warning: EWMA", ewma_example, ewma_line);
}

}  // namespace lab::qlims
