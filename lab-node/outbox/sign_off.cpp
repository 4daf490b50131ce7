#include "lab-node/outbox/sign_off.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab-node/outbox/run_decision.hpp"
#include "lab-node/tables/sample_captures.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"
#include "protocol/rules/confirmation.hpp"

namespace lab::outbox {
namespace {

namespace tables = node::tables;
using model::SampleState;
using node::Refusal;
using node::refuse;

// What both signatures ask for: the sample, and that the person saw the record that counts.
Decided<model::Sample> judged_sample(const journal::View& store, const std::string& number, const Hash& record) {
  auto sample = tables::sample_by_number(store, number);
  if (!sample) return refuse("unknown_sample", fmt::format("本站没有编号为 {} 的样品", tidy(number, 40)));
  const bool signable = sample->state == SampleState::judged || sample->state == SampleState::reviewed;
  if (!signable)
    return refuse("wrong_state", fmt::format("样品 {} 目前没有待签署的判定", number),
                  {{"number", number}, {"state", name_of(sample->state)}});
  if (sample->record != record) {
    return refuse("stale_record", fmt::format("样品 {} 已重新判定，请刷新后查看新的结果再签署", number),
                  {{"number", number}});
  }
  return std::move(*sample);
}

std::optional<Refusal> note_problem(const Review& review) {
  if (!is_tidy(review.note)) return Refusal{"bad_text", "意见过长（最多200字节）或含有不可打印的字符"};
  if (!review.agreed && review.note.empty()) return Refusal{"missing_field", "退回时必须填写意见"};
  return std::nullopt;
}

// Whoever ran the instrument has measured too, when somebody else found the place of a result by hand.
bool has_measured(const journal::View& store, const model::Sample& sample, const model::PersonId& person) {
  if (sample.analyst == person) return true;
  std::size_t left = tables::captures_looked_at;
  return std::ranges::any_of(sample.measured, [&](const model::Measured& measured) {
    const auto id = tables::capture_behind(store, sample, measured.capture, left);
    const auto capture = id ? tables::capture(store, *id) : std::nullopt;
    return capture && capture->entry.person == person;
  });
}

}  // namespace

Decided<model::Sample> review(journal::Draft& draft, const Review& review, const model::PersonId& reviewer,
                              UtcTime now) {
  pass("outbox.review");
  auto sample = judged_sample(draft, review.number, review.record);
  if (!sample) return sample;
  const SampleState before = sample->state;
  if (before == SampleState::reviewed && review.agreed) {
    return refuse("wrong_state", fmt::format("样品 {} 已经复核", review.number));
  }
  if (const auto open = rules::unconfirmed_items(sample->judged.items); !open.empty() && review.agreed) {
    return refuse("unconfirmed", fmt::format("样品 {} 有 {} 个项目初次结果可疑，须另取试样、以“{}/2”上机确证后才能复核",
                                             review.number, open.size(), review.number));
  }
  if (has_measured(draft, *sample, reviewer)) return refuse("four_eyes", "复核人不能是检测人本人");
  if (auto problem = note_problem(review)) return tl::unexpected(std::move(*problem));
  // Sending back is always possible: measuring again is what a failed run usually comes to.
  if (review.agreed) {
    if (auto problem = run_refusal(draft, *sample)) return tl::unexpected(std::move(*problem));
  }
  sample->reviewed = {
      .number = sample->grant.number, .record = review.record, .agreed = review.agreed, .note = review.note};
  sample->reviewer = reviewer;
  sample->state = review.agreed ? SampleState::reviewed : SampleState::measuring;
  if (!review.agreed) sample->note = "退回：" + review.note;
  tables::note_event(draft, *sample, reviewer, sample->reviewed, now);
  tables::put_sample(draft, *sample, before);
  return sample;
}

Decided<model::Sample> approve(journal::Draft& draft, const Approval& approval, const model::PersonId& approver,
                               UtcTime now) {
  pass("outbox.approve");
  auto sample = judged_sample(draft, approval.number, approval.record);
  if (!sample) return sample;
  if (sample->state != SampleState::reviewed) {
    return refuse("wrong_state", fmt::format("样品 {} 尚未复核，不能批准", approval.number));
  }
  if (approver == sample->reviewer || has_measured(draft, *sample, approver)) {
    return refuse("four_eyes", "检测、复核、批准必须是三个不同的人");
  }
  if (auto problem = run_refusal(draft, *sample)) return tl::unexpected(std::move(*problem));
  model::Approved approved{.number = sample->grant.number,
                           .record = approval.record,
                           .reviewer = sample->reviewer,
                           .version = sample->judged.version,
                           .outcome = sample->judged.outcome};
  approved.signature.assign(approval.signature.begin(), approval.signature.end());
  sample->approver = approver;
  sample->state = SampleState::approved;
  tables::note_event(draft, *sample, approver, std::move(approved), now);
  tables::put_sample(draft, *sample, SampleState::reviewed);
  return sample;
}

}  // namespace lab::outbox
