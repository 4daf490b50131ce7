#pragma once
// Reed-Solomon codes over GF(256): errors at unknown places and erasures at known ones. Pure.
// Sources: ISO/IEC 18004 (QR: polynomial 0x11D, first root 0), ISO/IEC 16022 (Data Matrix: 0x12D, first root 1).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lab::codes {

/// The field: powers and logarithms of its generator 2.
class Field256 {
 public:
  /// `polynomial`: irreducible, degree 8, with 2 as a primitive element.
  explicit Field256(unsigned polynomial);

  [[nodiscard]] std::uint8_t power(int exponent) const { return power_[static_cast<std::size_t>(exponent) % 255]; }
  [[nodiscard]] std::uint8_t times(std::uint8_t a, std::uint8_t b) const {
    return a == 0 || b == 0 ? std::uint8_t{0} : power(log_[a] + log_[b]);
  }
  /// Precondition: b is not 0.
  [[nodiscard]] std::uint8_t over(std::uint8_t a, std::uint8_t b) const {
    return a == 0 ? std::uint8_t{0} : power(log_[a] + 255 - log_[b]);
  }

 private:
  std::array<std::uint8_t, 255> power_{};
  std::array<int, 256> log_{};
};

/// What was wrong with a block that is right now.
struct Correction {
  int errors = 0;    // codewords changed that were not marked as erasures
  int erasures = 0;  // codewords marked
};

class ReedSolomon {
 public:
  ReedSolomon(unsigned polynomial, int first_root) : field_(polynomial), first_root_(first_root) {}

  static const ReedSolomon& qr();
  static const ReedSolomon& data_matrix();

  /// Corrects `block` (data, then `check_count` check codewords; at most 255 in all) in place. Succeeds when
  /// 2 x errors + erasures <= check_count; nothing, and the block as it was, otherwise.
  /// `erasures`: places in the block, each once, at most `check_count`.
  std::optional<Correction> correct(std::span<std::uint8_t> block, int check_count,
                                    std::span<const std::size_t> erasures) const;

 private:
  using Polynomial = std::vector<std::uint8_t>;  // lowest power first
  [[nodiscard]] Polynomial syndromes_of(std::span<const std::uint8_t> block, int check_count) const;
  [[nodiscard]] Polynomial erasure_locator(std::size_t block_size, std::span<const std::size_t> erasures) const;
  [[nodiscard]] Polynomial product(const Polynomial& a, const Polynomial& b) const;
  [[nodiscard]] Polynomial locator_of(const Polynomial& syndromes, Polynomial locator, int erasure_count) const;
  [[nodiscard]] std::uint8_t value_at(const Polynomial& polynomial, std::uint8_t x) const;
  bool repair(std::span<std::uint8_t> block, const Polynomial& syndromes, const Polynomial& locator,
              std::span<const std::size_t> places) const;

  Field256 field_;
  int first_root_;
};

}  // namespace lab::codes
