#include "lab-node/bench/run.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "instruments/drivers/flags.hpp"
#include "lab-node/bench/match.hpp"
#include "lab-node/bench/run_words.hpp"
#include "protocol/base/unit.hpp"
#include "protocol/quality/requirements.hpp"
#include "protocol/rules/analyte_names.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
using model::Observation;

// What instruments call a blank that was carried through the method. A blank without internal standard (DoubleBlank)
// has no concentration and is none.
constexpr std::array blank_types{"BLANK", "MATRIXBLANK", "METHODBLANK", "REAGENTBLANK", "空白", "试剂空白", "方法空白"};

// The longest of Westgard's rules looks at ten values, this one among them.
constexpr std::size_t earlier_values = 9;
// Values of runs that were not accepted are passed over; so many of them in a row are an instrument out of order.
constexpr std::size_t values_looked_at = 200;

bool is_blank_type(const Observation& row) {
  return std::ranges::find(blank_types, normalised_id(row.sample_type)) != blank_types.end();
}

bool is_response(const Observation& row) {
  return std::ranges::find(row.flags, drivers::flag_response) != row.flags.end();
}

std::optional<Decimal> in_unit(const Decimal& value, const std::string& from, const std::string& to) {
  if (from == to) return value;
  const auto given = parse_unit(from);
  const auto wanted = parse_unit(to);
  return given && wanted ? convert(value, *given, *wanted) : std::nullopt;
}

model::ReadValue in_unit(model::ReadValue value, const std::string& from, const std::string& to) {
  const auto number = value.number ? in_unit(*value.number, from, to) : std::nullopt;
  if (value.number && !number) return {};  // a unit of another kind: not measured, as far as this check can tell
  value.number = number;
  return value;
}

// What a method asks of an analyte.
struct Asked {
  const model::PanelItem* item = nullptr;
  const quality::Criteria* criteria = nullptr;
};

// Panels that see different amounts share a batch: its blank must be clean for all of them.
bool is_stricter(const model::PanelItem& item, const model::PanelItem& other) {
  return item.loq && other.loq && item.unit == other.unit && *item.loq < *other.loq;
}

// One analyte by one method, with everything that was measured of it.
struct Group {
  Asked asked;
  std::set<std::string> samples;
  std::vector<quality::Check> checks;
  std::vector<CheckWords> words;  // one for each check
  quality::Calibration curve;
  bool curve_is_whole = true;
};

class Assessing {
 public:
  Assessing(const journal::View& store, judging::Edition& edition, const RunRows& rows)
      : store_(store), edition_(edition), rows_(rows) {}

  std::optional<RunOutcome> run();

 private:
  void look_at_panels();
  void count_samples();
  void sort_in(const Observation& row);
  bool add_blank(Group& group, const Observation& row);
  bool add_check(Group& group, const Observation& row, const quality::Material& material);
  bool add_pair(Group& group, const Observation& row, const quality::Material& material);
  void add_control(Group& group, const Observation& row, const quality::Material& material);
  void add_standard(Group& group, const Observation& row, const quality::Material& material);
  void assess(Group& group);

  Asked asked_of(const judging::PanelIndex& panel, const std::string& analyte) const;
  std::optional<Asked> asked_of(const std::string& analyte);
  const Observation* row_of(const std::string& id, const std::string& analyte) const;
  std::vector<Decimal> earlier(const tables::ControlSeries& series) const;
  Group& group_of(const Asked& asked) {
    Group& group = groups_[{asked.item->method, asked.item->analyte}];
    group.asked = asked;
    return group;
  }

  const journal::View& store_;
  judging::Edition& edition_;
  const RunRows& rows_;
  RunOutcome outcome_;
  std::vector<const judging::PanelIndex*> panels_;
  std::map<std::string, std::optional<Asked>> asked_;                           // by folded analyte
  std::map<std::pair<std::string, std::string>, const Observation*> measured_;  // by id and folded analyte
  std::map<std::pair<std::string, std::string>, Group> groups_;                 // by method and analyte
};

Asked Assessing::asked_of(const judging::PanelIndex& panel, const std::string& analyte) const {
  const auto item = panel.item_of(analyte);
  if (!item) return {};
  const model::PanelItem& asked = panel.panel().items[*item];
  return {.item = &asked, .criteria = edition_.requirements().of(asked.method)};
}

