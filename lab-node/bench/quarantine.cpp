#include "lab-node/bench/quarantine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

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

// An entry that is to be decided, and the item it is given to.
struct Given {
  std::uint64_t id = 0;
  model::QuarantineEntry entry;
  NamedPlace place;

  [[nodiscard]] model::Determination determination() const {
    return {
        .item = place.item,
        .value = {.text = entry.value, .number = entry.number, .comparator = entry.comparator, .state = entry.state},
        .unit = entry.unit};
  }
};

Decided<Given> given(const journal::View& store, judging::Editions& editions, const Assignment& assignment,
                     std::uint64_t id) {
  auto entry = open_entry(store, id, assignment.reason);
  if (!entry) return tl::unexpected(std::move(entry.error()));
  if (const auto obstacle = lasting_obstacle(*entry)) return refuse(*obstacle);
  if (const auto obstacle = obstacle_in_device(store, capture_of(store, *entry).entry.instrument, entry->device)) {
    return refuse(*obstacle);
  }
  const bool is_typed = !assignment.number.empty();
  auto place = place_named(store, editions, is_typed ? assignment.number : entry->sample_id, is_typed,
                           assignment.analyte.empty() ? entry->analyte : assignment.analyte);
  if (!place) return refuse(place.error());
  return Given{.id = id, .entry = std::move(*entry), .place = std::move(*place)};
}

// Of several entries the one that stands in the way is named.
tl::unexpected<Refusal> of_entry(Refusal refusal, std::uint64_t id) {
  refusal.detail = fmt::format("隔离记录 {}：{}", id, refusal.detail);
  refusal.params["entry"] = fmt::format("{}", id);
  return tl::unexpected(std::move(refusal));
}

// All that an assignment gives, once each, in the order of the entries; or what stands in the way of any of them.
Decided<std::vector<Given>> all_given(const journal::View& store, judging::Editions& editions,
                                      const Assignment& assignment) {
  std::set<std::uint64_t> ids{assignment.further.begin(), assignment.further.end()};
  ids.insert(assignment.entry);
  const bool is_several = ids.size() > 1;
  if (is_several && assignment.number.empty()) return refuse("missing_field", "请写明这些结果属于哪个样品");
  std::vector<Given> all;
  for (const std::uint64_t id : ids) {
    auto one = given(store, editions, assignment, id);
    if (!one && is_several) return of_entry(std::move(one.error()), id);
    if (!one) return tl::unexpected(std::move(one.error()));
    if (!all.empty() && one->entry.capture != all.front().entry.capture) {
      return refuse("several_captures", "所选隔离记录不属于同一份仪器数据，请按仪器数据分别指定样品");
    }
    const auto same = std::ranges::find(all, one->place.item, [](const Given& each) { return each.place.item; });
    if (same != all.end() && !is_same(same->determination(), one->determination())) {
      return of_entry(refuse(Obstacle::contradicts).value(), id);
    }
    all.push_back(std::move(*one));
  }
  return all;
}

// One value of each item: equal ones are the same result said twice.
model::Measured measured_from(const journal::View& store, const std::vector<Given>& all) {
  const Given& first = all.front();
  const tables::StoredCapture capture = capture_of(store, first.entry);
  model::Measured measured{.number = first.place.sample.grant.number,
                           .capture = first.entry.capture,
                           .instrument = capture.entry.instrument,
                           .profile = capture.entry.profile,
                           .portion = first.place.portion};
  for (const Given& one : all) {
    if (std::ranges::find(measured.determinations, one.place.item, &model::Determination::item) !=
        measured.determinations.end()) {
      continue;
    }
    measured.determinations.push_back(one.determination());
  }
  return measured;
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
  auto all = all_given(draft, editions, assignment);
  if (!all) return tl::unexpected(std::move(all.error()));
  model::Sample sample = all->front().place.sample;
  const model::SampleState before = sample.state;
  judging::take_results(draft, sample, *all->front().place.edition, {measured_from(draft, *all)}, person, now);
  tables::put_sample(draft, sample, before);
  for (Given& one : *all) {
    one.entry.decided_by = person;
    one.entry.decision =
        fmt::format("采用为 {} 的 {}：{}", sample.grant.number.text(), one.place.analyte(), assignment.reason);
    tables::close_quarantined(draft, one.id, one.entry);
    count_taken(draft, one.entry);
  }
  return sample;
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
