#include "lab-node/bench/typed.hpp"

#include <fmt/format.h>

#include "lab-node/bench/match.hpp"
#include "lab-node/bench/placing.hpp"
#include "lab-node/bench/typed_value.hpp"
#include "lab-node/tables/runs.hpp"
#include "lab-node/tables/tables.hpp"
#include "lab-node/tables/typed.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/model/read_value.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
using node::Decided;
using node::refuse;

constexpr std::size_t key_octets_max = 64;

// What was typed, as the bytes that are kept. Tidy texts have no tab and no line end.
Bytes text_of(const Typed& typed) {
  Bytes text = fmt::format("{}\nperson\t{}\ninstrument\t{}\nkey\t{}\n", typed_profile, typed.person.value(),
                           typed.instrument, typed.key);
  for (const TypedCell& cell : typed.cells) {
    text += fmt::format("{}\t{}\t{}\t{}\t{}\n", cell.number, cell.analyte, cell.value, cell.unit, cell.reason);
  }
  return text;
}

class Typing {
 public:
  Typing(journal::Draft& draft, judging::Editions& editions, const Typed& typed, UtcTime now)
      : draft_(draft), editions_(editions), typed_(typed), now_(now), current_(editions.current(draft)) {}

  TypedOutcome run();

 private:
  void find_places();
  [[nodiscard]] std::optional<node::Refusal> find_place(const TypedCell& cell, TypedLine& line);
  [[nodiscard]] model::Observation observation(std::size_t cell) const;
  [[nodiscard]] Placed place_in(journal::Draft& draft, const std::vector<std::size_t>& cells, const Hash& raw) const;
  void refuse_kept_back();
  void keep();
  void note_corrections(const std::vector<std::size_t>& cells, const Placed& placed);

  journal::Draft& draft_;
  judging::Editions& editions_;
  const Typed& typed_;
  UtcTime now_;
  std::shared_ptr<judging::Edition> current_;
  TypedOutcome outcome_;
  std::vector<std::string> units_;     // of each cell
  std::vector<std::size_t> accepted_;  // cells that give something new
};

TypedOutcome Typing::run() {
  find_places();
  refuse_kept_back();
  if (!accepted_.empty()) keep();
  return std::move(outcome_);
}

void Typing::find_places() {
  for (const TypedCell& cell : typed_.cells) {
    TypedLine line;
    auto refusal = find_place(cell, line);
    if (refusal) line.taken = tl::unexpected(std::move(*refusal));
    outcome_.lines.push_back(std::move(line));
  }
}

std::optional<node::Refusal> Typing::find_place(const TypedCell& cell, TypedLine& line) {
  std::string& unit = units_.emplace_back(cell.unit);
  const auto obstacle = [](Obstacle what) { return node::Refusal{name_of(what), explanation_of(what)}; };
  if (!is_tidy(cell.value) || !is_tidy(cell.unit) || !is_tidy(cell.reason) || !is_tidy(cell.analyte)) {
    return node::Refusal{"bad_text", "内容过长（最多200字节）或含有不可打印的字符"};
  }
  const PortionId id = portion_in(cell.number);
  const Meant meant = sample_meant(draft_, id.sample);
  const auto sample = meant.task ? tables::sample(draft_, *meant.task) : std::nullopt;
  if (!sample) return obstacle(meant.ambiguous ? Obstacle::ambiguous : Obstacle::unknown_sample);
  line.taken = sample->grant.task;
  line.portion = id.portion;
  if (const auto what = obstacle_in(*sample, id.portion)) return obstacle(*what);
  const auto edition = sample->edition.is_zero() ? current_ : editions_.at(draft_, sample->edition);
  const judging::PanelIndex* panel = edition ? edition->panel(sample->grant.panel) : nullptr;
  if (panel == nullptr) return obstacle(Obstacle::no_reference);
  const auto item = item_meant(*panel, cell.analyte);
  if (!item) return obstacle(item.error());
  line.item = *item;
  if (unit.empty()) unit = panel->panel().items[*item].unit;
  return problem_of_typed(cell.value, unit);
}

model::Observation Typing::observation(std::size_t cell) const {
  const TypedCell& typed = typed_.cells[cell];
  return {.sample_id = typed.number,
          .analyte = typed.analyte,
          .value = model::read_value(typed.value),
          .unit = units_[cell]};
}

Placed Typing::place_in(journal::Draft& draft, const std::vector<std::size_t>& cells, const Hash& raw) const {
  std::vector<model::Observation> observations;
  std::vector<bool> corrects;
  for (const std::size_t cell : cells) {
    observations.push_back(observation(cell));
    corrects.push_back(!typed_.cells[cell].reason.empty());
  }
  return place(draft, editions_,
               {.raw = raw,
                .instrument = typed_.instrument,
                .profile = typed_profile,
                .analyst = typed_.person,
                .observations = &observations,
                .devices = std::vector<std::string>(cells.size()),
                .attempts = std::vector<Attempt>(cells.size(), Attempt::counted),
                .corrects = std::move(corrects)},
               now_);
}

