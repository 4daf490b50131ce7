#include "lab-node/judging/judging.hpp"

#include <fmt/format.h>

#include "lab-node/judging/lot.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/base/unit.hpp"
#include "protocol/rules/judge.hpp"
#include "protocol/rules/sample_verdict.hpp"

namespace lab::judging {
namespace {

namespace tables = node::tables;
using model::SampleState;
using node::refuse;

}  // namespace

std::vector<const model::Determination*> results_by_item(const model::Sample& sample, std::size_t items) {
  std::vector<const model::Determination*> results(items, nullptr);
  for (const model::Measured& measured : sample.measured) {
    for (const model::Determination& one : measured.determinations) {
      if (one.item < items) results[one.item] = &one;
    }
  }
  return results;
}

std::vector<std::uint16_t> missing_items(const model::Sample& sample, const model::Panel& panel) {
  const auto results = results_by_item(sample, panel.items.size());
  std::vector<std::uint16_t> missing;
  for (std::uint16_t item = 0; item < results.size(); ++item) {
    if (!results[item]) missing.push_back(item);
  }
  return missing;
}

model::Judged verdict_of(const model::Sample& sample, Edition& edition) {
  const PanelIndex* index = edition.panel(sample.grant.panel);
  LAB_CHECK(index != nullptr);
  const auto& items = index->panel().items;
  const auto& limits = edition.limits(sample.grant, sample.sampled.sampled_on);
  const auto results = results_by_item(sample, items.size());
  static const model::Determination nothing{};  // judged as a missing result
  model::Judged judged{
      .number = sample.grant.number, .edition = edition.hash(), .judged_for = sample.sampled.sampled_on, .version = 1};
  judged.items.reserve(items.size());
  for (std::uint16_t item = 0; item < items.size(); ++item) {
    const model::Determination& result = results[item] ? *results[item] : nothing;
    judged.items.push_back(rules::judge_item(item, rules::evidence_of(result, items[item]), limits[item]));
  }
  judged.outcome = rules::sample_verdict(judged.items, items).outcome;
  return judged;
}

bool judge_when_complete(journal::Draft& draft, model::Sample& sample, Edition& edition, const model::PersonId& analyst,
                         UtcTime now) {
  LAB_CHECK(sample.state == SampleState::measuring && sample.edition == edition.hash());
  const PanelIndex* index = edition.panel(sample.grant.panel);
  LAB_CHECK(index != nullptr);
  if (!missing_items(sample, index->panel()).empty()) return false;
  conclude(draft, sample, verdict_of(sample, edition), analyst, now);
  return true;
}

void conclude(journal::Draft& draft, model::Sample& sample, model::Judged verdict, const model::PersonId& analyst,
              UtcTime now) {
  sample.judged = std::move(verdict);
  sample.analyst = analyst;
  sample.state = SampleState::judged;
  sample.reviewed = {};
  sample.reviewer = {};
  sample.approver = {};
  sample.record = tables::note_event(draft, sample, analyst, sample.judged, now);
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
  Edition* edition = editions.at(store, sample.edition);
  const PanelIndex* index = edition ? edition->panel(sample.grant.panel) : nullptr;
  if (!index) return refuse("no_reference", "缺少此样品的判定依据，请等待与协调端连接后重试");
  if (const auto missing = missing_items(sample, index->panel()); !missing.empty()) {
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
  if (!is_tidy(reason)) return refuse("bad_text", "原因过长(最多200字节)或含有不可打印的字符");
  auto verdict = new_verdict(draft, editions, *sample);
  if (!verdict) return tl::unexpected(std::move(verdict.error()));
  sample->note = reason;
  tables::note_event(draft, *sample, analyst, model::Incident{"重新判定：" + reason}, now);
  conclude(draft, *sample, std::move(*verdict), analyst, now);
  tables::put_sample(draft, *sample, SampleState::measuring);
  return std::move(*sample);
}

}  // namespace lab::judging
