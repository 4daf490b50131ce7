#include "lab-node/reception/reception.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "lab-node/reception/samplers.hpp"
#include "lab-node/tables/forms.hpp"
#include "lab-node/tables/photos.hpp"
#include "lab-node/tables/serials.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"

namespace lab::reception {
namespace {

namespace tables = node::tables;
using model::SampleState;
using node::Refusal;
using node::refuse;

constexpr std::size_t photo_digits_shown = 12;  // of a hash: enough to find the file by

tl::unexpected<Refusal> unknown(const std::string& number) {
  return refuse("unknown_sample", fmt::format("本站没有编号为 {} 的任务，请核对编号或所属实验室", tidy(number, 40)),
                {{"number", tidy(number, 40)}});
}

tl::unexpected<Refusal> wrong_state(const model::Sample& sample, const char* wanted) {
  return refuse("wrong_state",
                fmt::format("样品 {} 的状态为“{}”，此操作只能在“{}”时进行", sample.grant.number.text(),
                            chinese_name_of(sample.state), wanted),
                {{"number", sample.grant.number.text()}, {"state", name_of(sample.state)}});
}

std::optional<Refusal> text_problem(std::initializer_list<const std::string*> texts) {
  for (const std::string* text : texts) {
    if (!is_tidy(*text)) {
      return Refusal{"bad_text", "文字过长（每项最多200字节）或含有不可打印的字符，请改短后重新填写"};
    }
  }
  return std::nullopt;
}

std::optional<Refusal> official_problem(const journal::View& store, const model::Sample& sample,
                                        const std::string& official) {
  if (official.empty()) return std::nullopt;
  if (!model::OfficialNumber::parse(official)) {
    return Refusal{"bad_official_number",
                   fmt::format("“{}”不是已知的官方抽样单编号（如 XBJ13510104463200017、SC1622590001）；没有就留空",
                               tidy(official, 40))};
  }
  const auto other = tables::task_of_official_number(store, official);
  if (!other || *other == sample.grant.task) return std::nullopt;
  return Refusal{"official_number_taken",
                 fmt::format("官方编号 {} 已登记在任务 {} 的抽样单上，请核对", official, to_text(*other))};
}

// An amount is a text with its own unit ("2.5 kg", "80 件"); a comma in its number would be read in two ways.
std::optional<Refusal> amount_problem(const char* chinese, const char* english, const std::string& amount) {
  if (!has_comma_between_digits(amount)) return std::nullopt;
  return Refusal{"decimal_comma",
                 fmt::format("{}“{}”：小数点请用“.”（如 2.5 kg），千位不加逗号", chinese, amount),
                 {{"field", english}, {"value", amount}}};
}

std::optional<Refusal> form_problem(const SamplingForm& form, const model::PersonId& sampler, UtcTime now) {
  if (auto problem =
          text_problem({&form.sample_name, &form.quantity, &form.reserve, &form.storage, &form.second_sampler})) {
    return problem;
  }
  const auto sampled_on = parse_date(form.sampled_on);
  if (!sampled_on) return Refusal{"bad_date", "抽样日期须为 年-月-日，如 2013-06-03"};
  if (*sampled_on > civil_date(now)) {
    return Refusal{
        "bad_date", fmt::format("抽样日期 {} 晚于今天，请核对", form.sampled_on), {{"date", form.sampled_on}}};
  }
  if (form.sample_name.empty() || form.quantity.empty()) {
    const char* const field = form.sample_name.empty() ? "Sample name" : "Quantity";
    return Refusal{"missing_field", "样品名称和抽样数量必须填写", {{"field", field}}};
  }
  if (auto problem = amount_problem("抽样数量", "Quantity", form.quantity)) return problem;
  if (auto problem = amount_problem("备样数量", "Reserve", form.reserve)) return problem;
  if (folded_name(form.second_sampler).empty()) {
    return Refusal{"same_sampler", "抽样须由两名不同的抽样人员完成，请填写第二名抽样人员"};
  }
  if (is_the_same_person(form.second_sampler, sampler, form.sampler_name)) {
    return Refusal{"same_sampler", fmt::format("抽样须由两名不同的抽样人员完成，“{}”就是填写此单的本人，请填写另一人",
                                               form.second_sampler)};
  }
  return std::nullopt;
}

std::string name_of_copy(std::uint8_t copy) { return copy == 1 ? "检样" : fmt::format("第 {} 份（备样）", copy); }

Refusal received_before(const model::Sample& sample, const model::Received& what, const model::PersonId& receiver,
                        UtcTime at) {
  const std::string photo =
      what.photo.is_zero() ? what.reader : "照片 " + to_hex(what.photo.view()).substr(0, photo_digits_shown);
  return {"already_received",
          fmt::format("样品 {} 的{}已由 {} 于 {} 收样（{}），请勿重复扫描", sample.grant.number.text(),
                      name_of_copy(what.copy), receiver.value(), wall_minute(at), photo),
          {{"number", sample.grant.number.text()},
           {"copy", fmt::format("{}", what.copy)},
           {"person", receiver.value()},
           {"at", wall_minute(at)}}};
}

// Nothing when this copy has not been handed over yet.
std::optional<Refusal> copy_problem(const model::Sample& sample, std::uint8_t copy) {
  if (!sample.received.number.empty() && sample.received.copy == copy) {
    return received_before(sample, sample.received, sample.receiver, sample.received_at);
  }
  for (const model::ReceivedCopy& one : sample.further) {
    if (one.what.copy == copy) return received_before(sample, one.what, one.receiver, one.at);
  }
  return std::nullopt;
}

// Nothing when copies of the sample may be received now.
std::optional<Refusal> state_problem(const model::Sample& sample) {
  const std::string& number = sample.grant.number.text();
  switch (sample.state) {
    case SampleState::sampled:
    case SampleState::received:
    case SampleState::measuring:
    case SampleState::judged:
    case SampleState::reviewed:
    case SampleState::approved:
      return std::nullopt;
    case SampleState::assigned:
      return Refusal{
          "not_sampled", fmt::format("样品 {} 尚未填写抽样单，请先补填再收样", number), {{"number", number}}};
    case SampleState::declined:
      return Refusal{"declined", fmt::format("样品 {} 已登记为未抽到：{}", number, sample.note), {{"number", number}}};
    case SampleState::revoked:
      return Refusal{"revoked", fmt::format("样品 {} 的任务已被收回：{}", number, sample.note), {{"number", number}}};
  }
  return std::nullopt;
}

// Nothing when the label names exactly one sample.
std::optional<Refusal> label_problem(const Label& label) {
  if (label.number || (label.official && !label.has_several_samples)) return std::nullopt;
  if (label.has_several_samples) {
    return Refusal{"several_samples", "照片中有多个样品的标签，请只拍一个样品后重试"};
  }
  if (label.has_foreign_code) {
    return Refusal{"foreign_code", "照片中的条码不是样品标签（可能是商品条码），请对准样品标签重拍"};
  }
  return Refusal{"label_unreadable", label.unreadable.empty() ? "未能识读标签，请重拍或手工录入" : label.unreadable};
}

Decided<model::Sample> sample_of_number(const journal::View& store, const Label& label) {
  const std::string& number = label.number->text();
  if (auto sample = tables::sample_by_number(store, number)) return std::move(*sample);
  const auto replaced = tables::task_of_replaced_number(store, number);
  if (const auto now = replaced ? tables::sample(store, *replaced) : std::nullopt) {
    return refuse(
        "number_replaced",
        fmt::format("编号 {} 已作废，该样品现编号为 {}；请换上新标签，收回旧标签", number, now->grant.number.text()),
        {{"number", number}, {"now", now->grant.number.text()}});
  }
  if (label.laboratory.empty()) return unknown(number);
  return refuse("other_laboratory",
                fmt::format("样品 {} 不属于本站，标签上的实验室代码为 {}，请转交", number, tidy(label.laboratory, 40)),
                {{"number", number}, {"laboratory", tidy(label.laboratory, 40)}});
}

// An official number has no check character: it finds the sample whose form names it, and makes none.
Decided<model::Sample> sample_of_official(const journal::View& store, const model::OfficialNumber& official) {
  const auto task = tables::task_of_official_number(store, official.text());
  auto sample = task ? tables::sample(store, *task) : std::nullopt;
  if (sample) return std::move(*sample);
  return refuse("unknown_official_number",
                fmt::format("官方编号 {} 没有登记在本站任何抽样单上；请核对，或按样品编号收样", official.text()));
}

// The sample that a label names and whose turn it is to be handed over.
Decided<model::Sample> named_sample(const journal::View& store, const Label& label) {
  if (auto problem = label_problem(label)) return tl::unexpected(std::move(*problem));
  if (auto problem = text_problem(
          {&label.condition, &label.reader, &label.code, &label.printed, &label.device, &label.accepted.reason})) {
    return tl::unexpected(std::move(*problem));
  }
  auto sample = label.number ? sample_of_number(store, label) : sample_of_official(store, *label.official);
  if (!sample) return sample;
  if (auto problem = state_problem(*sample)) return tl::unexpected(std::move(*problem));
  if (auto problem = copy_problem(*sample, label.copy)) return tl::unexpected(std::move(*problem));
  return std::move(*sample);
}

// What the event says: of the accepted doubts only those there were.
model::Received received_as(const journal::View& store, const model::Sample& sample, const Label& label) {
  model::Received what{.number = sample.grant.number,
                       .photo = label.photo,
                       .reader = label.reader,
                       .condition = label.condition,
                       .copy = label.copy,
                       .code = label.code,
                       .printed_is = label.printed_is,
                       .printed = label.printed,
                       .status = label.status,
                       .seal = label.seal,
                       .seal_photo = label.seal_photo,
                       .thumbnail = label.thumbnail,
                       .captured = label.captured,
                       .device = label.device};
  for (const Doubt& doubt : doubts_about(store, sample, label)) {
    what.accepted += (what.accepted.empty() ? "" : ",") + doubt.code;
  }
  if (!what.accepted.empty()) what.reason = label.accepted.reason;
  return what;
}

}  // namespace

Decided<model::Sample> fill_in(journal::Draft& draft, const SamplingForm& form, const model::PersonId& sampler,
                               UtcTime now) {
  pass("reception.form");
  auto sample = tables::sample_named(draft, form.number);
  if (!sample) return unknown(form.number);
  if (sample->state != SampleState::assigned) return wrong_state(*sample, chinese_name_of(SampleState::assigned));
  if (auto problem = form_problem(form, sampler, now)) return tl::unexpected(std::move(*problem));
  if (auto problem = official_problem(draft, *sample, form.official_number)) return tl::unexpected(std::move(*problem));
  const forms::SamplingFields known = tables::sampling_fields(draft);
  if (auto problem = known.check(sample->grant.programme, forms::Keeper::node, form.fields)) {
    const forms::SamplingField* field = known.find(problem->field);
    return refuse(std::move(problem->code), std::move(problem->detail),
                  {{"field", field != nullptr ? field->english : problem->field}, {"field_code", problem->field}});
  }
  sample->sampled = {.number = sample->grant.number,
                     .sampled_on = *parse_date(form.sampled_on),
                     .sample_name = form.sample_name,
                     .quantity = form.quantity,
                     .reserve = form.reserve,
                     .storage = form.storage,
                     .second_sampler = form.second_sampler,
                     .official_number = form.official_number,
                     .fields = known.in_order(form.fields)};
  sample->sampler = sampler;
  sample->state = SampleState::sampled;
  tables::note_event(draft, *sample, sampler, sample->sampled, now);
  tables::put_form_fields(draft, sample->grant.task, std::exchange(sample->sampled.fields, {}));
  tables::put_sample(draft, *sample, SampleState::assigned);
  tables::index_official_number(draft, *sample);
  return std::move(*sample);
}

Decided<model::Sample> receivable(const journal::View& store, const Label& label) {
  auto sample = named_sample(store, label);
  if (!sample) return sample;
  const std::vector<Doubt> open = open_doubts(store, *sample, label);
  if (!open.empty()) {
    std::string detail;
    for (const Doubt& doubt : open) detail += doubt.detail + "；";
    return refuse(open.front().code, detail + "请核对实物，确认可以收样的，写明理由后再收");
  }
  if (!label.accepted.doubts.empty() && label.accepted.reason.empty()) {
    return refuse("missing_field", "请写明为何仍然收样");
  }
  if (!label.seal_photo.is_zero() && label.seal == model::Seal::not_checked) {
    return refuse("missing_field", "已拍封条照片，请确认封条是否完整");
  }
  return sample;
}

std::vector<Doubt> what_is_doubted(const journal::View& store, const Label& label) {
  const auto sample = named_sample(store, label);
  return sample ? open_doubts(store, *sample, label) : std::vector<Doubt>{};
}

Decided<model::Sample> receive(journal::Draft& draft, const Label& label, const model::PersonId& receiver,
                               UtcTime now) {
  pass("reception.receive");
  auto sample = receivable(draft, label);
  if (!sample) return sample;
  const model::Received what = received_as(draft, *sample, label);
  const SampleState before = sample->state;
  if (is_to_be_tested(*sample, label.copy)) {
    sample->received = what;
    sample->receiver = receiver;
    sample->received_at = now;
    sample->state = SampleState::received;
  } else {
    sample->further.push_back({.what = what, .receiver = receiver, .at = now});
  }
  tables::note_event(draft, *sample, receiver, what, now);
  tables::put_sample(draft, *sample, before);
  for (const Hash& photo : {what.photo, what.seal_photo}) {
    tables::note_photo(draft, photo, {.task = sample->grant.task, .copy = what.copy});
  }
  return std::move(*sample);
}

const char* chinese_name_of(model::DisposalWay way) {
  switch (way) {
    case model::DisposalWay::destroyed:
      return "销毁";
    case model::DisposalWay::handed_over:
      return "移交复检";
    case model::DisposalWay::used_up:
      return "检验用完";
  }
  return "";
}

const char* chinese_name_of(model::SampleState state) {
  switch (state) {
    case SampleState::assigned:
      return "待抽样";
    case SampleState::sampled:
      return "已抽样";
    case SampleState::received:
      return "已收样";
    case SampleState::measuring:
      return "检测中";
    case SampleState::judged:
      return "待复核";
    case SampleState::reviewed:
      return "待批准";
    case SampleState::approved:
      return "已批准";
    case SampleState::declined:
      return "未抽到";
    case SampleState::revoked:
      return "已收回";
  }
  return "";
}

}  // namespace lab::reception
