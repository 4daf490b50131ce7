// Analysers on bad lines, and a bench PC that is killed again and again: every message is stored once, as it was sent.
//
// The host is the real lab-node program with a real store, whose every timer is that of the standard. Only the
// analysers wait less than the standard says, 3.5 s for an answer instead of 15 s and 0.3 s before a repetition instead
// of 10 s: with one fault in every few messages ten thousand of them would take days. 3.5 s is more than the second
// that the receiver waits for the rest of a doubtful frame and the two after which an EOT counts as giving up.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/shaped_line.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/session/stream.hpp"
#include "tests/lab-node/app/program.hpp"

namespace lab::node::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t analysers = 28;  // the server takes 32 connections, and a line that was cut may still hold one
constexpr std::size_t messages_default = 300;
constexpr std::size_t messages_full = 10'000;
constexpr std::size_t kills_full = 20;
constexpr std::size_t kills_default = 3;
// Of each segment: one bit flipped, one octet lost, and for answers the answer lost.
constexpr sim::LineQuality to_host{.flip = 0.01, .drop = 0.01};
constexpr sim::LineQuality to_instrument{.flip = 0.01, .drop = 0.01, .lose = 0.01};

std::size_t from_environment(const char* name, std::size_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

sim::AnalyserMessage message(std::size_t index) {
  return {.sample = fmt::format("SOAK-{:06}", index),
          .results = {{"Pb", fmt::format("0.{:04}", index % 10'000), "mg/kg"},
                      {"Cd", fmt::format("{}.5", index), "mg/kg"},
                      {"As", index % 3 == 0 ? "ND" : "0.01", "mg/kg"}}};
}

// What the receiver is to store of it: its frames, one behind the other.
Bytes octets_of(const sim::AnalyserMessage& message, const std::string& analyser) {
  Bytes octets;
  int number = 0;
  for (const std::string& record : sim::astm_records(message, analyser)) {
    number = (number + 1) % 8;
    octets += sim::astm_frame(number, record, true);
  }
  return octets;
}

// One analyser with its line, at work until all its messages are acknowledged.
struct Station {
  std::string name;
  std::vector<sim::AnalyserMessage> messages;
  std::unique_ptr<sim::ShapedLine> line;
  sim::AnalyserCounts counts;
  std::jthread carrying;
  std::jthread sending;  // ends first
};

struct Tally {
  std::size_t stored = 0;
  std::size_t doubled = 0;
  std::size_t altered = 0;
  std::size_t lost = 0;
};

class Soak : public testing::Test {
 protected:
  void SetUp() override {
    crypto::start();
    program.add_person("chen", "technician");
    become_enrolled();
    start_program();
  }

  // No coordinator is needed to take results: the identity is put where enrolment would put it.
  void become_enrolled() const {
    const auto store = journal::open_lmdb(program.data() / "store");
    ASSERT_TRUE(store) << to_text(store.error());
    const auto batch = (*store)->write();
    journal::Draft draft{*batch};
    session::set_identity(draft,
                          {.node = model::NodeId{7}, .laboratory = model::LaboratoryId{3}, .laboratory_name = "soak"});
    ASSERT_TRUE(journal::apply(draft.take(), *batch));
    ASSERT_TRUE(batch->commit());
  }

  void start_program() { program.start({"--astm", fmt::format("127.0.0.1:{}=SOAK:chen", program.port(1))}); }

  void start_stations(std::size_t count, std::uint64_t seed) {
    for (std::size_t i = 0; i < analysers; ++i) {
      Station& station = stations.emplace_back();
      station.name = fmt::format("SIM-{}", i);
      for (std::size_t index = i; index < count; index += analysers) station.messages.push_back(message(index));
      auto line = sim::ShapedLine::over_tcp(program.port(1),
                                            {.to_host = to_host, .to_instrument = to_instrument, .seed = seed + i});
      ASSERT_TRUE(line) << to_text(line.error());
      station.line = *std::move(line);
    }
    for (Station& station : stations) {
      station.carrying = std::jthread{[&station](const std::stop_token& stop) { station.line->run(stop); }};
      station.sending = std::jthread{[this, &station](const std::stop_token& stop) {
        const sim::AnalyserOptions options{.port = station.line->instrument_port(),
                                           .name = station.name,
                                           .reply_timeout = 3'500ms,
                                           .turnaround = 20ms,
                                           .pause = 300ms,
                                           .on_acknowledged = [this] { ++acknowledged; }};
        station.counts = sim::send_astm_until_acknowledged(options, station.messages, stop);
        ++finished;
      }};
    }
  }

  // Kills spread over the run at random, each at a random moment behind a random number of acknowledged messages.
  void kill_at_random(std::size_t kills, std::size_t count, std::mt19937_64& random) {
    std::vector<std::size_t> moments(kills);
    for (std::size_t& moment : moments) moment = random() % count;
    std::ranges::sort(moments);
    for (const std::size_t moment : moments) {
      while (acknowledged < moment && finished < analysers) std::this_thread::sleep_for(1ms);
      std::this_thread::sleep_for(std::chrono::milliseconds{random() % 50});
      program.kill();
      start_program();
      ++killed;
    }
  }

  Tally compare() const {
    std::map<Bytes, std::size_t> expected;
    for (const Station& station : stations) {
      for (const auto& sent : station.messages) expected.emplace(octets_of(sent, station.name), 0);
    }
    Tally tally;
    const auto store = journal::open_lmdb(program.data() / "store");
    EXPECT_TRUE(store) << to_text(store.error());
    const auto view = (*store)->read();
    tables::scan_captures(*view, 0, [&](const tables::StoredCapture& capture) {
      const auto raw = tables::raw(*view, capture.raw);
      const auto found = raw ? expected.find(*raw) : expected.end();
      ++tally.stored;
      if (found == expected.end()) {
        ++tally.altered;
        fmt::print("altered: {}\n", raw.value_or("no octets"));
      } else {
        tally.doubled += found->second++ > 0 ? 1U : 0U;
        EXPECT_EQ(capture.entry.observations, 3U) << capture.entry.refused;
      }
      return true;
    });
    tally.lost = static_cast<std::size_t>(
        std::ranges::count(expected, std::size_t{0}, &std::pair<const Bytes, std::size_t>::second));
    return tally;
  }

  void report(const Tally& tally, double seconds) const {
    sim::LineCounts host;
    sim::LineCounts instrument;
    sim::AnalyserCounts all;
    for (const Station& station : stations) {
      const auto there = station.line->counts_to_host();
      const auto back = station.line->counts_to_instrument();
      host.segments += there.segments;
      host.flips += there.flips;
      host.drops += there.drops;
      instrument.segments += back.segments;
      instrument.flips += back.flips;
      instrument.drops += back.drops;
      instrument.losses += back.losses;
      all.connections += station.counts.connections;
      all.repeated += station.counts.repeated;
    }
    fmt::print("{} messages acknowledged in {:.0f} s, {} kills, {} connections, {} messages repeated\n",
               acknowledged.load(), seconds, killed, all.connections, all.repeated);
    fmt::print("to the host: {} segments, {} flips, {} drops; answers: {} segments, {} flips, {} drops, {} lost\n",
               host.segments, host.flips, host.drops, instrument.segments, instrument.flips, instrument.drops,
               instrument.losses);
    fmt::print("stored {}: lost {}, doubled {}, altered past the checksum {}\n", tally.stored, tally.lost,
               tally.doubled, tally.altered);
  }

  std::atomic<std::size_t> acknowledged = 0;
  std::atomic<std::size_t> finished = 0;
  std::size_t killed = 0;
  std::vector<Station> stations;  // never grows once they run
  Program program{"soak"};
};

TEST_F(Soak, EveryMessageIsStoredOnceAsItWasSent) {
  const std::size_t count = std::max<std::size_t>(analysers, from_environment("QLIMS_SOAK_MESSAGES", messages_default));
  const std::size_t kills = count >= messages_full ? kills_full : kills_default;
  const std::uint64_t seed = from_environment("QLIMS_SOAK_SEED", std::random_device{}());
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random{seed};
  const auto begin = std::chrono::steady_clock::now();
  stations.reserve(analysers);
  start_stations(count, seed);
  kill_at_random(kills, count, random);
  const auto end = std::chrono::steady_clock::now() + 3h;
  while (finished < analysers && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20ms);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  for (Station& station : stations) station.sending = {};
  for (Station& station : stations) station.carrying = {};
  EXPECT_EQ(program.stop(), 0);
  const Tally tally = compare();
  report(tally, seconds);
  EXPECT_EQ(acknowledged, count);
  EXPECT_EQ(killed, kills);
  EXPECT_EQ(tally.stored, count);
  EXPECT_EQ(tally.lost, 0U);
  EXPECT_EQ(tally.doubled, 0U);
  EXPECT_EQ(tally.altered, 0U);
}

}  // namespace
}  // namespace lab::node::app
