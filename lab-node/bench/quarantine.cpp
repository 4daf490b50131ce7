#include "lab-node/bench/quarantine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/match.hpp"
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

tl::unexpected<Refusal> refuse(Obstacle obstacle) { return node::refuse(name_of(obstacle), explanation_of(obstacle)); }

// The open entry that a person wants to decide.
Decided<model::QuarantineEntry> open_entry(const journal::View& store, std::uint64_t id, const std::string& reason) {
  auto entry = tables::quarantined(store, id);
  if (!entry) return refuse("unknown_entry", fmt::format("没有编号为 {} 的隔离记录", id));
  if (!entry->decided_by.value().empty()) {
    return refuse("already_decided", fmt::format("隔离记录 {} 已由 {} 处理", id, entry->decided_by.value()));
  }
  if (reason.empty()) return refuse("missing_field", "请填写处理的理由");
  if (!is_tidy(reason)) return refuse("bad_text", "理由过长（最多200字节）或含有不可打印的字符");
  return std::move(*entry);
}

std::optional<Obstacle> lasting_obstacle(const model::QuarantineEntry& entry) {
  constexpr std::array lasting{Obstacle::not_a_result, Obstacle::no_value};
  for (const Obstacle obstacle : lasting) {
    if (entry.reason == name_of(obstacle)) return obstacle;
  }
  return std::nullopt;
}

// What a person typed is a number before it is a blind code; what an instrument sent may be either.
tl::expected<model::Sample, Obstacle> sample_of(const journal::View& store, const std::string& id, bool typed) {
  const Meant meant = sample_meant(store, id);
  if (meant.ambiguous && !typed) return tl::unexpected(Obstacle::ambiguous);
  const auto task = meant.ambiguous ? tables::task_of_number(store, id) : meant.task;
  auto sample = task ? tables::sample(store, *task) : std::nullopt;
  if (!sample) return tl::unexpected(Obstacle::unknown_sample);
  return std::move(*sample);
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
  const PortionId id = portion_in(assignment.number.empty() ? entry->sample_id : assignment.number);
  auto sample = sample_of(draft, id.sample, !assignment.number.empty());
  if (!sample) return refuse(sample.error());
  if (const auto obstacle = obstacle_in(*sample, id.portion)) return refuse(*obstacle);
  const auto edition = sample->edition.is_zero() ? editions.current(draft) : editions.at(draft, sample->edition);
  const judging::PanelIndex* panel = edition ? edition->panel(sample->grant.panel) : nullptr;
  if (!panel) return refuse(Obstacle::no_reference);
  const auto item = item_meant(*panel, assignment.analyte.empty() ? entry->analyte : assignment.analyte);
  if (!item) return refuse(item.error());

  const model::SampleState before = sample->state;
  judging::take_results(draft, *sample, *edition,
                        {measured_from(draft, *entry, sample->grant.number, id.portion, *item)}, person, now);
  tables::put_sample(draft, *sample, before);
  entry->decided_by = person;
  entry->decision = fmt::format("采用为 {} 的 {}：{}", sample->grant.number.text(), panel->panel().items[*item].analyte,
                                assignment.reason);
  tables::close_quarantined(draft, assignment.entry, *entry);
  count_taken(draft, *entry);
  return std::move(*sample);
}

Decided<model::QuarantineEntry> reject(journal::Draft& draft, std::uint64_t id, const std::string& reason,
                                       const model::PersonId& person, UtcTime now) {
  auto entry = open_entry(draft, id, reason);
  if (!entry) return entry;
  entry->decided_by = person;
  entry->decision = "剔除：" + reason;
  tables::close_quarantined(draft, id, *entry);
  session::append(draft,
                  {.task = {},
                   .token = {},
                   .person = person,
                   .what = model::Incident{fmt::format("隔离记录 {} 剔除：{}", id, reason)}},
                  now);
  return entry;
}

}  // namespace lab::bench
