#include "lab-node/bench/quarantine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/match.hpp"
#include "lab-node/bench/named_place.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/stream.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
using node::Decided;
using node::Refusal;
using node::refuse;

std::optional<Refusal> refusal_of(const std::string& reason) {
  if (reason.empty()) return Refusal{"missing_field", "请填写处理的理由"};
  if (!is_tidy(reason)) return Refusal{"bad_text", "理由过长（最多200字节）或含有不可打印的字符"};
  return std::nullopt;
}

// The open entry that a person wants to decide.
Decided<model::QuarantineEntry> open_entry(const journal::View& store, std::uint64_t id, const std::string& reason) {
  auto entry = tables::quarantined(store, id);
  if (!entry) return refuse("unknown_entry", fmt::format("没有编号为 {} 的隔离记录", id));
  if (!entry->decided_by.value().empty()) {
    return refuse("already_decided", fmt::format("隔离记录 {} 已由 {} 处理", id, entry->decided_by.value()));
  }
  if (auto refusal = refusal_of(reason)) return tl::unexpected(std::move(*refusal));
  return std::move(*entry);
}

std::optional<Obstacle> lasting_obstacle(const model::QuarantineEntry& entry) {
  constexpr std::array lasting{Obstacle::not_a_result, Obstacle::no_value};
  for (const Obstacle obstacle : lasting) {
    if (entry.reason == name_of(obstacle)) return obstacle;
  }
  return std::nullopt;
}

tables::StoredCapture capture_of(const journal::View& store, const model::QuarantineEntry& entry) {
  const auto id = tables::capture_of(store, entry.capture);
  auto capture = id ? tables::capture(store, *id) : std::nullopt;
  LAB_CHECK(capture.has_value());  // an entry is written together with its capture
  return std::move(*capture);
}

model::Measured measured_from(const journal::View& store, const model::QuarantineEntry& entry,
                              const model::SampleNumber& number, std::uint8_t portion, std::uint16_t item) {
  const tables::StoredCapture capture = capture_of(store, entry);
  return {.number = number,
          .capture = entry.capture,
          .instrument = capture.entry.instrument,
          .profile = capture.entry.profile,
          .determinations = {{.item = item,
                              .value = {.text = entry.value,
                                        .number = entry.number,
                                        .comparator = entry.comparator,
                                        .state = entry.state},
                              .unit = entry.unit}},
          .portion = portion};
}

void set_aside(journal::Draft& draft, std::uint64_t id, model::QuarantineEntry& entry, const std::string& reason,
               const model::PersonId& person) {
  entry.decided_by = person;
  entry.decision = "剔除：" + reason;
  tables::close_quarantined(draft, id, entry);
}

void say(journal::Draft& draft, const model::PersonId& person, std::string what, UtcTime now) {
  session::append(draft, {.task = {}, .token = {}, .person = person, .what = model::Incident{std::move(what)}}, now);
}

// Where the observation came from it is a result now.
void count_taken(journal::Draft& draft, const model::QuarantineEntry& entry) {
  tables::StoredCapture capture = capture_of(draft, entry);
  capture.entry.quarantined -= std::min(capture.entry.quarantined, 1U);
  ++capture.entry.taken;
  tables::put_capture(draft, capture);
  count_found(draft, capture.entry.instrument, entry.device, true);
}

}  // namespace

Decided<model::Sample> resolve(journal::Draft& draft, judging::Editions& editions, const Assignment& assignment,
                               const model::PersonId& person, UtcTime now) {
  auto entry = open_entry(draft, assignment.entry, assignment.reason);
  if (!entry) return tl::unexpected(std::move(entry.error()));
  if (const auto obstacle = lasting_obstacle(*entry)) return refuse(*obstacle);
  if (const auto obstacle = obstacle_in_device(draft, capture_of(draft, *entry).entry.instrument, entry->device)) {
    return refuse(*obstacle);
  }
  const bool is_typed = !assignment.number.empty();
  auto place = place_named(draft, editions, is_typed ? assignment.number : entry->sample_id, is_typed,
                           assignment.analyte.empty() ? entry->analyte : assignment.analyte);
  if (!place) return refuse(place.error());

  model::Sample& sample = place->sample;
  const model::SampleState before = sample.state;
  judging::take_results(draft, sample, *place->edition,
                        {measured_from(draft, *entry, sample.grant.number, place->portion, place->item)}, person, now);
  tables::put_sample(draft, sample, before);
  entry->decided_by = person;
  entry->decision = fmt::format("采用为 {} 的 {}：{}", sample.grant.number.text(), place->analyte(), assignment.reason);
  tables::close_quarantined(draft, assignment.entry, *entry);
  count_taken(draft, *entry);
  return std::move(sample);
}

Decided<model::QuarantineEntry> reject(journal::Draft& draft, std::uint64_t id, const std::string& reason,
                                       const model::PersonId& person, UtcTime now) {
  auto entry = open_entry(draft, id, reason);
  if (!entry) return entry;
  set_aside(draft, id, *entry, reason, person);
  say(draft, person, fmt::format("隔离记录 {} 剔除：{}", id, reason), now);
  return entry;
}

Decided<std::vector<std::uint64_t>> reject_of_capture(journal::Draft& draft, const CaptureRejection& rejection,
                                                      const model::PersonId& person, UtcTime now) {
  const auto capture = tables::capture(draft, rejection.capture);
  if (!capture) return refuse("unknown_capture", fmt::format("没有编号为 {} 的仪器数据", rejection.capture));
  if (auto refusal = refusal_of(rejection.reason)) return tl::unexpected(std::move(*refusal));
  std::vector<tables::OpenEntry> meant = tables::open_entries_of(draft, {capture->raw});
  std::erase_if(meant, [&](const tables::OpenEntry& open) {
    return !rejection.obstacle.empty() && open.entry.reason != rejection.obstacle;
  });
  if (meant.empty()) return refuse("already_decided", "此仪器数据没有这样的结果等待处理，请刷新");
  std::vector<std::uint64_t> rejected;
  for (auto& [id, entry] : meant) {
    set_aside(draft, id, entry, rejection.reason, person);
    rejected.push_back(id);
  }
  say(draft, person,
      fmt::format("第 {} 号仪器数据（{}）的 {} 条隔离记录（{} 至 {}）剔除：{}", capture->id, capture->entry.instrument,
                  rejected.size(), rejected.front(), rejected.back(), rejection.reason),
      now);
  return rejected;
}

}  // namespace lab::bench
