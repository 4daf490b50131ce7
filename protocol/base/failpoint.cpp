#include "protocol/base/failpoint.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace lab::failpoint {
namespace {

// In the order of a sample's life where there is one.
constexpr std::array all_names{
    // the store and what lies beside it
    "store.open", "store.convert", "store.converted", "store.create.written", "store.create.named", "store.grow",
    "store.grown", "store.commit", "store.committed", "blob.write", "blob.flush", "blob.rename", "blob.named",
    "mark.write", "mark.rename", "mark.named", "secret.write", "secret.rename", "backup.store", "backup.rest",
    "backup.manifest", "backup.done", "restore.mark", "restore.store", "restore.rest", "restore.done",
    // keys, and how a node becomes one of the province
    "coordinator.keys", "coordinator.keys.planned", "coordinator.keys.replaced", "coordinator.ready", "station.keys",
    "station.keys.planned", "station.keys.over", "station.keys.saved", "enrol.ask", "enrol.store", "enrol.stored",
    "session.keys", "ledger.keys",
    // a store of a node that was put back
    "rehydration.begin", "resync.give", "rehydration.held", "rehydration.fork", "rebuilding.forget",
    "rebuilding.replay", "rebuilding.aside",
    // a coordinator that was put back
    "coordinator.noted", "recovery.begin", "recovery.inventory", "recovery.complete", "recovery.look",
    "recovery.decide", "recovery.regrant", "recovery.end",
    // the coordinator's loop
    "coordinator.start", "coordinator.turn", "coordinator.decided", "coordinator.commit", "coordinator.committed",
    "coordinator.generation", "coordinator.nodes", "coordinator.send", "coordinator.sent", "coordinator.enrolled",
    "coordinator.answer", "coordinator.answered", "coordinator.message", "coordinator.enrolment",
    // the node's loop
    "node.turn", "node.decided", "node.commit", "node.committed", "node.send", "node.sent", "node.answered",
    "node.message", "node.linked",
    // what is decided
    "dispatch.import", "dispatch.revise", "dispatch.revise.step", "dispatch.allocate", "dispatch.grant",
    "dispatch.enrol", "session.append", "session.seal", "session.order", "session.intake", "ledger.take",
    "ledger.count", "ledger.exception", "inbox.grant", "reception.form", "reception.receive", "bench.capture",
    "judging.conclude", "outbox.review", "outbox.approve", "outbox.acknowledged",
    // between the processes
    "client.send", "client.receive", "server.send", "server.receive"};

std::atomic<bool> armed = false;

enum class Mode { crash, sleep, error };

struct Armed {
  std::string name;
  Mode mode = Mode::crash;
  std::chrono::milliseconds time{};
  std::uint64_t at = 1;
  std::atomic<std::uint64_t> seen = 0;
};

// Filled before there are threads, and never changed afterwards but for the counts.
std::vector<std::unique_ptr<Armed>>& armed_points() {
  static std::vector<std::unique_ptr<Armed>> points;
  return points;
}

bool take_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number > 0;
}

// Nothing when this is no point.
std::unique_ptr<Armed> parse(std::string_view text) {
  constexpr std::uint64_t sleep_max_ms = 60'000;
  auto point = std::make_unique<Armed>();
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    if (!take_number(text.substr(at + 1), point->at)) return nullptr;
    text = text.substr(0, at);
  }
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return nullptr;
  point->name = text.substr(0, equals);
  if (std::ranges::find(all_names, std::string_view{point->name}) == all_names.end()) return nullptr;
  const std::string_view mode = text.substr(equals + 1);
  if (mode == "crash") return point;
  if (mode == "error") {
    point->mode = Mode::error;
    return point;
  }
  std::uint64_t time = 0;
  if (!mode.starts_with("sleep:") || !take_number(mode.substr(6), time) || time > sleep_max_ms) return nullptr;
  point->mode = Mode::sleep;
  point->time = std::chrono::milliseconds{time};
  return point;
}

void say(const char* name, const char* what) {
  const std::string line = fmt::format("failpoint {}: {}\n", name, what);
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

bool is_armed() { return armed.load(std::memory_order_relaxed); }

std::span<const char* const> names() { return all_names; }

Result<void> arm(const char* text) {
  if (text == nullptr) return {};
  std::vector<std::unique_ptr<Armed>> points;
  for (std::string_view left = text; !left.empty();) {
    const std::string_view one = left.substr(0, left.find(';'));
    left.remove_prefix(std::min(left.size(), one.size() + 1));
    if (one.empty()) continue;
    auto point = parse(one);
    if (!point) return fail(ErrorCode::malformed, "no failpoint, or a mode that there is not", std::string{one});
    points.push_back(std::move(point));
  }
  armed_points() = std::move(points);
  armed = !armed_points().empty();
  return {};
}

bool reached(const char* name) {
  for (const auto& point : armed_points()) {
    if (point->name != name || ++point->seen != point->at) continue;
    switch (point->mode) {
      case Mode::crash:
        say(name, "crash");
        ::kill(::getpid(), SIGKILL);
        ::pause();
        break;
      case Mode::sleep:
        say(name, "sleep");
        std::this_thread::sleep_for(point->time);
        break;
      case Mode::error:
        say(name, "error");
        return true;
    }
  }
  return false;
}

}  // namespace lab::failpoint
