#include "protocol/rules/rejudge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/rules/panel_verdict.hpp"
#include "protocol/rules/verdict_steps.hpp"

namespace lab::rules {
namespace {

using model::ItemVerdict;
using model::Limit;

// One way of asking: a limit and what the method can see, whatever row and item they come from.
struct Question {
  Limit limit;
  const model::PanelItem* item = nullptr;
};

// Everything of a question that decides.
std::string key_of(const Question& question) {
  const auto text = [](const std::optional<Decimal>& number) { return number ? number->to_text() : std::string{}; };
  const Limit& limit = question.limit;
  const model::PanelItem& item = *question.item;
  return fmt::format("{}|{}|{}|{}{}|{}|{}|{}|{}|{}|{}|{}|{}", static_cast<int>(limit.kind), text(limit.lower),
                     text(limit.upper), limit.lower_inclusive, limit.upper_inclusive, limit.unit,
                     static_cast<int>(limit.comparison), text(limit.rounding_unit), item.unit, text(item.lod),
                     text(item.loq), static_cast<int>(item.rule), text(item.relative_uncertainty));
}

// A panel as it is to be judged now.
struct PanelInUse {
  std::vector<model::PanelItem> items;
  std::vector<PanelQuestion> questions;
};

PanelInUse panel_in_use(const model::Panel& panel, const RejudgeRule& rule) {
  PanelInUse made{.items = panel.items, .questions = questions_of(panel.items)};
  for (model::PanelItem& item : made.items) {
    if (rule.rule) item.rule = *rule.rule;
    if (rule.relative_uncertainty) item.relative_uncertainty = rule.relative_uncertainty;
  }
  return made;
}

// In place of an item's lanes: it is judged with others.
constexpr std::uint32_t together = UINT32_MAX;

// The limits of one panel, product and category on days on which nothing changes.
struct Resolved {
  std::vector<Limit> limits;         // one per item
  std::vector<std::uint32_t> lanes;  // where the lanes of the item's question begin, or `together`
};

// Questions and their step functions, made when they are first asked. A lane is a question and a form of result.
class Bench {
 public:
  Bench(const ResultColumns& columns, const LimitCatalogue& limits, const CategoryTree& categories,
        const RejudgeRule& rule)
      : columns_(columns),
        limits_(limits),
        categories_(categories),
        rule_(rule),
        forms_(columns.forms().size()),
        digits_(columns.digits().data()),
        form_of_(columns.form_of().data()) {
    for (const model::Panel& panel : columns.panels()) panels_.push_back(panel_in_use(panel, rule));
    for (const CivilDate day : limits.change_days()) change_days_.push_back(to_day_number(day));
    resolved_.resize(columns.contexts().size() * (change_days_.size() + 1));
  }

  const Resolved& resolved(const ResultColumns::Sample& sample) {
    const auto era = std::ranges::upper_bound(change_days_, sample.day) - change_days_.begin();
    Resolved& known = resolved_[sample.context * (change_days_.size() + 1) + static_cast<std::size_t>(era)];
    if (known.limits.empty()) known = resolve(columns_.contexts()[sample.context], from_day_number(sample.day));
    return known;
  }

  Finding at(std::uint32_t first_lane, std::size_t determination) {
    const std::uint32_t lane = first_lane + form_of_[determination];
    std::uint32_t steps = lanes_[lane];
    if (steps >= needs_128_bits) {
      if (steps == unknown) steps = lanes_[lane] = compile(lane / forms_, lane % forms_);
      if (steps == needs_128_bits) return judge_slowly(questions_[lane / forms_], determination);
    }
    return steps_[steps].at(digits_[determination]);
  }

  // The items of a sample that are not judged alone, or all of them when it has further portions: a finding for each
  // item; those of the others mean nothing.
  void judge_together(std::size_t index, const Resolved& resolved, std::vector<Finding>& findings) const {
    const ResultColumns::Sample& sample = columns_.samples()[index];
    const PanelInUse& panel = panels_[columns_.contexts()[sample.context].panel];
    std::vector<model::Determination> kept;
    kept.reserve(columns_.end_of(index) - sample.begin);
    PanelResults results{panel.items.size()};
    for (std::uint64_t at = sample.begin; at < columns_.end_of(index); ++at) {
      kept.push_back(columns_.determination(at));
      results.add(kept.back(), columns_.portion(at));
    }
    findings.assign(panel.items.size(), undetermined(model::Reason::part_of_sum));
    for (const PanelQuestion& question : panel.questions) {
      const bool alone = resolved.lanes[question.item()] != together;
      if (alone && !sample.has_further_portions) continue;
      findings[question.item()] = judge_question(question, {panel.items, resolved.limits}, results);
    }
  }

