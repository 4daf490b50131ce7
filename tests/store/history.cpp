#include "tests/store/history.hpp"

#include <fmt/format.h>

namespace lab::faults {
namespace {

std::string some_octets(Dice& dice, std::size_t size) {
  std::string octets;
  octets.reserve(size + 8);
  while (octets.size() < size) {
    const std::uint64_t bits = dice.next();
    for (int i = 0; i < 8; ++i) octets += static_cast<char>(bits >> (8 * i));
  }
  octets.resize(size);
  return octets;
}

std::size_t some_size(Dice& dice) {
  constexpr std::uint64_t large_in = 25;
  return dice.roll(large_in) == 0 ? 2'000 + dice.roll(9'000) : 20 + dice.roll(300);
}

}  // namespace

std::uint64_t Dice::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::vector<Change> changes_of(std::uint64_t seed, unsigned number) {
  constexpr std::uint64_t tasks = 150;
  Dice dice{seed * 1'000'003 + number};
  std::vector<Change> changes;
  const std::uint64_t events = dice.roll(4);
  for (std::uint64_t i = 0; i < events; ++i) {
    changes.push_back({fmt::format("e/{:06}/{:02}", number, i), some_octets(dice, some_size(dice))});
  }
  const std::uint64_t puts = 1 + dice.roll(8);
  for (std::uint64_t i = 0; i < puts; ++i) {
    const std::uint64_t task = dice.roll(tasks);
    changes.push_back({fmt::format("t/{:0{}}", task, 4 + task % 40), some_octets(dice, some_size(dice))});
  }
  const std::uint64_t erased = dice.roll(4);
  for (std::uint64_t i = 0; i < erased; ++i) {
    const std::uint64_t task = dice.roll(tasks);
    changes.push_back({fmt::format("t/{:0{}}", task, 4 + task % 40), std::nullopt});
  }
  return changes;
}

std::vector<Records> states_of(std::uint64_t seed, unsigned commits) {
  std::vector<Records> states(commits + 1);
  for (unsigned number = 1; number <= commits; ++number) {
    states[number] = states[number - 1];
    for (Change& change : changes_of(seed, number)) {
      if (change.record) {
        states[number][change.key] = std::move(*change.record);
      } else {
        states[number].erase(change.key);
      }
    }
  }
  return states;
}

}  // namespace lab::faults
