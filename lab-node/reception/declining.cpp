#include "lab-node/reception/declining.hpp"

#include <fmt/format.h>

#include "lab-node/reception/reception.hpp"
#include "lab-node/reception/samplers.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/text.hpp"
#include "protocol/forms/decline_causes.hpp"

namespace lab::reception {
namespace {

namespace tables = node::tables;
using model::DeclineKind;
using model::SampleState;
using node::Refusal;
using node::refuse;

std::optional<Refusal> text_problem(const model::Declined& what) {
  bool tidy_all = is_tidy(what.reason) && is_tidy(what.second_sampler);
  for (const std::string& witness : what.witnesses) tidy_all = tidy_all && is_tidy(witness);
  if (tidy_all) return std::nullopt;
  return Refusal{"bad_text", "文字过长（每项最多200字节）或含有不可打印的字符，请改短后重新填写"};
}

std::optional<Refusal> cause_problem(const model::Declined& what) {
  if (what.cause.empty()) return Refusal{"missing_field", "请选择未能抽样的原因"};
  if (forms::decline_cause(what.kind, what.cause) != nullptr) return std::nullopt;
  return Refusal{"unknown_cause", fmt::format("“{}”不在原因列表中，请重新选择", tidy(what.cause, 40))};
}

// A refusal may count as a nonconforming sample, so it is proved by somebody else's word and by a picture.
std::optional<Refusal> evidence_problem(const Declining& declining, const model::PersonId& sampler) {
  const model::Declined& what = declining.what;
  const auto is_oneself = [&](const std::string& typed) {
    return is_the_same_person(typed, sampler, declining.sampler_name);
  };
  if (what.reason.empty()) return Refusal{"missing_field", "请写明现场情况"};
  if (what.second_sampler.empty()) return Refusal{"missing_field", "请填写第二抽样人"};
  if (is_oneself(what.second_sampler)) {
    return Refusal{"same_sampler", "须由两名抽样人员到场，第二抽样人不能是本人"};
  }
  if (what.photos.size() > decline_photos_max || what.witnesses.size() > decline_witnesses_max) {
    return Refusal{"too_many", fmt::format("照片最多{}张，见证人最多{}人", decline_photos_max, decline_witnesses_max)};
  }
  for (const std::string& witness : what.witnesses) {
    if (witness.empty()) return Refusal{"missing_field", "请填写见证人姓名"};
    if (is_oneself(witness) || folded_name(witness) == folded_name(what.second_sampler)) {
      return Refusal{"same_sampler", "见证人不能是抽样人员"};
    }
  }
  if (what.kind != DeclineKind::refused) return std::nullopt;
  if (what.witnesses.empty()) return Refusal{"missing_field", "拒绝抽样须有见证人在拒检确认书上签字，请填写见证人"};
  if (what.photos.empty()) return Refusal{"missing_field", "拒绝抽样须有现场或拒检确认书的照片，请添加"};
  return std::nullopt;
}

}  // namespace

node::Decided<model::Sample> decline(journal::Draft& draft, const Declining& declining, const model::PersonId& person,
                                     UtcTime now) {
  auto sample = tables::sample_named(draft, declining.number);
  if (!sample) {
    return refuse("unknown_sample",
                  fmt::format("本站没有编号为 {} 的任务，请核对编号或所属实验室", tidy(declining.number, 40)));
  }
  const SampleState before = sample->state;
  if (before != SampleState::assigned && before != SampleState::sampled) {
    return refuse("wrong_state",
                  fmt::format("样品 {} 的状态为“{}”，此操作只能在“{}”时进行", sample->grant.number.text(),
                              chinese_name_of(before), chinese_name_of(SampleState::assigned)),
                  {{"number", sample->grant.number.text()}, {"state", name_of(before)}});
  }
  const model::Declined& what = declining.what;
  if (auto problem = text_problem(what)) return tl::unexpected(std::move(*problem));
  if (auto problem = cause_problem(what)) return tl::unexpected(std::move(*problem));
  if (auto problem = evidence_problem(declining, person)) return tl::unexpected(std::move(*problem));
  sample->state = SampleState::declined;
  sample->note = what.reason;
  tables::note_event(draft, *sample, person, what, now);
  tables::put_sample(draft, *sample, before);
  return std::move(*sample);
}

}  // namespace lab::reception
