#pragma once
// Captures that are read again, and instruments whose bytes name a device.

#include "lab-node/tables/instruments.hpp"
#include "protocol/base/text.hpp"
#include "tests/lab-node/run_world.hpp"

namespace lab::node {

/// The code of a refusal.
template <class T>
std::string code_of(const Decided<T>& decided) {
  return decided ? "accepted" : decided.error().code;
}

class ReplayWorld : public RunWorld {
 public:
  /// Without criteria for runs.
  ReplayWorld() { use(small_reference()); }

  std::uint64_t id_of(const bench::Capture& capture) const {
    return tables::capture_of(*store->read(), capture.raw).value_or(0);
  }
  model::CaptureEntry entry_of(const bench::Capture& capture) const {
    const auto stored = tables::capture(*store->read(), id_of(capture));
    EXPECT_TRUE(stored.has_value());
    return stored ? stored->entry : model::CaptureEntry{};
  }

  Decided<bench::ReplayOutcome> replay(const bench::Capture& capture, const std::string& person = "wu") {
    const bench::Replay wanted{.capture = id_of(capture), .decoding = capture.decoding};
    return decide([&](auto& draft) { return node.on_replay(draft, wanted, model::PersonId{person}, now); });
  }

  Decided<bench::DeviceDecided> decide_device(const std::string& device, bool confirm, const std::string& person = "li",
                                              const std::string& reason = "铭牌编号一致") {
    const bench::DeviceDecision decision{
        .instrument = "ICP-01", .device = device, .confirm = confirm, .reason = reason};
    return decide([&](auto& draft) { return node.on_device_decision(draft, decision, model::PersonId{person}, now); });
  }

  Decided<model::QuarantineEntry> reject(std::uint64_t entry) {
    return decide(
        [&](auto& draft) { return node.on_rejected(draft, entry, "进样异常", model::PersonId{"chen"}, now); });
  }
  Decided<model::Sample> resolve(std::uint64_t entry) {
    const bench::Assignment assignment{.entry = entry, .reason = "核对谱图"};
    return decide([&](auto& draft) { return node.on_resolved(draft, assignment, model::PersonId{"chen"}, now); });
  }

  std::optional<tables::Device> device(const std::string& name) const {
    return tables::device(*store->read(), "ICP-01", name);
  }
  model::QuarantineEntry quarantined(std::uint64_t id) const {
    return tables::quarantined(*store->read(), id).value_or(model::QuarantineEntry{});
  }
  /// What the last event says; empty when it is no Incident.
  std::string last_incident() const {
    const auto all = events();
    const auto* incident = all.empty() ? nullptr : std::get_if<model::Incident>(&all.back().what);
    return incident ? incident->what : std::string{};
  }
  std::size_t runs_assessed() const {
    const auto all = events();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [](const auto& event) { return std::holds_alternative<model::RunAssessed>(event.what); }));
  }
};

/// A result in bytes that name the device.
inline model::Observation from(std::string device, model::Observation observation) {
  observation.instrument = std::move(device);
  return observation;
}

/// Every observation of a capture that was read is counted in exactly one place.
inline void expect_every_observation_counted(const model::CaptureEntry& entry) {
  if (!entry.refused.empty()) return;
  EXPECT_EQ(entry.taken + entry.same + entry.supporting + entry.checks + entry.quarantined, entry.observations);
}

}  // namespace lab::node
