#pragma once
// What an EAN-13 looks like along its bars when a camera out of focus has mixed each module with those about it. Pure.

#include <array>
#include <span>
#include <vector>

namespace lab::codes {

/// Twelve digits as they are drawn: a digit left of the middle is 0 to 9 in the odd set, 10 to 19 in the even set.
using EanDigits = std::array<int, 12>;

/// The symbol and four modules of paper on either side, two samples a module: darkness, 1 ink and -1 paper.
class EanShapes {
 public:
  static constexpr int samples_per_module = 2;
  static constexpr int paper_modules = 4;
  static constexpr int symbol_modules = 95;
  static constexpr std::size_t samples = samples_per_module * (symbol_modules + 2 * paper_modules);
  using Line = std::array<float, samples>;

  /// `blur`: radius in modules of the disc that a point is seen as.
  explicit EanShapes(double blur);

  /// Squared errors of all digits, from the middle of one to the middle of the next: what lies beyond is too far away
  /// to be mixed in.
  struct Errors {
    std::array<float, 10> first{};                                // paper, guard, first half of the first digit
    std::array<std::array<std::array<float, 20>, 20>, 5> left{};  // place, digit, the one after it
    std::array<std::array<float, 10>, 20> middle{};
    std::array<std::array<std::array<float, 10>, 10>, 5> right{};
    std::array<float, 10> last{};
  };
  [[nodiscard]] Errors errors(const Line& seen) const;

  [[nodiscard]] Line drawn(const EanDigits& digits) const;

 private:
  static constexpr std::size_t pair_samples = 14;
  static constexpr std::size_t middle_samples = 24;
  static constexpr std::size_t end_samples = 21;

  std::array<std::array<float, end_samples>, 10> first_{};
  std::array<std::array<std::array<float, pair_samples>, 20>, 20> left_{};
  std::array<std::array<std::array<float, middle_samples>, 10>, 20> middle_{};
  std::array<std::array<std::array<float, pair_samples>, 10>, 10> right_{};
  std::array<std::array<float, end_samples>, 10> last_{};
};

}  // namespace lab::codes
