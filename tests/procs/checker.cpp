#include "tests/procs/checker.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_set>

#include "tests/oracle/recount.hpp"

namespace lab::procs {
namespace {

using nlohmann::json;
using Counts = std::array<std::uint64_t, 4>;  // pass, fail, problem, undetermined
using Cells = std::map<std::string, Counts>;

std::string hash_of(std::string_view octets) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(octets.data()), octets.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return text.data();
}

// Repeated {length in four octets, event}.
std::unordered_set<std::string> hashes_in(std::string_view events) {
  std::unordered_set<std::string> hashes;
  while (events.size() >= sizeof(std::uint32_t)) {
    std::uint32_t length = 0;
    std::memcpy(&length, events.data(), sizeof length);
    events.remove_prefix(sizeof length);
    hashes.insert(hash_of(events.substr(0, length)));
    events.remove_prefix(std::min<std::size_t>(length, events.size()));
  }
  return hashes;
}

Cells cells_of(const json& rows) {
  Cells cells;
  for (const json& row : rows) {
    const std::string name = fmt::format("{}/{}/{}/{}", row.at("programme").get<std::string>(), row.at("city").dump(),
                                         row.at("category").get<std::string>(), row.at("month").get<std::string>());
    Counts& counts = cells[name];
    std::size_t i = 0;
    for (const char* outcome : {"pass", "fail", "problem", "undetermined"}) {
      counts.at(i++) += row.at(outcome).get<std::uint64_t>();
    }
  }
  return cells;
}

Cells cells_of(const std::map<oracle::Cell, oracle::Tally>& tallies) {
  Cells cells;
  for (const auto& [cell, tally] : tallies) {
    const auto& [programme, city, category, stage, month, node] = cell;
    Counts& counts = cells[fmt::format("{}/{}/{}/{}", programme, city, category, month)];
    const Counts more{tally.pass, tally.fail, tally.problem, tally.undetermined};
    for (std::size_t i = 0; i < counts.size(); ++i) counts.at(i) += more.at(i);
  }
  return cells;
}

void compare(const Cells& summary, const Cells& recount, const char* verdicts, Judgement& judgement) {
  std::set<std::string> names;
  for (const auto& [name, counts] : summary) names.insert(name);
  for (const auto& [name, counts] : recount) names.insert(name);
  for (const std::string& name : names) {
    ++judgement.cells;
    const auto ours = summary.find(name);
    const auto theirs = recount.find(name);
    const Counts had = ours == summary.end() ? Counts{} : ours->second;
    const Counts due = theirs == recount.end() ? Counts{} : theirs->second;
    if (had == due) continue;
    for (std::size_t i = 0; i < had.size(); ++i)
      judgement.counted_twice += had.at(i) > due.at(i) ? had.at(i) - due.at(i) : 0;
    judgement.complaints.push_back(fmt::format("{} ({}): the summary has {}+{}+{}+{}, the recount {}+{}+{}+{}", name,
                                               verdicts, had[0], had[1], had[2], had[3], due[0], due[1], due[2],
                                               due[3]));
  }
}

// Every acknowledged event is there, the same octets.
void check_set(World& world, std::string_view events, Judgement& judgement) {
  const auto there = hashes_in(events);
  std::unordered_set<std::string> known;  // a machine that was put back, or a copy, tells some again
  for (AckBook* book : world.all_acks()) {
    book->read_on();
    for (const AckLine& ack : book->lines()) {
      if (!known.insert(ack.hash).second) continue;
      ++judgement.events;
      if (ack.is_verdict) judgement.verdicts_at_ms.push_back(ack.at_ms);
      if (there.contains(ack.hash)) continue;
      judgement.lost.push_back({.task = ack.task, .at_ms = ack.at_ms});
      if (judgement.lost.size() > 3) continue;
      judgement.complaints.push_back(fmt::format("lost: event {} of incarnation {} about {}, acknowledged to {}",
                                                 ack.sequence, ack.incarnation, ack.task,
                                                 book->notes().filename().string()));
    }
  }
  judgement.acknowledged = judgement.verdicts_at_ms.size();
  if (judgement.lost.size() > 3) judgement.complaints.push_back(fmt::format("lost: {} in all", judgement.lost.size()));
}

}  // namespace

namespace {

// Never silent: when events are lost that nothing could have saved, the coordinator knows it and says so. A node's last
// head may be some events older than what another one was acknowledged, so the number may be a little short.
void check_told(World& world, Judgement& judgement) {
  const json status = world.status();
  judgement.told_lost = status.at("known_lost").get<std::uint64_t>();
  judgement.told_lost_at_least = status.at("known_lost_at_least").get<std::uint64_t>();
  if (!judgement.lost.empty() && judgement.told_lost == 0) {
    judgement.complaints.push_back(
        fmt::format("lost in silence: {} events, and the coordinator says nothing", judgement.lost.size()));
  }
  if (judgement.lost.empty() && judgement.told_lost_at_least > 0) {
    judgement.complaints.push_back(
        fmt::format("{} events are said to be lost, and none of those acknowledged is", judgement.told_lost_at_least));
  }
}

}  // namespace

Judgement judge(World& world) {
  Judgement judgement;
  const std::string events = world.exported("events");
  check_set(world, events, judgement);
  check_told(world, judgement);
  const oracle::Recount recount = oracle::recount(world.saved_orders() + world.exported("orders"), events);
  judgement.counted = recount.counted;
  judgement.late = recount.late;
  const auto say = [&](bool is_wrong, std::string what) {
    if (is_wrong) judgement.complaints.push_back(std::move(what));
  };
  const auto tasks = static_cast<std::uint64_t>(world.options().tasks);
  say(recount.counted != tasks, fmt::format("{} tasks, {} verdicts by the recount", tasks, recount.counted));
  say(recount.unsupported != 0, fmt::format("{} approvals without what they need", recount.unsupported));
  say(recount.broken_chains != 0, fmt::format("{} broken chains", recount.broken_chains));
  for (const char* verdicts : {"first", "final"}) {
    const auto summary =
        world.api().get(fmt::format("/api/v1/summary?by=programme,city,category,month&verdicts={}", verdicts));
    if (!summary) {
      judgement.complaints.push_back(to_text(summary.error()));
      continue;
    }
    const bool is_first = std::string_view{verdicts} == "first";
    compare(cells_of(summary->at("rows")), cells_of(is_first ? recount.first : recount.final), verdicts, judgement);
  }
  return judgement;
}

}  // namespace lab::procs