  [[nodiscard]] std::uint64_t slow() const { return slow_; }

 private:
  static constexpr std::uint32_t unknown = UINT32_MAX;
  static constexpr std::uint32_t needs_128_bits = UINT32_MAX - 1;

  Resolved resolve(const ResultColumns::Context& context, CivilDate day) {
    const auto& [items, questions] = panels_[context.panel];
    const SampleNames names{context.commodity, categories_.path(context.category)};
    Resolved made{.limits = limits_for_panel(limits_, items, names, day), .lanes = {}};
    if (rule_.comparison) {
      for (Limit& limit : made.limits) limit.comparison = *rule_.comparison;
    }
    made.lanes.assign(items.size(), together);
    for (const PanelQuestion& question : questions) {
      const std::uint16_t item = question.item();
      if (question.kind != PanelQuestion::Kind::alone || items[item].confirmations > 0) continue;
      made.lanes[item] =
          static_cast<std::uint32_t>(question_of({.limit = made.limits[item], .item = &items[item]}) * forms_);
    }
    return made;
  }

  std::size_t question_of(Question question) {
    const auto [place, fresh] = index_.emplace(key_of(question), questions_.size());
    if (fresh) {
      questions_.push_back(std::move(question));
      lanes_.resize(lanes_.size() + forms_, unknown);
    }
    return place->second;
  }

  std::uint32_t compile(std::size_t question_index, std::size_t form_index) {
    const Question& question = questions_[question_index];
    const ResultColumns::Form& form = columns_.forms()[form_index];
    if (form.wide) return needs_128_bits;
    model::Determination result{.item = 0, .value = {}, .unit = form.unit};
    result.value.state = form.state;
    result.value.comparator = form.comparator;
    const Evidence asked = evidence_of(result, *question.item, question.limit);
    const auto steps = form.has_number ? VerdictSteps::compile(asked, question.limit, form.exponent)
                                       : VerdictSteps::always(judge(asked, question.limit));
    if (!steps) return needs_128_bits;
    steps_.push_back(*steps);
    return static_cast<std::uint32_t>(steps_.size() - 1);
  }

  Finding judge_slowly(const Question& question, std::size_t determination) {
    ++slow_;
    const model::Determination result = columns_.determination(determination);
    return judge(evidence_of(result, *question.item, question.limit), question.limit);
  }

  const ResultColumns& columns_;
  const LimitCatalogue& limits_;
  const CategoryTree& categories_;
  const RejudgeRule& rule_;
  const std::size_t forms_;
  const std::int64_t* const digits_;
  const std::uint16_t* const form_of_;
  std::vector<PanelInUse> panels_;
  std::vector<std::int32_t> change_days_;
  std::vector<Resolved> resolved_;  // context x span of days; empty until asked for
  std::map<std::string, std::size_t> index_;
  std::vector<Question> questions_;
  std::vector<std::uint32_t> lanes_;  // question x form -> steps
  std::vector<VerdictSteps> steps_;
  std::uint64_t slow_ = 0;
};

class Rejudging {
 public:
  Rejudging(const ResultColumns& columns, Bench bench, const std::function<void(const ChangedItem&)>& visit)
      : columns_(columns), bench_(std::move(bench)), visit_(visit) {}

  RejudgeReport run() {
    const auto& samples = columns_.samples();
    for (std::size_t sample = 0; sample < samples.size(); ++sample) judge_sample(sample);
    report_.samples = samples.size();
    report_.determinations = columns_.size();
    report_.slow = bench_.slow();
    return std::move(report_);
  }

 private:
  void judge_sample(std::size_t index) {
    const ResultColumns::Sample& sample = columns_.samples()[index];
    const std::uint64_t end = columns_.end_of(index);
    const Resolved& resolved = bench_.resolved(sample);
    const std::uint32_t* const lanes = resolved.lanes.data();
    const std::uint16_t* const items = columns_.items().data();
    const std::uint8_t* const outcomes = columns_.outcomes().data();
    bool may_move = false;
    bool has_more = sample.has_further_portions;
    for (std::uint64_t at = sample.begin; at < end; ++at) {
      const std::uint32_t lane = lanes[items[at]];
      has_more |= lane == together;
      if (lane == together || sample.has_further_portions) continue;
      const Finding is = bench_.at(lane, at);
      if (static_cast<std::uint8_t>(is.outcome) == outcomes[at]) {
        // An open item weighs on its sample by its reason too: one without a basis does not count.
        may_move |= is.outcome == model::ItemOutcome::undetermined && is.reason != stored(at).reason;
        continue;
      }
      may_move = true;
      note(index, at, is, resolved.limits[items[at]]);
    }
    if (has_more) {
      bench_.judge_together(index, resolved, together_);
      may_move |= compare_together(index, resolved);
    }
    if (may_move) compare_sample(sample, end, resolved);
  }

