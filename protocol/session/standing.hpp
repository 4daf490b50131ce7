#pragma once
// What the coordinator remembers of a node as a peer: the incarnations it gave out, and the processes it has met.
//
//   'o' node -> Standing        'f' node, incarnation, sequence, hash -> a forked event, kept as evidence
//   'O' -> the generation that is still collecting what it may have forgotten

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/time.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"

namespace lab::session {

/// A copy of a bench PC is a second process with the same key. Nobody but a person can say which of the two is the
/// station.
enum class Doubt : std::uint8_t {
  none,
  frozen,   // two were heard: neither is let in
  decided,  // only `chosen` and those that follow it on the same store are let in
};

struct Standing {
  std::uint32_t incarnation = 1;  // the newest one given out
  std::uint64_t given_to = 0;     // boot of the process that asked for it
  std::uint32_t resyncs = 0;
  Doubt doubt = Doubt::none;
  std::uint64_t chosen = 0;          // boot
  std::vector<std::uint64_t> boots;  // processes met, newest last, at most boots_max
  std::uint64_t orders_base = 0;     // last order of the generation before
  std::uint32_t complete = 0;        // newest generation in which everything this node had was pulled, or waived
  std::uint32_t waived = 0;          // newest generation in which people did without it

  bool operator==(const Standing&) const = default;
};

/// Enough to recognise a copy that was switched off for some restarts.
constexpr std::size_t boots_max = 8;

Standing standing(const journal::View& store, model::NodeId node);
void set_standing(journal::Draft& draft, model::NodeId node, const Standing& standing);

/// The coordinator was put back from a backup, and not every node has been heard: nothing is given out, taken back or
/// acknowledged. Zero when it is not so.
std::uint32_t recovery(const journal::View& store);
void set_recovery(journal::Draft& draft, std::uint32_t generation);

/// Evidence of one node. A peer that forks without end fills no disk: the first so many are kept, and told.
constexpr std::size_t forks_max = 1'000;

struct Fork {
  std::uint32_t incarnation = 1;
  std::uint64_t sequence = 0;
  Hash hash;
  UtcTime at{};  // when it came in
  Bytes event;   // as it came
};

/// Does nothing when it is kept already.
void keep_fork(journal::Draft& draft, model::NodeId node, const Fork& fork);
std::vector<Fork> forks(const journal::View& store, model::NodeId node);
std::size_t fork_count(const journal::View& store, model::NodeId node);

}  // namespace lab::session
