#include "lab-node/desk/run_views.hpp"

#include <nlohmann/json.hpp>

#include "lab-node/outbox/run_decision.hpp"
#include "protocol/quality/control_rules.hpp"
#include "protocol/quality/run.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

constexpr std::size_t chart_values_shown = 60;  // two months of daily controls fit on a screen

json check_line(const model::RunCheck& check) {
  return {{"kind", name_of(check.kind)},
          {"method", check.method},
          {"analyte", check.analyte},
          {"row", check.row},
          {"finding", name_of(check.finding)},
          {"reason", name_of(check.reason)},
          {"explanation", quality::explanation_of(check.reason)},
          {"figure", check.figure},
          {"window", check.window},
          {"rules", check.rules}};
}

json shortage_line(const model::RunShortage& shortage) {
  return {{"kind", name_of(shortage.kind)},
          {"method", shortage.method},
          {"analyte", shortage.analyte},
          {"needed", shortage.needed},
          {"found", shortage.found}};
}

// What the limits would be if they were frozen anew from the values shown. A person decides whether the method was in
// control in that time, and writes the line into qc_materials.csv of the next edition, which begins a new chart.
json next_line(const std::vector<Decimal>& released) {
  const auto line = quality::freeze(released);
  if (!line) return {{"of", released.size()}, {"needed", quality::frozen_values_min}};
  return {{"of", released.size()}, {"mean", line->mean.to_text()}, {"sd", line->sd.to_text()}};
}

}  // namespace

json run_line(const model::RunEntry& run) {
  json line{{"capture", to_hex(run.assessed.capture.view())},
            {"record", to_hex(run.record.view())},
            {"instrument", run.assessed.instrument},
            {"analyst", run.analyst.value()},
            {"at", to_text(run.at)},
            {"samples", run.assessed.samples},
            {"accepted", run.assessed.accepted},
            {"released", quality::may_release(run)},
            {"problem", outbox::problem_of(run.assessed)},
            {"reviewer", run.reviewer.value()}};
  if (!run.reviewer.value().empty()) {
    line["reason"] = run.decided.reason;
    line["decided_at"] = to_text(run.decided_at);
  }
  return line;
}

json run_page(const model::RunEntry& run) {
  json page = run_line(run);
  page["edition"] = to_hex(run.assessed.edition.view());
  page["checks"] = json::array();
  for (const model::RunCheck& check : run.assessed.checks) page["checks"].push_back(check_line(check));
  page["shortages"] = json::array();
  for (const model::RunShortage& one : run.assessed.shortages) page["shortages"].push_back(shortage_line(one));
  page["unlisted"] = run.assessed.unlisted;
  return page;
}

namespace {

struct ChartValue {
  Decimal value;
  bool counts = false;  // its run was released
};

// The control rules that each value completed when it came, behind the released ones before it. `values` and the answer
// have the newest first.
std::vector<json> rules_at(const std::vector<ChartValue>& values, const quality::ControlLine& line) {
  constexpr std::size_t longest_rule = 10;  // values
  std::vector<json> rules(values.size(), json::array());
  std::vector<quality::ControlPosition> before;
  for (std::size_t at = values.size(); at-- > 0;) {
    const auto position = quality::position_of(values[at].value, line);
    if (!position) continue;
    before.push_back(*position);
    const auto completed = quality::completed_rules(before);
    for (const quality::ControlRule rule : completed.back()) rules[at].push_back(name_of(rule));
    if (!values[at].counts) before.pop_back();
    if (before.size() > longest_rule) before.erase(before.begin());
  }
  return rules;
}

}  // namespace

json chart_of(const journal::View& store, const tables::ControlSeries& series, std::uint64_t values) {
  json shown = json::array();
  std::vector<Decimal> released;
  std::vector<ChartValue> all;
  tables::scan_control_values(store, series, [&](const tables::ControlValue& one) {
    const auto run = tables::run_of(store, one.capture);
    const bool counts = run && quality::may_release(*run);
    if (counts) released.push_back(one.value);
    all.push_back({.value = one.value, .counts = counts});
    shown.push_back({{"value", one.value.to_text()},
                     {"capture", to_hex(one.capture.view())},
                     {"at", run ? to_text(run->at) : ""},
                     {"released", counts}});
    return shown.size() < chart_values_shown;
  });
  const auto rules = rules_at(all, {.mean = series.mean, .sd = series.sd});
  for (std::size_t i = 0; i < all.size(); ++i) shown[i]["rules"] = rules[i];
  return {{"instrument", series.instrument},
          {"method", series.method},
          {"analyte", series.analyte},
          {"material", series.material},
          {"mean", series.mean.to_text()},
          {"sd", series.sd.to_text()},
          {"unit", series.unit},
          {"values", values},
          {"next_line", next_line(released)},
          {"shown", std::move(shown)}};
}

}  // namespace lab::desk
