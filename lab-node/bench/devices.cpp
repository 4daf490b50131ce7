#include "lab-node/bench/devices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab-node/tables/tables.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/stream.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
using node::refuse;
using tables::Device;
using tables::DeviceState;

std::string named(const std::string& device) { return device.empty() ? "（数据中没有设备名称）" : device; }

std::string device_in(const model::Observation& observation) {
  const std::string name = tidy(observation.instrument);
  const auto first = name.find_first_not_of(' ');
  return first == std::string::npos ? std::string{} : name.substr(first, name.find_last_not_of(' ') - first + 1);
}

// Whether a device has already given results as this instrument, whatever was said of it since.
bool has_first(const journal::View& store, const std::string& instrument) {
  bool found = false;
  tables::scan_devices(store, [&](const Device& device) {
    found = device.is_first && device.instrument == instrument;
    return !found;
  });
  return found;
}

void say(journal::Draft& draft, const model::PersonId& person, std::string what, UtcTime now) {
  session::append(draft, {.task = {}, .token = {}, .person = person, .what = model::Incident{std::move(what)}}, now);
}

bool waits_for_its_device(const model::QuarantineEntry& entry) {
  return entry.reason == name_of(Obstacle::unconfirmed_device) || entry.reason == name_of(Obstacle::refused_device);
}

// The captures in which results of the device wait, with their number in each. `whose`: the people who ran them.
std::map<std::uint64_t, std::uint64_t> waiting_for(const journal::View& store, const Device& device,
                                                   std::vector<model::PersonId>& whose) {
  std::map<std::uint64_t, std::uint64_t> waiting;
  tables::scan_quarantine(store, true, 0, [&](std::uint64_t, const model::QuarantineEntry& entry) {
    if (entry.device != device.device || !waits_for_its_device(entry)) return true;
    const auto id = tables::capture_of(store, entry.capture);
    const auto capture = id ? tables::capture(store, *id) : std::nullopt;
    if (!capture || capture->entry.instrument != device.instrument) return true;
    if (++waiting[*id] == 1) whose.push_back(capture->entry.person);
    return true;
  });
  return waiting;
}

}  // namespace

std::vector<std::string> devices_of(std::span<const model::Observation> observations) {
  std::vector<std::string> devices;
  devices.reserve(observations.size());
  for (const model::Observation& observation : observations) devices.push_back(device_in(observation));
  std::vector<std::string> names = distinct(devices);
  std::erase(names, std::string{});
  if (names.size() == 1) std::ranges::fill(devices, names.front());
  return devices;
}

std::vector<std::string> distinct(const std::vector<std::string>& devices) {
  std::vector<std::string> names;
  for (const std::string& device : devices) {
    if (names.size() > devices_per_capture_max) break;  // too many is all that counts
    if (std::ranges::find(names, device) == names.end()) names.push_back(device);
  }
  if (names.empty()) names.emplace_back();
  return names;
}

void meet(journal::Draft& draft, const Contact& contact, const std::vector<std::string>& devices, UtcTime now) {
  for (const std::string& name : devices) {
    const auto known = tables::device(draft, contact.instrument, name);
    if (known && (known->is_first || known->state != DeviceState::seen)) continue;
    Device device = known.value_or(Device{.instrument = contact.instrument,
                                          .device = name,
                                          .first_seen = now,
                                          .last_contact = contact.at,
                                          .last_port = contact.port});
    const bool is_new = device.counts.observations == 0;
    device.is_first = !has_first(draft, contact.instrument);
    if (!is_new && !device.is_first) continue;
    tables::put_device(draft, device);
    if (device.is_first) {
      say(draft, contact.person,
          fmt::format("仪器 {} 首次给出结果，设备：{}（{}），作为首台设备采用，请核对铭牌", contact.instrument,
                      named(name), contact.port),
          now);
      continue;
    }
    const std::string what = fmt::format("仪器 {} 的数据来自另一台设备：{}（{}），结果隔离，等待确认",
                                         contact.instrument, named(name), contact.port);
    say(draft, contact.person, what, now);
    draft.tell(contact.instrument, what);
  }
}

