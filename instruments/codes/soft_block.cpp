#include "instruments/codes/soft_block.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lab::codes {

std::vector<SoftCodeword> soft_codewords(const SoftModules& modules, std::span<const ModulePlace> path) {
  std::vector<SoftCodeword> codewords(path.size() / 8);
  for (std::size_t i = 0; i < codewords.size(); ++i) {
    SoftCodeword& codeword = codewords[i];
    codeword.sureness = std::numeric_limits<float>::max();
    for (const ModulePlace place : path.subspan(8 * i, 8)) {
      const float darkness = modules.at(place.column, place.row);
      codeword.value = static_cast<std::uint8_t>(codeword.value << 1 | (darkness > 0 ? 1 : 0));
      codeword.sureness = std::min(codeword.sureness, std::abs(darkness));
    }
  }
  return codewords;
}

std::optional<Correction> correct_softly(const ReedSolomon& code, std::span<SoftCodeword> block, int check_count) {
  std::vector<std::size_t> by_sureness(block.size());
  std::iota(by_sureness.begin(), by_sureness.end(), std::size_t{0});
  std::ranges::stable_sort(by_sureness, {}, [&](std::size_t place) { return block[place].sureness; });
  std::vector<std::uint8_t> hard(block.size());
  const auto with_erasures = [&](int given_up) {
    std::ranges::transform(block, hard.begin(), &SoftCodeword::value);
    return code.correct(hard, check_count, std::span(by_sureness).first(static_cast<std::size_t>(given_up)));
  };
  // An error takes two check codewords: of two steps that leave an even and an odd number of them, the one with the
  // even number corrects all that the other does. Where it succeeds, one less given up may do and leave one more to
  // spare.
  for (int given_up = 0; given_up <= check_count; given_up += given_up == 0 ? 2 - check_count % 2 : 2) {
    auto correction = with_erasures(given_up);
    if (!correction) continue;
    if (given_up > 1) {
      if (const auto better = with_erasures(given_up - 1)) {
        correction = better;
      } else {
        with_erasures(given_up);
      }
    }
    for (std::size_t i = 0; i < block.size(); ++i) block[i].value = hard[i];
    return correction;
  }
  return std::nullopt;
}

std::optional<Repair> correct_blocks(const ReedSolomon& code, std::span<SoftCodeword> codewords,
                                     std::span<const std::vector<std::size_t>> blocks, int check_count) {
  Repair total;
  for (const std::vector<std::size_t>& places : blocks) {
    std::vector<SoftCodeword> block(places.size());
    std::ranges::transform(places, block.begin(), [&](std::size_t place) { return codewords[place]; });
    const auto correction = correct_softly(code, block, check_count);
    if (!correction) return std::nullopt;
    total.errors += correction->errors;
    total.erasures += correction->erasures;
    total.spare = std::min(total.spare, spare_of(*correction, check_count));
    for (std::size_t i = 0; i < places.size(); ++i) codewords[places[i]] = block[i];
  }
  return total;
}

}  // namespace lab::codes
