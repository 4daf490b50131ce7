#pragma once
// Which key a node signed with when: from the one it was enrolled with, through the events by which it replaced it.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"
#include "tools/verify/statement.hpp"

namespace lab::verify {

class NodeKeys {
 public:
  explicit NodeKeys(const Statement& statement);

  /// An event that replaces keys and is no exception. Why it cannot; empty when it can, and from `settle` on it has.
  std::string replaced(const model::Event& event, const model::KeysReplaced& keys);
  /// The section with these events ends: its signature was still one of the key before.
  void settle();
  /// Whether the head was signed with the key of this node, or with the one before within the overlap, of an event made
  /// at `at`.
  [[nodiscard]] bool is_signed(std::uint32_t node, const model::StreamHead& head, const Bytes& signature,
                               UtcTime at) const;
  /// What the statement says and no event does.
  void finish(const std::function<void(std::string where, std::string what)>& tell) const;

 private:
  struct History {
    crypto::PublicKey now{};
    std::vector<std::pair<crypto::PublicKey, std::int64_t>> before;  // with the time up to which it is accepted
  };
  const Statement& statement_;
  std::map<std::uint32_t, History> nodes_;
  std::vector<Place> pending_;
  std::set<Place> met_;
};

}  // namespace lab::verify