// Nothing when no panel here asks for checks of it, or when two do by different methods.
std::optional<Asked> Assessing::asked_of(const std::string& analyte) {
  const auto [known, fresh] = asked_.try_emplace(rules::fold_analyte(analyte));
  if (!fresh) return known->second;
  bool ambiguous = false;
  for (const judging::PanelIndex* panel : panels_) {
    const Asked asked = asked_of(*panel, analyte);
    if (!asked.criteria) continue;
    ambiguous = ambiguous || (known->second && known->second->item->method != asked.item->method);
    if (!known->second || is_stricter(*asked.item, *known->second->item)) known->second = asked;
  }
  if (ambiguous) known->second.reset();
  return known->second;
}

const Observation* Assessing::row_of(const std::string& id, const std::string& analyte) const {
  const auto found = measured_.find({id, rules::fold_analyte(analyte)});
  return found == measured_.end() ? nullptr : found->second;
}

void Assessing::look_at_panels() {
  std::set<model::PanelCode> codes;
  for (const SampleRow& row : rows_.samples) codes.insert(row.panel);
  if (codes.empty()) {
    for (const model::Panel& panel : edition_.set().panels) codes.insert(panel.code);
  }
  for (const model::PanelCode& code : codes) {
    if (const auto* panel = edition_.panel(code)) panels_.push_back(panel);
  }
}

void Assessing::count_samples() {
  std::set<std::string> samples;
  for (const SampleRow& row : rows_.samples) {
    const auto* panel = edition_.panel(row.panel);
    const Asked asked = panel ? asked_of(*panel, row.observation->analyte) : Asked{};
    if (!asked.criteria) continue;
    const std::string id = normalised_id(row.observation->sample_id);
    group_of(asked).samples.insert(id);
    samples.insert(id);
  }
  outcome_.assessed.samples = static_cast<std::uint32_t>(samples.size());
}

bool Assessing::add_blank(Group& group, const Observation& row) {
  const model::PanelItem& item = *group.asked.item;
  if (!item.loq) return false;
  const auto most = in_unit(*item.loq, item.unit, row.unit);
  group.checks.emplace_back(quality::Blank{
      .analyte = item.analyte, .found = most ? row.value : model::ReadValue{}, .most = most.value_or(Decimal{})});
  group.words.push_back({.row = row.sample_id,
                         .figure = with_unit(row.value.text, row.unit),
                         .window = "≤ " + with_unit(item.loq->to_text(), item.unit)});
  return true;
}

// A spike and a duplicate are read beside the row whose name they carry with an ending.
bool Assessing::add_pair(Group& group, const Observation& row, const quality::Material& material) {
  const std::string id = normalised_id(row.sample_id);
  const Observation* base = row_of(id.substr(0, id.size() - material.name.size()), row.analyte);
  // A stranger's number may end like that too; what the instrument itself calls a check is never a stranger.
  if (!base && obstacle_in(row) != Obstacle::not_a_sample) return false;
  const model::ReadValue plain = base ? in_unit(base->value, base->unit, row.unit) : model::ReadValue{};
  const std::string& analyte = group.asked.item->analyte;
  if (material.kind == model::CheckKind::duplicate) {
    group.checks.emplace_back(
        quality::Duplicate{.analyte = analyte, .first = plain, .second = row.value, .unit = row.unit});
  } else {
    // An amount in a unit of another kind stays 0, which no recovery is computed from.
    const auto added = in_unit(*material.amount, material.unit, row.unit);
    group.checks.emplace_back(quality::Spike{.analyte = analyte,
                                             .native = plain,
                                             .spiked = row.value,
                                             .added = added.value_or(Decimal{}),
                                             .unit = row.unit});
  }
  group.words.push_back({.row = row.sample_id});
  return true;
}

// Values of runs that may be used, oldest first. Those of this very run come before it in the file and count as well:
// if one of them is out of control, so is the run.
std::vector<Decimal> Assessing::earlier(const tables::ControlSeries& series) const {
  std::vector<Decimal> values;
  for (auto one = outcome_.controls.rbegin(); one != outcome_.controls.rend(); ++one) {
    if (one->first == series) values.push_back(one->second.value);
  }
  std::size_t looked_at = 0;
  tables::scan_control_values(store_, series, [&](const tables::ControlValue& one) {
    if (values.size() >= earlier_values || looked_at++ == values_looked_at) return false;
    const auto run = tables::run_of(store_, one.capture);
    if (run && quality::may_release(*run)) values.push_back(one.value);
    return true;
  });
  std::ranges::reverse(values);
  return values;
}

