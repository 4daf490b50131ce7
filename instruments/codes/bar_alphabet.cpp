#include "instruments/codes/bar_alphabet.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "protocol/base/check.hpp"

namespace lab::codes {
namespace {

constexpr float samples_per_module = 3;
constexpr std::size_t samples_max = 64;  // of the longest character: Code 39, 16 modules

float modules_of(const BarWidths& widths) { return std::accumulate(widths.begin(), widths.end(), 0.0F); }

/// How much of a sharp edge at `edge` a blurred picture shows at `at`: 0 before it, 1 behind.
float blurred_step(float at, float edge, float blur) {
  return 0.5F * std::erfc((edge - at) / (blur * std::sqrt(2.0F)));
}

/// Darkness at `at` modules. What the neighbours are is not known: they begin with an element of middle width, and
/// beyond it is grey.
float darkness_at(float at, const BarWidths& widths, bool begins_with_bar, float blur) {
  constexpr float neighbour = 1.7F;
  float edge = -neighbour;
  float sign = begins_with_bar ? -0.5F : 0.5F;  // of the step into the element before
  float darkness = 0.5F + sign * blurred_step(at, edge, blur);
  edge = 0;
  sign = begins_with_bar ? 1.0F : -1.0F;
  for (const float width : widths) {
    darkness += sign * blurred_step(at, edge, blur);
    edge += width;
    sign = -sign;
  }
  darkness += sign * blurred_step(at, edge, blur);
  return darkness - 0.5F * sign * blurred_step(at, edge + neighbour, blur);
}

struct Stretch {
  std::array<float, samples_max> samples;  // of mean 0
  float energy = 0;                        // sum of their squares
};

Stretch stretch_of(const BarBand& band, float begin, float end, std::size_t count) {
  Stretch out;
  const float step = (end - begin) / static_cast<float>(count);
  const auto last = static_cast<float>(band.size() - 1);
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const float at = std::clamp(begin + (static_cast<float>(i) + 0.5F) * step, 0.0F, last);
    const auto left = std::min(static_cast<std::size_t>(at), band.size() - 2);
    const float part = at - static_cast<float>(left);
    out.samples[i] = band[left] + part * (band[left + 1] - band[left]);
    sum += out.samples[i];
  }
  const float mean = sum / static_cast<float>(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.samples[i] -= mean;
    out.energy += out.samples[i] * out.samples[i];
  }
  return out;
}

/// Mean 0, length 1.
void normalise(std::vector<float>& samples) {
  const float mean = std::accumulate(samples.begin(), samples.end(), 0.0F) / static_cast<float>(samples.size());
  float energy = 0;
  for (float& sample : samples) {
    sample -= mean;
    energy += sample * sample;
  }
  for (float& sample : samples) sample /= std::sqrt(energy);
}

}  // namespace

BarWidths widths_of(std::string_view digits) {
  BarWidths widths;
  for (const char digit : digits) widths.push_back(static_cast<float>(digit - '0'));
  return widths;
}

BarAlphabet::BarAlphabet(std::span<const BarWidths> characters, bool begins_with_bar, float blur)
    : size_(characters.size()),
      modules_(modules_of(characters.front())),
      begins_with_bar_(begins_with_bar),
      ends_with_bar_(begins_with_bar == (characters.front().size() % 2 == 1)) {
  sample_count_ = static_cast<std::size_t>(std::lround(modules_ * samples_per_module));
  LAB_CHECK(sample_count_ <= samples_max && size_ <= size_max);
  samples_.resize((size_ + 3) / 4 * sample_count_);
  for (std::size_t character = 0; character < size_; ++character) {
    LAB_CHECK(std::abs(modules_of(characters[character]) - modules_) < 0.01F);
    std::vector<float> drawn(sample_count_);
    for (std::size_t i = 0; i < sample_count_; ++i) {
      const float at = (static_cast<float>(i) + 0.5F) * modules_ / static_cast<float>(sample_count_);
      drawn[i] = darkness_at(at, characters[character], begins_with_bar, blur);
    }
    normalise(drawn);
    for (std::size_t i = 0; i < sample_count_; ++i)
      samples_[character / 4 * sample_count_ + i][character % 4] = drawn[i];
  }
}

float BarAlphabet::add_gains(const BarBand& band, float begin, float end, float faint, std::span<float> gains) const {
  // Part of the error that a drawn character makes with a real one: ink spreads, lenses are no Gaussian.
  constexpr float tolerated = 1.03F;
  LAB_CHECK(gains.size() == size_ && band.size() >= 2);
  const Stretch stretch = stretch_of(band, begin, end, sample_count_);
  const float weight = stretch.energy / (stretch.energy + faint * static_cast<float>(sample_count_));
  for (std::size_t first = 0; first < size_; first += 4) {
    const Four* drawn = samples_.data() + first / 4 * sample_count_;
    Four products{};
    for (std::size_t i = 0; i < sample_count_; ++i) products += drawn[i] * stretch.samples[i];
    for (std::size_t i = 0; i < std::min<std::size_t>(4, size_ - first); ++i) {
      const float product = std::max(0.0F, products[i]);
      const float explained = std::min(1.0F, product * product / (stretch.energy + 1e-9F));
      gains[first + i] += 0.5F * modules_ * weight * std::log(tolerated / (tolerated - explained));
    }
  }
  return weight;
}

}  // namespace lab::codes
