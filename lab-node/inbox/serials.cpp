#include "lab-node/inbox/serials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "lab-node/inbox/shares.hpp"
#include "lab-node/tables/serials.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/model/serial_range.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"

namespace lab::inbox {
namespace {

namespace tables = node::tables;
using model::SampleState;
using node::Decided;
using node::refuse;

// What is left, as far as it may be used: blocks belong to the incarnation in which they were leased.
tables::HeldSerials usable(const journal::View& store, const model::SerialKind& kind) {
  const auto incarnation = session::stream_head(store).incarnation;
  tables::HeldSerials held = tables::held_serials(store, kind);
  if (held.incarnation != incarnation) held = {.incarnation = incarnation, .request = {}, .ranges = {}};
  return held;
}

void ask(journal::Draft& draft, const model::SerialKind& kind, tables::HeldSerials held, const std::string& reason,
         UtcTime now) {
  held.request = session::append(draft,
                                 {.task = {},
                                  .token = {},
                                  .person = {},
                                  .what = model::SerialsWanted{.kind = kind, .left = held.left(), .reason = reason}},
                                 now);
  tables::put_held_serials(draft, kind, held);
}

void ask_when_low(journal::Draft& draft, const model::SerialKind& kind, UtcTime now) {
  tables::HeldSerials held = usable(draft, kind);
  if (held.left() >= serials_low || !held.request.is_zero()) return;
  ask(draft, kind, std::move(held), "", now);
}

model::SampleNumber take_next(journal::Draft& draft, const model::SerialKind& kind) {
  tables::HeldSerials held = usable(draft, kind);
  LAB_CHECK(!held.ranges.empty());
  tables::SerialRange& range = held.ranges.front();
  const std::uint32_t serial = range.next++;
  if (range.next == range.end) held.ranges.erase(held.ranges.begin());
  tables::put_held_serials(draft, kind, held);
  tables::set_serials_given(draft, tables::serials_given(draft) + 1);
  return model::SampleNumber::make(kind.year, kind.programme, serial);
}

std::vector<model::SerialKind> kinds_of(const journal::View& store) {
  std::vector<model::SerialKind> kinds;
  tables::for_each_held_serials(
      store, [&](const model::SerialKind& kind, const tables::HeldSerials&) { kinds.push_back(kind); });
  return kinds;
}

// Samples that may be drawn here, by their numbers: a coordinator that has forgotten to have granted them must not give
// them to anybody else.
std::vector<model::SerialBlock> undrawn_blocks(const journal::View& store) {
  std::vector<model::SerialBlock> blocks;
  tables::scan_samples(store, {}, SampleState::assigned, [&](const model::Sample& sample) {
    const model::SampleNumber& number = sample.former.empty() ? sample.grant.number : sample.former.front();
    if (number.empty() || !is_undrawn(sample)) return true;
    const model::SerialKind kind = model::kind_of(number);
    const std::uint32_t serial = model::serial_of(number);
    const bool follows =
        !blocks.empty() && blocks.back().kind == kind && blocks.back().first + blocks.back().count == serial;
    if (follows) {
      ++blocks.back().count;
    } else {
      blocks.push_back({.kind = kind, .first = serial, .count = 1, .request = {}});
    }
    return true;
  });
  return blocks;
}

}  // namespace

void want_serials(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now) {
  if (session::is_rehydrating(draft)) return;  // what is asked now would belong to a stream that has ended
  std::set<model::SerialKind> kinds;
  for (const model::Order& order : orders) {
    const auto* grant = std::get_if<model::Grant>(&order.what);
    if (grant && !grant->number.empty()) kinds.insert(model::kind_of(grant->number));
  }
  for (const model::SerialKind& kind : kinds) ask_when_low(draft, kind, now);
}

bool take_serials(journal::Draft& draft, const model::SerialBlock& block) {
  tables::HeldSerials held = usable(draft, block.kind);
  const bool good = model::are_serials(block.first, block.count);
  if (!good || held.request.is_zero() || held.request != block.request) return false;
  held.request = {};
  held.ranges.push_back({.next = block.first, .end = block.first + block.count});
  tables::put_held_serials(draft, block.kind, held);
  return true;
}

bool has_serial(const journal::View& store, const model::SerialKind& kind) {
  return !usable(store, kind).ranges.empty();
}

void give_up_serials(journal::Draft& draft, std::uint64_t given, const std::string& reason, UtcTime now) {
  LAB_CHECK(given > tables::serials_given(draft));
  tables::set_serials_given(draft, given);
  if (session::is_rehydrating(draft)) return;  // all blocks are void with the stream they were leased in
  const auto incarnation = session::stream_head(draft).incarnation;
  for (const model::SerialKind& kind : kinds_of(draft)) ask(draft, kind, {.incarnation = incarnation}, reason, now);
}

void forget_requests(journal::Draft& draft) {
  for (const model::SerialKind& kind : kinds_of(draft)) {
    tables::HeldSerials held = tables::held_serials(draft, kind);
    held.request = {};
    tables::put_held_serials(draft, kind, held);
  }
}

void ask_where_low(journal::Draft& draft, UtcTime now) {
  if (session::is_rehydrating(draft)) return;
  for (const model::SerialKind& kind : kinds_of(draft)) ask_when_low(draft, kind, now);
}

model::Inventory inventory(const journal::View& store) {
  std::map<model::SerialKind, std::uint32_t> highest;
  const auto see = [&](const model::SampleNumber& number) {
    if (number.empty()) return;
    std::uint32_t& seen = highest[model::kind_of(number)];
    seen = std::max(seen, model::serial_of(number));
  };
  tables::scan_samples(store, {}, std::nullopt, [&](const model::Sample& sample) {
    see(sample.grant.number);
    for (const model::SampleNumber& former : sample.former) see(former);
    return true;
  });
  model::Inventory inventory;
  inventory.blocks = undrawn_blocks(store);
  tables::for_each_held_serials(store, [&](const model::SerialKind& kind, const tables::HeldSerials& held) {
    for (const tables::SerialRange& range : held.ranges) {
      highest[kind] = std::max(highest[kind], range.end - 1);
      inventory.blocks.push_back({.kind = kind, .first = range.next, .count = range.end - range.next, .request = {}});
    }
  });
  for (const auto& [kind, serial] : highest) inventory.serials.push_back({.kind = kind, .highest = serial});
  return inventory;
}

Decided<model::Sample> renumberable(const journal::View& store, const Renumbering& renumbering) {
  // Before a number is marked as given outside the store, where a refusal could not take it back.
  if (session::is_rehydrating(store)) return refuse("rehydrating", "本站正在与省平台核对恢复的数据，请稍后再换号");
  auto sample = tables::sample_named(store, renumbering.number);
  if (!sample) {
    return refuse("unknown_sample",
                  fmt::format("本站没有编号为 {} 的任务，请核对编号或所属实验室", tidy(renumbering.number, 40)));
  }
  const std::string& number = sample->grant.number.text();
  const bool is_here = !sample->further.empty();
  if (is_here || (sample->state != SampleState::assigned && sample->state != SampleState::sampled)) {
    return refuse("wrong_state", fmt::format("样品 {} 已经收样或任务已结束，不能再换号", number));
  }
  if (renumbering.reason.empty()) return refuse("missing_field", "请写明换号的原因（标签破损、遗失、贴错……）");
  if (!is_tidy(renumbering.reason)) return refuse("bad_text", "理由过长（最多200字节）或含有不可打印的字符，请改短");
  if (!has_serial(store, model::kind_of(sample->grant.number))) {
    return refuse("no_serials", "本站的备用编号已用完或尚未领到；与协调端联网后会自动领取，请稍后再试");
  }
  return std::move(*sample);
}

Decided<model::Sample> renumber(journal::Draft& draft, const Renumbering& renumbering, const model::PersonId& person,
                                UtcTime now) {
  auto sample = renumberable(draft, renumbering);
  if (!sample) return sample;
  const model::SampleNumber before = sample->grant.number;
  const model::SerialKind kind = model::kind_of(before);
  const model::SampleNumber number = take_next(draft, kind);
  sample->former.push_back(before);
  sample->grant.number = number;
  if (!sample->sampled.number.empty()) sample->sampled.number = number;
  tables::note_event(draft, *sample, person,
                     model::Renumbered{.before = before, .number = number, .reason = renumbering.reason}, now);
  tables::put_sample(draft, *sample, sample->state);
  tables::replace_number(draft, *sample, before);
  ask_when_low(draft, kind, now);
  return std::move(*sample);
}

}  // namespace lab::inbox
