#include "lab-node/judging/judging.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab-node/judging/lot.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"
#include "protocol/rules/confirmation.hpp"
#include "protocol/rules/panel_verdict.hpp"
#include "protocol/rules/sample_verdict.hpp"

namespace lab::judging {
namespace {

namespace tables = node::tables;
using model::SampleState;
using node::refuse;

rules::PanelBasis basis_of(const model::Sample& sample, const PanelIndex& index, Edition& edition) {
  return {.items = index.panel().items, .limits = edition.limits(sample.grant, sample.sampled.sampled_on)};
}

// What is to be judged of the sample: the whole panel, or what is disputed of it. The total of a disputed species is
// its first step.
std::vector<rules::PanelQuestion> questions_for(const model::Sample& sample, const PanelIndex& index) {
  if (!sample.grant.retest) return index.questions();
  const auto& analytes = sample.grant.retest->analytes;
  std::vector<rules::PanelQuestion> disputed;
  for (const rules::PanelQuestion& question : index.questions()) {
    const model::PanelItem& item = index.panel().items[question.item()];
    const auto is_disputed = [&](const std::string& name) {
      return std::ranges::find(analytes, name) != analytes.end();
    };
    if (is_disputed(item.limited_as()) || is_disputed(item.total_of)) disputed.push_back(question);
  }
  return disputed;
}

}  // namespace

rules::PanelResults results_of(const model::Sample& sample, std::size_t items) {
  rules::PanelResults results{items};
  for (const model::Measured& measured : sample.measured) {
    for (const model::Determination& one : measured.determinations) results.add(one, measured.portion);
  }
  return results;
}

std::set<std::uint16_t> missing_items(const model::Sample& sample, Edition& edition) {
  const PanelIndex* index = edition.panel(sample.grant.panel);
  if (!index) return {};
  return rules::missing_items(questions_for(sample, *index), basis_of(sample, *index, edition),
                              results_of(sample, index->panel().items.size()));
}

model::Judged verdict_of(const model::Sample& sample, Edition& edition) {
  const PanelIndex* index = edition.panel(sample.grant.panel);
  LAB_CHECK(index != nullptr);
  const auto& items = index->panel().items;
  model::Judged judged{.number = sample.grant.number,
                       .edition = edition.hash(),
                       .judged_for = sample.sampled.sampled_on,
                       .version = sample.version};
  if (sample.grant.retest) judged.version = sample.grant.retest->version;
  judged.items = rules::judge_panel(questions_for(sample, *index), basis_of(sample, *index, edition),
                                    results_of(sample, items.size()));
  judged.outcome = rules::sample_verdict(judged.items, items).outcome;
  return judged;
}

// A new verdict asks for new signatures.
void conclude(journal::Draft& draft, model::Sample& sample, model::Judged verdict, const model::PersonId& analyst,
              UtcTime now) {
  pass("judging.conclude");
  sample.judged = std::move(verdict);
  sample.analyst = analyst;
  sample.state = SampleState::judged;
  sample.reviewed = {};
  sample.reviewer = {};
  sample.approver = {};
  sample.record = tables::note_event(draft, sample, analyst, sample.judged, now);
}

bool judge_when_complete(journal::Draft& draft, model::Sample& sample, Edition& edition, const model::PersonId& analyst,
                         UtcTime now) {
  LAB_CHECK(sample.state == SampleState::measuring && sample.edition == edition.hash());
  if (!missing_items(sample, edition).empty()) return false;
  conclude(draft, sample, verdict_of(sample, edition), analyst, now);
  return true;
}

bool is_provisional(const model::Sample& sample) {
  return sample.state == SampleState::judged && !rules::unconfirmed_items(sample.judged.items).empty();
}

bool take_results(journal::Draft& draft, model::Sample& sample, Edition& edition, std::vector<model::Measured> results,
                  const model::PersonId& analyst, UtcTime now) {
  const bool provisional = is_provisional(sample);
  const bool reopened = is_reopened(sample);
  sample.edition = edition.hash();
  for (model::Measured& measured : results) {
    tables::note_event(draft, sample, analyst, measured, now);
    sample.measured.push_back(std::move(measured));
  }
  if (provisional) {
    model::Judged verdict = verdict_of(sample, edition);
    if (verdict == sample.judged) return false;
    conclude(draft, sample, std::move(verdict), analyst, now);
    return true;
  }
  sample.state = SampleState::measuring;
  return !reopened && judge_when_complete(draft, sample, edition, analyst, now);
}

bool is_reopened(const model::Sample& sample) {
  return !sample.record.is_zero() && sample.state == SampleState::measuring;
}

namespace {

// The verdict on a reopened sample, or why there cannot be one yet.
node::Decided<model::Judged> new_verdict(const journal::View& store, Editions& editions, const model::Sample& sample) {
  const std::string& number = sample.grant.number.text();
  if (is_lot(sample)) {
    if (!sample.lot) return refuse("incomplete", fmt::format("批次 {} 还没有登记不合格数", number));
    return lot_verdict(sample);
  }
  const auto edition = editions.at(store, sample.edition);
  if (!edition || !edition->panel(sample.grant.panel)) {
    return refuse("no_reference", "缺少此样品的判定依据，请等待与协调端连接后重试");
  }
  if (const auto missing = missing_items(sample, *edition); !missing.empty()) {
    return refuse("incomplete", fmt::format("样品 {} 还有 {} 个项目没有结果", number, missing.size()));
  }
  return verdict_of(sample, *edition);
}

}  // namespace

node::Decided<model::Sample> judge_again(journal::Draft& draft, Editions& editions, const std::string& number,
                                         const std::string& reason, const model::PersonId& analyst, UtcTime now) {
  auto sample = tables::sample_by_number(draft, number);
  if (!sample) return refuse("unknown_sample", fmt::format("本站没有编号为 {} 的样品", tidy(number, 40)));
  if (!is_reopened(*sample)) {
    return refuse("wrong_state", fmt::format("样品 {} 没有被退回，不需要重新判定", number));
  }
  if (reason.empty()) return refuse("missing_field", "请填写重新判定的原因");
  if (!is_tidy(reason)) return refuse("bad_text", "原因过长（最多200字节）或含有不可打印的字符");
  auto verdict = new_verdict(draft, editions, *sample);
  if (!verdict) return tl::unexpected(std::move(verdict.error()));
  sample->note = reason;
  tables::note_event(draft, *sample, analyst, model::Incident{"重新判定：" + reason}, now);
  conclude(draft, *sample, std::move(*verdict), analyst, now);
  tables::put_sample(draft, *sample, SampleState::measuring);
  return std::move(*sample);
}

node::Decided<model::Sample> retract(journal::Draft& draft, const std::string& number, const std::string& reason,
                                     const model::PersonId& person, UtcTime now) {
  auto sample = tables::sample_by_number(draft, number);
  if (!sample) return refuse("unknown_sample", fmt::format("本站没有编号为 {} 的样品", tidy(number, 40)));
  if (sample->state != SampleState::judged) {
    return refuse("wrong_state", fmt::format("样品 {} 没有待复核的判定；已复核的请由复核人退回", number));
  }
  if (reason.empty()) return refuse("missing_field", "请填写撤回的原因");
  if (!is_tidy(reason)) return refuse("bad_text", "原因过长（最多200字节）或含有不可打印的字符");
  sample->state = SampleState::measuring;
  sample->note = "撤回：" + reason;
  tables::note_event(draft, *sample, person, model::Incident{"撤回判定：" + reason}, now);
  tables::put_sample(draft, *sample, SampleState::judged);
  return std::move(*sample);
}

}  // namespace lab::judging