void Assessing::add_control(Group& group, const Observation& row, const quality::Material& material) {
  const model::PanelItem& item = *group.asked.item;
  const tables::ControlSeries series{.instrument = rows_.instrument,
                                     .method = item.method,
                                     .analyte = item.analyte,
                                     .material = material.name,
                                     .mean = *material.amount,
                                     .sd = *material.sd,
                                     .unit = material.unit};
  quality::Control control{.analyte = item.analyte,
                           .line = {.mean = series.mean, .sd = series.sd},
                           .earlier = earlier(series),
                           .found = in_unit(row.value, row.unit, series.unit)};
  const bool measured = control.found.state == model::ValueState::numeric && control.found.number &&
                        control.found.comparator == model::Comparator::none;
  if (measured) outcome_.controls.push_back({series, {.capture = rows_.capture, .value = *control.found.number}});
  group.checks.emplace_back(std::move(control));
  group.words.push_back({.row = row.sample_id,
                         .figure = with_unit(row.value.text, row.unit),
                         .window = with_unit(series.mean.to_text() + " ± 3 × " + series.sd.to_text(), series.unit)});
}

// The answer is whatever the batch exports, a response or the concentration calculated back from it.
void Assessing::add_standard(Group& group, const Observation& row, const quality::Material& material) {
  const auto& answer = row.value.number;
  const bool measured =
      answer && row.value.state == model::ValueState::numeric && row.value.comparator == model::Comparator::none;
  if (measured) group.curve.points.push_back({.x = *material.amount, .y = *answer});
  group.curve_is_whole = group.curve_is_whole && measured;
  group.curve.analyte = group.asked.item->analyte;
}

bool Assessing::add_check(Group& group, const Observation& row, const quality::Material& material) {
  switch (material.kind) {
    case model::CheckKind::blank:
      return false;  // no material is one
    case model::CheckKind::duplicate:
    case model::CheckKind::spike:
      return add_pair(group, row, material);
    case model::CheckKind::control:
      add_control(group, row, material);
      return true;
    case model::CheckKind::calibration:
      add_standard(group, row, material);
      return true;
  }
  return false;
}

void Assessing::sort_in(const Observation& row) {
  const auto asked = asked_of(row.analyte);
  if (!asked) return;
  const auto* material =
      edition_.requirements().material(asked->item->method, normalised_id(row.sample_id), asked->item->analyte);
  const bool is_standard = material && material->kind == model::CheckKind::calibration;
  if (is_response(row) && !is_standard) return;  // no concentration, and no criterion for anything else
  if (!material && !is_blank_type(row)) return;
  Group& group = group_of(*asked);
  if (material ? add_check(group, row, *material) : add_blank(group, row)) outcome_.used.insert(&row);
}

void Assessing::assess(Group& group) {
  if (!group.curve.analyte.empty()) {
    // A standard without a number leaves no curve: what cannot be checked has failed.
    if (!group.curve_is_whole) group.curve.points.clear();
    group.words.push_back({.window = "r² ≥ " + group.asked.criteria->r2_least.to_text()});
    group.checks.emplace_back(std::move(group.curve));
  }
  quality::Criteria criteria = *group.asked.criteria;
  if (group.samples.empty()) criteria.due.clear();
  const quality::Assessment found = quality::assess(
      {.samples = static_cast<std::uint32_t>(group.samples.size()), .checks = std::move(group.checks)}, criteria);
  const std::string& method = group.asked.item->method;
  for (std::size_t i = 0; i < found.checks.size(); ++i) {
    outcome_.assessed.checks.push_back(in_words(found.checks[i], method, group.words[i]));
  }
  for (const quality::Shortage& shortage : found.shortages) {
    outcome_.assessed.shortages.push_back({.kind = shortage.kind,
                                           .method = method,
                                           .analyte = group.asked.item->analyte,
                                           .needed = shortage.needed,
                                           .found = shortage.found});
  }
  outcome_.assessed.accepted = outcome_.assessed.accepted && found.accepted();
}

std::optional<RunOutcome> Assessing::run() {
  outcome_.assessed = {
      .capture = rows_.capture, .edition = edition_.hash(), .instrument = rows_.instrument, .accepted = true};
  look_at_panels();
  for (const Observation& row : *rows_.all) {
    if (is_supporting(row) || is_response(row)) continue;
    measured_.try_emplace({normalised_id(row.sample_id), rules::fold_analyte(row.analyte)}, &row);
  }
  count_samples();
  for (const Observation* row : rows_.others) sort_in(*row);
  bool asks = !outcome_.used.empty();
  for (auto& [name, group] : groups_) {
    asks = asks || (!group.samples.empty() && !group.asked.criteria->due.empty());
    assess(group);
  }
  if (!asks) return std::nullopt;
  keep_within_event(outcome_.assessed);
  return std::move(outcome_);
}

}  // namespace

std::optional<RunOutcome> assess_run(const journal::View& store, judging::Edition& edition, const RunRows& rows) {
  return Assessing{store, edition, rows}.run();
}

}  // namespace lab::bench
