#pragma once
// A known history of a store: what each commit changes, and what is there after it. It follows from a seed and from
// nothing that the store does, so that a store can be held against it after any accident. Knows nothing of the product.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lab::faults {

using Records = std::map<std::string, std::string>;

struct Change {
  std::string key;
  std::optional<std::string> record;  // none: the key goes, if it was there
};

/// Splitmix64: the same numbers on every machine and with every library.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// 0 .. sides-1.
  std::uint64_t roll(std::uint64_t sides) { return next() % sides; }
  bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1p-53 < probability; }

 private:
  std::uint64_t state_;
};

/// Changes of commit `number`, the first is 1: ascending keys as events have them, keys of many sizes that are
/// overwritten and erased, and now and then a record of several pages.
std::vector<Change> changes_of(std::uint64_t seed, unsigned number);

/// What is there after each commit; [0] is empty.
std::vector<Records> states_of(std::uint64_t seed, unsigned commits);

}  // namespace lab::faults
