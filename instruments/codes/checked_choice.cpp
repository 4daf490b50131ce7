#include "instruments/codes/checked_choice.hpp"

#include <algorithm>

namespace lab::codes {
namespace {

constexpr std::size_t kept = 2;

/// A sequence up to some place: its last option and which sequence up to the place before it continues.
struct Partial {
  float gain = 0;
  int option = 0;
  int sum_before = 0;
  int rank_before = 0;
};

using Partials = std::vector<Partial>;  // of one sum, the best first
using Place = std::vector<Partials>;    // by sum

void keep(Partials& partials, const Partial& partial) {
  const auto worse = std::ranges::find_if(partials, [&](const Partial& other) { return other.gain < partial.gain; });
  partials.insert(worse, partial);
  if (partials.size() > kept) partials.pop_back();
}

Place extended(const Place& before, const std::vector<CheckedOption>& options, int modulus) {
  Place out(before.size());
  for (int sum = 0; sum < modulus; ++sum) {
    const Partials& partials = before[static_cast<std::size_t>(sum)];
    for (std::size_t rank = 0; rank < partials.size(); ++rank) {
      for (std::size_t option = 0; option < options.size(); ++option) {
        const int sum_after = (sum + options[option].residue) % modulus;
        keep(out[static_cast<std::size_t>(sum_after)], {.gain = partials[rank].gain + options[option].gain,
                                                        .option = static_cast<int>(option),
                                                        .sum_before = sum,
                                                        .rank_before = static_cast<int>(rank)});
      }
    }
  }
  return out;
}

}  // namespace

std::vector<CheckedSequence> best_checked(std::span<const std::vector<CheckedOption>> places, int modulus) {
  std::vector<Place> reached(1, Place(static_cast<std::size_t>(modulus)));
  reached.front().front().push_back({});
  for (const auto& options : places) reached.push_back(extended(reached.back(), options, modulus));
  std::vector<CheckedSequence> best;
  for (const Partial& end : reached.back().front()) {
    CheckedSequence sequence{.values = std::vector<int>(places.size()), .gain = end.gain};
    Partial at = end;
    for (std::size_t i = places.size(); i-- > 0;) {
      sequence.values[i] = places[i][static_cast<std::size_t>(at.option)].value;
      at = reached[i][static_cast<std::size_t>(at.sum_before)][static_cast<std::size_t>(at.rank_before)];
    }
    best.push_back(std::move(sequence));
  }
  return best;
}

}  // namespace lab::codes
