#include "instruments/codes/ean_shapes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>

namespace lab::codes {
namespace {

/// Modules of the odd set, 1 dark. The right set is its negative, the even set the right set mirrored.
constexpr std::array<std::string_view, 10> odd_set{"0001101", "0011001", "0010011", "0111101", "0100011",
                                                   "0110001", "0101111", "0111011", "0110111", "0001011"};

std::string right_modules(int digit) {
  std::string modules(odd_set[static_cast<std::size_t>(digit)]);
  for (char& module : modules) module = module == '0' ? '1' : '0';
  return modules;
}

std::string left_modules(int digit) {
  if (digit < 10) return std::string(odd_set[static_cast<std::size_t>(digit)]);
  std::string modules = right_modules(digit - 10);
  std::ranges::reverse(modules);
  return modules;
}

/// The share of a disc left of `place`, in radii from its middle: what a camera out of focus makes of an edge.
double share_left_of(double place) {
  if (place <= -1) return 0;
  if (place >= 1) return 1;
  return 0.5 + (place * std::sqrt(1 - place * place) + std::asin(place)) / std::numbers::pi;
}

/// Shares of a dark module that are seen at samples left and right of it.
class Response {
 public:
  explicit Response(double blur) {
    for (int sample = -reach; sample < reach; ++sample) {
      const double off = (sample + 0.5) / EanShapes::samples_per_module;
      shares_[index_of(sample)] = static_cast<float>(share_left_of(off / blur) - share_left_of((off - 1) / blur));
    }
  }

  /// `sample`: from where the module begins.
  [[nodiscard]] float at(int sample) const { return shares_[index_of(sample)]; }

 private:
  static constexpr int reach = 64;
  static std::size_t index_of(int sample) {
    const int index = sample + reach;
    return static_cast<std::size_t>(index);
  }

  std::array<float, 2 * reach> shares_{};
};

/// Darkness of a row of modules ('1' dark, '0' light), nothing on either side of it. The first sample is taken `from`
/// samples after the row begins.
template <std::size_t count>
std::array<float, count> seen(std::string_view modules, int from, const Response& response) {
  std::array<float, count> out{};
  for (std::size_t i = 0; i < count; ++i) {
    int sample = from + static_cast<int>(i);
    for (const char module : modules) {
      out[i] += module == '1' ? response.at(sample) : -response.at(sample);
      sample -= EanShapes::samples_per_module;
    }
  }
  return out;
}

template <std::size_t count>
float error_of(const float* seen, const std::array<float, count>& shape) {
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += (seen[i] - shape[i]) * (seen[i] - shape[i]);
  return sum;
}

template <std::size_t count>
void put(const std::array<float, count>& shape, EanShapes::Line& line, std::size_t& at) {
  std::ranges::copy(shape, line.begin() + static_cast<std::ptrdiff_t>(at));
  at += count;
}

constexpr int half_digit = 7;  // samples

}  // namespace

EanShapes::EanShapes(double blur) {
  // Paper beyond what is looked at is mixed in as well.
  const std::string paper = "00000000";
  const int paper_from = samples_per_module * (static_cast<int>(paper.size()) - paper_modules);
  const Response response(blur);
  for (int a = 0; a < 10; ++a) {
    const auto digit = static_cast<std::size_t>(a);
    first_[digit] = seen<end_samples>(paper + "101" + left_modules(a), paper_from, response);
    last_[digit] = seen<end_samples>(right_modules(a) + "101" + paper, half_digit, response);
    for (int b = 0; b < 10; ++b) {
      right_[digit][static_cast<std::size_t>(b)] =
          seen<pair_samples>(right_modules(a) + right_modules(b), half_digit, response);
    }
  }
  for (int a = 0; a < 20; ++a) {
    const auto digit = static_cast<std::size_t>(a);
    for (int b = 0; b < 20; ++b) {
      left_[digit][static_cast<std::size_t>(b)] =
          seen<pair_samples>(left_modules(a) + left_modules(b), half_digit, response);
    }
    for (int b = 0; b < 10; ++b) {
      middle_[digit][static_cast<std::size_t>(b)] =
          seen<middle_samples>(left_modules(a) + "01010" + right_modules(b), half_digit, response);
    }
  }
}

EanShapes::Errors EanShapes::errors(const Line& seen) const {
  Errors out;
  const float* at = seen.data();
  for (std::size_t a = 0; a < 10; ++a) out.first[a] = error_of(at, first_[a]);
  at += end_samples;
  for (auto& place : out.left) {
    for (std::size_t a = 0; a < 20; ++a) {
      for (std::size_t b = 0; b < 20; ++b) place[a][b] = error_of(at, left_[a][b]);
    }
    at += pair_samples;
  }
  for (std::size_t a = 0; a < 20; ++a) {
    for (std::size_t b = 0; b < 10; ++b) out.middle[a][b] = error_of(at, middle_[a][b]);
  }
  at += middle_samples;
  for (auto& place : out.right) {
    for (std::size_t a = 0; a < 10; ++a) {
      for (std::size_t b = 0; b < 10; ++b) place[a][b] = error_of(at, right_[a][b]);
    }
    at += pair_samples;
  }
  for (std::size_t a = 0; a < 10; ++a) out.last[a] = error_of(at, last_[a]);
  return out;
}

EanShapes::Line EanShapes::drawn(const EanDigits& digits) const {
  const auto digit = [&](std::size_t place) { return static_cast<std::size_t>(digits[place]); };
  Line line{};
  std::size_t at = 0;
  put(first_[digit(0)], line, at);
  for (std::size_t i = 0; i < 5; ++i) put(left_[digit(i)][digit(i + 1)], line, at);
  put(middle_[digit(5)][digit(6)], line, at);
  for (std::size_t i = 6; i < 11; ++i) put(right_[digit(i)][digit(i + 1)], line, at);
  put(last_[digit(11)], line, at);
  return line;
}

}  // namespace lab::codes