  // Whether the determination is judged with others, and whether the verdict of its item stands at it.
  [[nodiscard]] bool is_together(const ResultColumns::Sample& sample, const Resolved& resolved, std::size_t at) const {
    return sample.has_further_portions || resolved.lanes[columns_.items()[at]] == together;
  }
  [[nodiscard]] bool bears_verdict(std::size_t at) const { return columns_.portion(at) == 1; }

  bool compare_together(std::size_t index, const Resolved& resolved) {
    const ResultColumns::Sample& sample = columns_.samples()[index];
    bool may_move = false;
    for (std::uint64_t at = sample.begin; at < columns_.end_of(index); ++at) {
      if (!is_together(sample, resolved, at) || !bears_verdict(at)) continue;
      const std::uint16_t item = columns_.items()[at];
      const Finding is = together_[item];
      may_move |= is != stored(at);
      if (is.outcome != stored(at).outcome) note(index, at, is, resolved.limits[item]);
    }
    return may_move;
  }

  [[nodiscard]] Finding stored(std::size_t at) const {
    return {static_cast<model::ItemOutcome>(columns_.outcomes()[at]),
            static_cast<model::Reason>(columns_.reasons()[at])};
  }

  [[nodiscard]] MoveKey key_of(const ResultColumns::Sample& sample) const {
    return {.city = sample.city, .category = columns_.contexts()[sample.context].category};
  }

  void note(std::size_t sample, std::size_t at, const Finding& is, const Limit& limit) {
    const Finding was = stored(at);
    MoveKey key = key_of(columns_.samples()[sample]);
    key.was = static_cast<std::uint8_t>(was.outcome);
    key.is = static_cast<std::uint8_t>(is.outcome);
    ++report_.item_moves[key];
    ++report_.changed_items;
    if (visit_) visit_({.sample = sample, .determination = at, .was = was, .is = is, .limit = &limit});
  }

  // Some item of the sample is judged otherwise or for another reason; the sample may still come out the same.
  void compare_sample(const ResultColumns::Sample& sample, std::uint64_t end, const Resolved& resolved) {
    was_items_.clear();
    is_items_.clear();
    for (std::uint64_t at = sample.begin; at < end; ++at) {
      if (!bears_verdict(at)) continue;
      const std::uint16_t item = columns_.items()[at];
      const Finding was = stored(at);
      const bool joined = is_together(sample, resolved, at);
      const Finding is = joined ? together_[item] : bench_.at(resolved.lanes[item], at);
      was_items_.push_back({.item = item, .outcome = was.outcome, .reason = was.reason});
      is_items_.push_back({.item = item, .outcome = is.outcome, .reason = is.reason});
    }
    const auto& panel = columns_.panels()[columns_.contexts()[sample.context].panel].items;
    MoveKey key = key_of(sample);
    key.was = static_cast<std::uint8_t>(sample_verdict(was_items_, panel).outcome);
    key.is = static_cast<std::uint8_t>(sample_verdict(is_items_, panel).outcome);
    if (key.was == key.is) return;
    ++report_.sample_moves[key];
    ++report_.changed_samples;
  }

  const ResultColumns& columns_;
  Bench bench_;
  const std::function<void(const ChangedItem&)>& visit_;
  RejudgeReport report_;
  std::vector<ItemVerdict> was_items_;
  std::vector<ItemVerdict> is_items_;
  std::vector<Finding> together_;  // by item, of the sample at hand
};

}  // namespace

RejudgeReport& RejudgeReport::operator+=(const RejudgeReport& other) {
  samples += other.samples;
  determinations += other.determinations;
  changed_items += other.changed_items;
  changed_samples += other.changed_samples;
  slow += other.slow;
  for (const auto& [key, count] : other.item_moves) item_moves[key] += count;
  for (const auto& [key, count] : other.sample_moves) sample_moves[key] += count;
  return *this;
}

RejudgeReport rejudge(const ResultColumns& columns, const LimitCatalogue& limits, const CategoryTree& categories,
                      const RejudgeRule& rule, const std::function<void(const ChangedItem&)>& visit) {
  return Rejudging{columns, Bench{columns, limits, categories, rule}, visit}.run();
}

}  // namespace lab::rules