std::optional<Obstacle> obstacle_in_device(const journal::View& store, const std::string& instrument,
                                           const std::string& device) {
  const auto known = tables::device(store, instrument, device);
  if (!known || known->state == DeviceState::confirmed) return std::nullopt;
  if (known->state == DeviceState::refused) return Obstacle::refused_device;
  return known->is_first ? std::nullopt : std::optional{Obstacle::unconfirmed_device};
}

void count(journal::Draft& draft, const Contact& contact, const std::string& device,
           const tables::DeviceCounts& counts) {
  Device entry = tables::device(draft, contact.instrument, device)
                     .value_or(Device{.instrument = contact.instrument, .device = device, .first_seen = contact.at});
  if (contact.at >= entry.last_contact) {
    entry.last_contact = contact.at;
    entry.last_port = contact.port;
  }
  entry.counts.captures += counts.captures;
  entry.counts.observations += counts.observations;
  entry.counts.taken += counts.taken;
  entry.counts.quarantined += counts.quarantined;
  entry.counts.refused += counts.refused;
  entry.counts.repeated += counts.repeated;
  tables::put_device(draft, entry);
}

void uncount(journal::Draft& draft, const std::string& instrument, const std::string& device,
             const tables::DeviceCounts& counts) {
  auto entry = tables::device(draft, instrument, device);
  if (!entry) return;  // its capture came before there was a registry
  const auto take_off = [](std::uint64_t& from, std::uint64_t count) { from -= std::min(from, count); };
  take_off(entry->counts.captures, counts.captures);
  take_off(entry->counts.observations, counts.observations);
  take_off(entry->counts.quarantined, counts.quarantined);
  tables::put_device(draft, *entry);
}

void count_found(journal::Draft& draft, const std::string& instrument, const std::string& device, bool taken) {
  auto entry = tables::device(draft, instrument, device);
  if (!entry) return;  // its capture came before there was a registry
  entry->counts.quarantined -= std::min<std::uint64_t>(entry->counts.quarantined, 1);
  entry->counts.taken += taken ? 1 : 0;
  tables::put_device(draft, *entry);
}

node::Decided<DeviceDecided> decide_device(journal::Draft& draft, const DeviceDecision& decision,
                                           const model::PersonId& person, UtcTime now) {
  auto device = tables::device(draft, decision.instrument, decision.device);
  if (!device) {
    return refuse("unknown_device", fmt::format("仪器 {} 没有来过设备 {} 的数据，请刷新后重试",
                                                tidy(decision.instrument), named(tidy(decision.device))));
  }
  if (decision.reason.empty()) return refuse("missing_field", "请填写确认或否认的理由，例如铭牌上的编号");
  if (!is_tidy(decision.reason)) return refuse("bad_text", "理由过长（最多200字节）或含有不可打印的字符");
  const DeviceState state = decision.confirm ? DeviceState::confirmed : DeviceState::refused;
  if (device->state == state) {
    return refuse("already_decided", fmt::format("{} 已经这样决定：{}", device->decided_by.value(), device->reason));
  }
  std::vector<model::PersonId> whose;
  DeviceDecided decided{.device = {}, .waiting = waiting_for(draft, *device, whose)};
  if (decision.confirm && std::ranges::find(whose, person) != whose.end()) {
    return refuse("four_eyes", "等待确认的结果出自本人，请由另一位管理员或复核人确认");
  }
  device->state = state;
  device->decided_by = person;
  device->decided_at = now;
  device->reason = decision.reason;
  tables::put_device(draft, *device);
  say(draft, person,
      fmt::format("设备 {} {}为仪器 {}：{}", named(device->device), decision.confirm ? "确认" : "不予确认",
                  device->instrument, decision.reason),
      now);
  decided.device = std::move(*device);
  return decided;
}

}  // namespace lab::bench