// Tried first on a draft of its own: only what can be taken becomes part of what is kept.
void Typing::refuse_kept_back() {
  std::vector<std::size_t> candidates;
  for (std::size_t cell = 0; cell < outcome_.lines.size(); ++cell) {
    if (outcome_.lines[cell].taken) candidates.push_back(cell);
  }
  const journal::View& before = draft_;
  journal::Draft trial{before};
  const Placed placed = place_in(trial, candidates, Hash{});
  for (std::size_t row = 0; row < candidates.size(); ++row) {
    TypedLine& line = outcome_.lines[candidates[row]];
    const RowFate& fate = placed.rows[row];
    line.same = fate.fate == Fate::same;
    if (fate.fate == Fate::kept_back) {
      if (fate.obstacle == Obstacle::differs) line.differs_from = *line.taken;
      line.taken = refuse(fate.obstacle);
    }
    if (line.taken && !line.same) accepted_.push_back(candidates[row]);
  }
}

void Typing::keep() {
  Typed kept = typed_;
  kept.cells.clear();
  for (const std::size_t cell : accepted_) kept.cells.push_back(typed_.cells[cell]);
  // The number of captures tells two equal ones without a key apart.
  const Bytes text = text_of(kept) + fmt::format("at\t{}\t{}\n", to_text(now_), tables::counters(draft_).captures);
  const Hash raw = crypto::sha256(text);
  tables::keep_raw(draft_, raw, text);
  Placed placed = place_in(draft_, accepted_, raw);
  const auto count = static_cast<std::uint32_t>(accepted_.size());
  outcome_.capture = tables::add_capture(draft_, raw,
                                         {.instrument = typed_.instrument,
                                          .port = "typed",
                                          .received = now_,
                                          .octets = text.size(),
                                          .profile = typed_profile,
                                          .observations = count,
                                          .taken = count,
                                          .person = typed_.person});
  if (placed.run) tables::put_run(draft_, *placed.run);
  note_corrections(accepted_, placed);
  outcome_.judged = std::move(placed.judged);
}

void Typing::note_corrections(const std::vector<std::size_t>& cells, const Placed& placed) {
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const RowFate& fate = placed.rows[row];
    if (fate.replaced.empty()) continue;
    const TypedCell& cell = typed_.cells[cells[row]];
    auto sample = tables::sample(draft_, *outcome_.lines[cells[row]].taken);
    LAB_CHECK(sample.has_value());
    tables::note_event(
        draft_, *sample, typed_.person,
        model::Incident{fmt::format("更正 {}：{} 改为 {}，{}", cell.analyte, fate.replaced, cell.value, cell.reason)},
        now_);
    tables::put_sample(draft_, *sample, sample->state);
  }
}

// The lines of a request that was taken before, by what is stored now: the same request over the same store.
TypedOutcome told_again(journal::Draft& draft, judging::Editions& editions, const Typed& typed,
                        const tables::TypedBefore& before, UtcTime now) {
  const journal::View& stored = draft;
  journal::Draft trial{stored};
  TypedOutcome outcome = Typing{trial, editions, typed, now}.run();
  outcome.capture = before.capture;
  outcome.repeated = true;
  outcome.judged.clear();
  for (TypedLine& line : outcome.lines) {
    if (line.taken) continue;
    // Judged meanwhile, or even by this request: what it gave is in its place all the same.
    const auto& cell = typed.cells[static_cast<std::size_t>(&line - outcome.lines.data())];
    const Meant meant = sample_meant(draft, portion_in(cell.number).sample);
    const auto sample = meant.task ? tables::sample(draft, *meant.task) : std::nullopt;
    if (!sample) continue;
    for (const model::Measured& measured : sample->measured) {
      if (measured.capture != before.raw || measured.portion != portion_in(cell.number).portion) continue;
      const auto edition = editions.at(draft, sample->edition);
      const judging::PanelIndex* panel = edition ? edition->panel(sample->grant.panel) : nullptr;
      const auto item = panel ? item_meant(*panel, cell.analyte) : tl::unexpected(Obstacle::no_reference);
      if (!item) continue;
      line.taken = sample->grant.task;
      line.item = *item;
      line.portion = measured.portion;
    }
  }
  return outcome;
}

}  // namespace

Decided<TypedOutcome> take_typed(journal::Draft& draft, judging::Editions& editions, const Typed& typed, UtcTime now) {
  LAB_CHECK(!typed.person.value().empty());
  if (typed.cells.size() > typed_cells_max) {
    return refuse("too_many", fmt::format("一次最多录入 {} 个结果", typed_cells_max));
  }
  if (!is_tidy(typed.key, key_octets_max) || !is_tidy(typed.instrument)) {
    return refuse("bad_text", "仪器名称或请求标识过长，或含有不可打印的字符");
  }
  Typed whole = typed;
  if (whole.instrument.empty()) whole.instrument = typed_instrument;
  const Hash asked = crypto::sha256(text_of(whole));
  const Hash key = crypto::sha256(fmt::format("{}\n{}", whole.person.value(), whole.key));
  if (!whole.key.empty()) {
    if (const auto before = tables::typed_before(draft, key)) {
      if (before->asked != asked) return refuse("key_reused", "此请求标识已用于另一批结果，请重新提交");
      return told_again(draft, editions, whole, *before, now);
    }
  }
  TypedOutcome outcome = Typing{draft, editions, whole, now}.run();
  if (!whole.key.empty() && outcome.capture != 0) {
    const auto capture = tables::capture(draft, outcome.capture);
    tables::put_typed(draft, key, {.asked = asked, .raw = capture->raw, .capture = outcome.capture});
  }
  return outcome;
}

}  // namespace lab::bench
