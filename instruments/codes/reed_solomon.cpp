#include "instruments/codes/reed_solomon.hpp"

#include <algorithm>

#include "protocol/base/check.hpp"

namespace lab::codes {

Field256::Field256(unsigned polynomial) {
  unsigned element = 1;
  for (int exponent = 0; exponent < 255; ++exponent) {
    power_[static_cast<std::size_t>(exponent)] = static_cast<std::uint8_t>(element);
    log_[element] = exponent;
    element <<= 1;
    if (element > 255) element ^= polynomial;
  }
}

const ReedSolomon& ReedSolomon::qr() {
  static const ReedSolomon code{0x11D, 0};
  return code;
}

const ReedSolomon& ReedSolomon::data_matrix() {
  static const ReedSolomon code{0x12D, 1};
  return code;
}

std::uint8_t ReedSolomon::value_at(const Polynomial& polynomial, std::uint8_t x) const {
  std::uint8_t value = 0;
  for (auto term = polynomial.rbegin(); term != polynomial.rend(); ++term) value = field_.times(value, x) ^ *term;
  return value;
}

ReedSolomon::Polynomial ReedSolomon::product(const Polynomial& a, const Polynomial& b) const {
  Polynomial out(a.size() + b.size() - 1, 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) out[i + j] ^= field_.times(a[i], b[j]);
  }
  return out;
}

ReedSolomon::Polynomial ReedSolomon::syndromes_of(std::span<const std::uint8_t> block, int check_count) const {
  Polynomial syndromes(static_cast<std::size_t>(check_count), 0);
  for (int i = 0; i < check_count; ++i) {
    const std::uint8_t root = field_.power(first_root_ + i);
    std::uint8_t value = 0;
    for (const std::uint8_t codeword : block) value = field_.times(value, root) ^ codeword;
    syndromes[static_cast<std::size_t>(i)] = value;
  }
  return syndromes;
}

/// Its roots are the inverses of the places: codeword i of n stands at 2^(n-1-i).
ReedSolomon::Polynomial ReedSolomon::erasure_locator(std::size_t block_size,
                                                     std::span<const std::size_t> erasures) const {
  Polynomial locator{1};
  for (const std::size_t place : erasures) {
    locator = product(locator, {1, field_.power(static_cast<int>(block_size - 1 - place))});
  }
  return locator;
}

/// Berlekamp and Massey's recursion, begun with the locator of the erasures.
ReedSolomon::Polynomial ReedSolomon::locator_of(const Polynomial& syndromes, Polynomial locator,
                                                int erasure_count) const {
  Polynomial earlier = locator;
  int length = erasure_count;
  for (int step = erasure_count; step < static_cast<int>(syndromes.size()); ++step) {
    std::uint8_t discrepancy = 0;
    for (std::size_t i = 0; i < locator.size() && static_cast<int>(i) <= step; ++i) {
      discrepancy ^= field_.times(locator[i], syndromes[static_cast<std::size_t>(step) - i]);
    }
    earlier.insert(earlier.begin(), 0);
    if (discrepancy == 0) continue;
    Polynomial longer = locator;
    longer.resize(std::max(longer.size(), earlier.size()), 0);
    for (std::size_t i = 0; i < earlier.size(); ++i) longer[i] ^= field_.times(discrepancy, earlier[i]);
    if (2 * length <= step + erasure_count) {
      length = step + 1 + erasure_count - length;
      earlier = locator;
      for (auto& term : earlier) term = field_.over(term, discrepancy);
    }
    locator = std::move(longer);
  }
  while (locator.size() > 1 && locator.back() == 0) locator.pop_back();
  return locator;
}

/// Forney's formula at each place; false when the result still is no codeword.
bool ReedSolomon::repair(std::span<std::uint8_t> block, const Polynomial& syndromes, const Polynomial& locator,
                         std::span<const std::size_t> places) const {
  Polynomial evaluator = product(syndromes, locator);
  evaluator.resize(syndromes.size());
  for (const std::size_t place : places) {
    const int exponent = static_cast<int>(block.size() - 1 - place);
    const std::uint8_t inverse = field_.power(255 - exponent % 255);
    std::uint8_t slope = 0;  // the formal derivative: odd terms remain
    for (std::size_t i = 1; i < locator.size(); i += 2) {
      slope ^= field_.times(locator[i], field_.power(static_cast<int>(i - 1) * (255 - exponent % 255)));
    }
    if (slope == 0) return false;
    const std::uint8_t magnitude = field_.over(value_at(evaluator, inverse), slope);
    block[place] ^= field_.times(magnitude, field_.power(exponent * (256 - first_root_)));
  }
  return std::ranges::all_of(syndromes_of(block, static_cast<int>(syndromes.size())),
                             [](std::uint8_t value) { return value == 0; });
}

std::optional<Correction> ReedSolomon::correct(std::span<std::uint8_t> block, int check_count,
                                               std::span<const std::size_t> erasures) const {
  LAB_CHECK(block.size() <= 255 && check_count > 0 && static_cast<std::size_t>(check_count) < block.size());
  const int erased = static_cast<int>(erasures.size());
  if (erased > check_count) return std::nullopt;
  const Polynomial syndromes = syndromes_of(block, check_count);
  const auto is_zero = [](std::uint8_t value) { return value == 0; };
  if (std::ranges::all_of(syndromes, is_zero)) return Correction{.errors = 0, .erasures = erased};

  const Polynomial locator = locator_of(syndromes, erasure_locator(block.size(), erasures), erased);
  const auto degree = static_cast<int>(locator.size()) - 1;
  if (2 * (degree - erased) + erased > check_count) return std::nullopt;
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < block.size(); ++place) {
    const int exponent = static_cast<int>(block.size() - 1 - place);
    if (value_at(locator, field_.power(255 - exponent)) == 0) places.push_back(place);
  }
  if (static_cast<int>(places.size()) != degree) return std::nullopt;

  const std::vector<std::uint8_t> before(block.begin(), block.end());
  if (!repair(block, syndromes, locator, places)) {
    std::ranges::copy(before, block.begin());
    return std::nullopt;
  }
  return Correction{.errors = degree - erased, .erasures = erased};
}

}  // namespace lab::codes
