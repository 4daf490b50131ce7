#pragma once
// Checks an evidence export (protocol/evidence/export_file.hpp) by itself: no store, no daemon, and none of the code
// that decided or counted. Whoever has one head that a laboratory kept needs to trust nobody.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/tree_head.hpp"

namespace lab::verify {

/// Faults that are told; what follows from a change in the middle of a history would fill books.
constexpr std::size_t faults_max = 20;

struct Fault {
  std::string where;  // "event 5.1.42", "section 17 at octet 4711"
  std::string what;   // what does not hold
};

struct StreamCount {
  std::uint32_t node = 0;
  model::StreamHead head;
  bool sealed = false;  // its node has gone on in a later incarnation
};

struct Report {
  std::vector<Fault> faults;       // the first ones; empty: everything holds
  std::uint64_t faults_seen = 0;   // at most one for each section, order, event, cell and item
  std::vector<std::string> notes;  // what could not be checked, and why; no faults
  model::TreeHead head;
  std::uint64_t events = 0;
  std::uint64_t orders = 0;
  std::uint64_t tokens = 0;    // grants, each with a token of its own
  std::uint64_t verdicts = 0;  // counted: first verdicts of samples
  std::uint64_t amended = 0;   // counted: later versions
  std::uint64_t retested = 0;  // of these by a second laboratory; their outcome is not recomputed, see recount.hpp
  std::uint64_t adopted = 0;   // counted under grants that a coordinator had lost when it was put back
  std::uint64_t late = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t unsigned_stretches = 0;
  std::size_t witnesses = 0;  // heads that agree
  std::vector<StreamCount> streams;

  [[nodiscard]] bool is_good() const { return faults_seen == 0; }
};

/// Never throws; anything that cannot be read is a fault.
Report check(BytesView file, std::span<const model::TreeHead> witnesses);

/// Faults of one kind: their words differ in nothing but numbers.
struct FaultKind {
  Fault first;
  std::size_t count = 0;
};

/// In the order of the first ones. A file that was cut off has the same fault in every stream: that is one kind.
std::vector<FaultKind> kinds_of(std::span<const Fault> faults);

}  // namespace lab::verify
