#include "instruments/codes/bar_line.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "protocol/base/check.hpp"

namespace lab::codes {
namespace {

/// What a module gains by chance: the best of a hundred characters looks a little like anything.
constexpr float gain_by_chance = 0.35F;

/// Added to the weights of the bands, so that bands that show next to nothing do not gain by it.
constexpr float weight_spare = 0.5F;

/// Of how much wider or narrower the modules may be than they seem.
constexpr float module_part = 2;

/// Gain over chance that a character on the mean of all bands has at least that gains anything on them one by one.
constexpr float least_on_mean = -1;

/// Bands that are looked through for characters. Where a patch or a fold is, three of four still show them.
constexpr std::size_t coarse_max = 4;

float variance_of(std::span<const float> band) {
  const auto count = static_cast<float>(band.size());
  const float mean = std::accumulate(band.begin(), band.end(), 0.0F) / count;
  return std::accumulate(band.begin(), band.end(), 0.0F,
                         [mean](float sum, float value) { return sum + (value - mean) * (value - mean); }) /
         count;
}

/// Mean of the bands, each scaled to the same variance, so that those in shadow count as much.
BarBand mean_of(std::span<const BarBand> bands) {
  BarBand mean(bands.front().size(), 0.0F);
  for (const auto& band : bands) {
    const float scale = 1 / std::sqrt(variance_of(band) + 1e-6F);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += band[i] * scale;
  }
  for (float& value : mean) value /= static_cast<float>(bands.size());
  return mean;
}

/// A tenth of the variance that stretches of the band usually have.
float faint_of(const BarBand& band) {
  constexpr std::size_t stretch = 32;
  std::vector<float> variances;
  for (std::size_t i = 0; i + stretch <= band.size(); i += stretch / 2) {
    variances.push_back(variance_of(std::span(band).subspan(i, stretch)));
  }
  const auto middle = variances.begin() + static_cast<std::ptrdiff_t>(variances.size() / 2);
  std::ranges::nth_element(variances, middle);
  return 0.1F * *middle + 1e-6F;
}

BarBand slopes_of(const BarBand& band) {
  BarBand slopes(band.size(), 0.0F);
  for (std::size_t i = 2; i + 2 < band.size(); ++i) {
    slopes[i] = 2 * (band[i + 1] - band[i - 1]) + band[i + 2] - band[i - 2];
  }
  return slopes;
}

}  // namespace

BarLine::BarLine(std::vector<BarBand> bands) : bands_(std::move(bands)) {
  LAB_CHECK(!bands_.empty());
  for (const auto& band : bands_) {
    LAB_CHECK(band.size() == bands_.front().size() && band.size() >= samples_min);
    faint_.push_back(faint_of(band));
  }
  const std::size_t count = std::min(coarse_max, bands_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = bands_.size() * i / count;
    const std::size_t last = bands_.size() * (i + 1) / count;
    coarse_.push_back(mean_of(std::span(bands_).subspan(first, last - first)));
    coarse_faint_.push_back(faint_of(coarse_.back()));
  }
  mean_ = mean_of(bands_);
  mean_faint_ = faint_of(mean_);
  find_edges();
}

void BarLine::find_edges() {
  constexpr float weakest = 0.05F;             // of the strong ones
  constexpr float modules_per_element = 1.8F;  // Code 128: 11 modules, 6 elements
  constexpr std::size_t edges_min = 20;
  const BarBand slopes = slopes_of(mean_);
  std::vector<float> steepness(slopes.size());
  std::ranges::transform(slopes, steepness.begin(), [](float slope) { return std::abs(slope); });
  const auto strong = steepness.begin() + static_cast<std::ptrdiff_t>(steepness.size() * 9 / 10);
  std::ranges::nth_element(steepness, strong);
  const float threshold = weakest * *strong;
  for (std::size_t i = 1; i + 1 < slopes.size(); ++i) {
    const float sign = slopes[i] > 0 ? 1.0F : -1.0F;
    const float before = sign * slopes[i - 1];
    const float here = sign * slopes[i];
    const float after = sign * slopes[i + 1];
    if (here <= threshold || here < before || here <= after) continue;
    const float curve = before - 2 * here + after;
    const float shift = curve < 0 ? 0.5F * (before - after) / curve : 0.0F;
    edges_.push_back({.at = static_cast<float>(i) + shift, .into_bar = sign > 0});
  }
  if (edges_.size() < edges_min) return;
  std::vector<float> widths;
  for (std::size_t i = 1; i < edges_.size(); ++i) widths.push_back(edges_[i].at - edges_[i - 1].at);
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::ranges::nth_element(widths, middle);
  module_ = *middle / modules_per_element;
}

bool BarLine::is_quiet(float from, float to, float light, float dark) const {
  constexpr float mean_max = 0.35F;  // between light and dark
  constexpr float peak_max = 0.65F;
  const int first = std::max(0, static_cast<int>(std::ceil(from)));
  const int last = std::min(static_cast<int>(mean_.size()) - 1, static_cast<int>(to));
  if (static_cast<float>(last - first + 1) < 0.6F * (to - from)) return false;  // the picture ends before the zone does
  float sum = 0;
  for (int i = first; i <= last; ++i) {
    const float level = (mean_[static_cast<std::size_t>(i)] - light) / (dark - light);
    if (level > peak_max) return false;
    sum += level;
  }
  return sum <= mean_max * static_cast<float>(last - first + 1);
}

bool BarLine::begins_quietly(float begin, float end, float modules, float quiet_modules) const {
  const auto first = mean_.begin() + static_cast<std::ptrdiff_t>(std::max(0.0F, std::min(begin, end)));
  const auto last = mean_.begin() + static_cast<std::ptrdiff_t>(std::max(begin, end)) + 1;
  const auto [light, dark] = std::minmax_element(first, std::min(last, mean_.end()));
  if (*dark - *light < 1e-3F) return false;
  const float module = (end - begin) / modules;  // below 0 at the other end of a symbol
  const float near = begin - 0.8F * module;
  const float far = begin - quiet_modules * module;
  return is_quiet(std::min(near, far), std::max(near, far), *light, *dark);
}

bool BarLine::is_between_quiet_zones(const BarChain& chain, const BarSymbology& symbology) const {
  const BarPlace& first = chain.front();
  const BarPlace& last = chain.back();
  return begins_quietly(first.begin, first.end, symbology.steps.front().alphabet.modules(), symbology.quiet_modules) &&
         begins_quietly(last.end, last.begin, symbology.steps.back().alphabet.modules(), symbology.quiet_modules);
}

float BarLine::mean_gain(const BarAlphabet& alphabet, float begin, float end) const {
  std::array<float, BarAlphabet::size_max> all{};
  const auto gains = std::span(all).first(alphabet.size());
  alphabet.add_gains(mean_, begin, end, mean_faint_, gains);
  return *std::ranges::max_element(gains);
}

float BarLine::best_gain(const BarAlphabet& alphabet, float begin, float end) const {
  std::array<float, BarAlphabet::size_max> all{};
  const auto gains = std::span(all).first(alphabet.size());
  float weights = weight_spare * static_cast<float>(coarse_.size()) / static_cast<float>(bands_.size());
  for (std::size_t i = 0; i < coarse_.size(); ++i) {
    weights += alphabet.add_gains(coarse_[i], begin, end, coarse_faint_[i], gains);
  }
  return *std::ranges::max_element(gains) / weights;
}

/// Whether any chain can end: what has no end between quiet zones need not be looked through for characters.
bool BarLine::has_last_character(const BarSymbology& symbology) const {
  const BarAlphabet& last = symbology.steps.back().alphabet;
  const float modules = last.modules();
  for (std::size_t to = edges_.size(); to-- > 0;) {
    if (edges_[to].into_bar == last.ends_with_bar()) continue;
    for (std::size_t from = to; from-- > 0;) {
      const float module = (edges_[to].at - edges_[from].at) / modules;
      if (module > module_part * module_) break;
      if (module * module_part < module_ || edges_[from].into_bar != last.begins_with_bar()) continue;
      if (!begins_quietly(edges_[to].at, edges_[from].at, modules, symbology.quiet_modules)) continue;
      if (mean_gain(last, edges_[from].at, edges_[to].at) > gain_by_chance * modules + least_on_mean) return true;
    }
  }
  return false;
}

void BarLine::weigh(BarPlace& place, const BarAlphabet& alphabet) const {
  for (auto& half : place.halves) half.assign(alphabet.size(), 0.0F);
  float weights = weight_spare;
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    weights += alphabet.add_gains(bands_[i], place.begin, place.end, faint_[i], place.halves[i % 2]);
  }
  place.gains.resize(alphabet.size());
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    place.gains[i] = (place.halves[0][i] + place.halves[1][i]) / weights;
  }
  if (bands_.size() == 1) place.halves[1].clear();
}

/// Edges shift where a narrow bar stands beside a wide one, so the borders between the characters are moved to where
/// the characters on both sides gain most.
void BarLine::settle(BarChain& chain, const BarSymbology& symbology) const {
  const auto gain_of = [&](const BarPlace& place) {
    const auto& alphabet = symbology.steps[static_cast<std::size_t>(place.step)].alphabet;
    std::vector<float> gains(alphabet.size(), 0.0F);
    alphabet.add_gains(mean_, place.begin, place.end, mean_faint_, gains);
    return *std::ranges::max_element(gains);
  };
  for (const float part : {0.3F, 0.15F}) {
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
      BarPlace& left = chain[i];
      BarPlace& right = chain[i + 1];
      const float border = left.end;
      const float step =
          part * (left.end - left.begin) / symbology.steps[static_cast<std::size_t>(left.step)].alphabet.modules();
      float best = gain_of(left) + gain_of(right);
      float best_border = border;
      for (const float shift : {-step, step}) {
        left.end = right.begin = border + shift;
        const float gain = gain_of(left) + gain_of(right);
        if (gain > best) {
          best = gain;
          best_border = left.end;
        }
      }
      left.end = right.begin = best_border;
    }
  }
  for (BarPlace& place : chain) weigh(place, symbology.steps[static_cast<std::size_t>(place.step)].alphabet);
}

struct BarLine::Hypothesis {
  std::size_t edge = 0;  // where its last character ends
  int step = -1;         // of its last character; -1: no character yet
  int count = 0;         // of characters in this step
  float gain = 0;        // over what chance gives
  float module = 0;      // width, as its last characters suggest it
  int before = -1;       // the hypothesis that it continues
};

/// Dynamic programming over the edges, from left to right: at each edge the few best chains that end there.
class BarLine::Search {
 public:
  Search(const BarLine& line, const BarSymbology& symbology)
      : line_(line), symbology_(symbology), at_edge_(line.edges_.size()), known_(line.edges_.size()) {}

  std::vector<BarChain> chains() {
    for (std::size_t edge = 0; edge < line_.edges_.size() && spans_left_ > 0; ++edge) {
      if (line_.edges_[edge].into_bar) begin_at(edge);
      const auto here = at_edge_[edge];
      for (const int hypothesis : here) continue_from(hypothesis);
    }
    return best_of_the_ended();
  }

 private:
  struct Known {
    std::size_t to = 0;
    int step = 0;
    float gain = 0;
  };

  static constexpr std::size_t kept_at_an_edge = 6;
  static constexpr float lost = -6;             // gain below which a chain is given up
  static constexpr float stop_modules_min = 9;  // shorter guards are too short to be judged alone

  const BarAlphabet& alphabet(int step) const { return symbology_.steps[static_cast<std::size_t>(step)].alphabet; }

  bool is_last(int step) const { return step + 1 == static_cast<int>(symbology_.steps.size()); }

  float gain_between(std::size_t from, std::size_t to, int step) {
    for (const Known& known : known_[from]) {
      if (known.to == to && known.step == step) return known.gain;
    }
    --spans_left_;
    const float chance = gain_by_chance * alphabet(step).modules();
    const float begin = line_.edges_[from].at;
    const float end = line_.edges_[to].at;
    float gain = line_.mean_gain(alphabet(step), begin, end) - chance;
    if (gain > least_on_mean) gain = line_.best_gain(alphabet(step), begin, end) - chance;
    known_[from].push_back({to, step, gain});
    return gain;
  }

  void begin_at(std::size_t edge) {
    const float modules = alphabet(0).modules();
    const float from = line_.edges_[edge].at;
    for (std::size_t to = edge + 1; to < line_.edges_.size(); ++to) {
      const float module = (line_.edges_[to].at - from) / modules;
      if (module > module_part * line_.module_) break;
      if (module * module_part < line_.module_ || line_.edges_[to].into_bar == alphabet(0).ends_with_bar()) continue;
      if (!line_.begins_quietly(from, line_.edges_[to].at, modules, symbology_.quiet_modules)) continue;
      const float gain = gain_between(edge, to, 0);
      if (gain > 0) keep({.edge = to, .step = 0, .count = 1, .gain = gain, .module = module, .before = -1}, edge);
    }
  }

  void continue_from(int index) {
    const Hypothesis hypothesis = hypotheses_[static_cast<std::size_t>(index)];
    const BarStep& step = symbology_.steps[static_cast<std::size_t>(hypothesis.step)];
    if (hypothesis.count < step.count_max) extend(index, hypothesis.step, hypothesis.count + 1);
    if (hypothesis.count >= step.count_min && hypothesis.step + 1 < static_cast<int>(symbology_.steps.size())) {
      extend(index, hypothesis.step + 1, 1);
    }
  }

  void extend(int index, int step, int count) {
    const Hypothesis before = hypotheses_[static_cast<std::size_t>(index)];
    const float modules = alphabet(step).modules();
    const float from = line_.edges_[before.edge].at;
    const float tolerance = 0.12F + 0.6F / modules;  // a curved label, and edges that are half a module out
    for (std::size_t to = before.edge + 1; to < line_.edges_.size(); ++to) {
      const float module = (line_.edges_[to].at - from) / modules;
      if (module > (1 + tolerance) * before.module) break;
      if (module < before.module / (1 + tolerance) || line_.edges_[to].into_bar == alphabet(step).ends_with_bar())
        continue;
      const float stretched = std::log(module / before.module) / tolerance;
      const float own_gain = gain_between(before.edge, to, step);
      if (is_last(step) && modules >= stop_modules_min && own_gain <= 0) continue;
      const float gain = before.gain + own_gain - stretched * stretched;
      const float weight = std::min(0.5F, modules / 22);
      keep({.edge = to,
            .step = step,
            .count = count,
            .gain = gain,
            .module = before.module + weight * (module - before.module),
            .before = index},
           0);
    }
  }

  void keep(const Hypothesis& hypothesis, std::size_t start) {
    if (hypothesis.gain < lost) return;
    auto& here = at_edge_[hypothesis.edge];
    const auto gain = [&](int index) { return hypotheses_[static_cast<std::size_t>(index)].gain; };
    if (here.size() == kept_at_an_edge) {
      const auto worst = std::ranges::min_element(here, {}, gain);
      if (gain(*worst) >= hypothesis.gain) return;
      here.erase(worst);
    }
    here.push_back(static_cast<int>(hypotheses_.size()));
    hypotheses_.push_back(hypothesis);
    starts_.push_back(hypothesis.before < 0 ? start : starts_[static_cast<std::size_t>(hypothesis.before)]);
    if (is_last(hypothesis.step)) ended_.push_back(here.back());
  }

  BarChain chain_of(int index) const {
    BarChain chain;
    while (index >= 0) {
      const Hypothesis& hypothesis = hypotheses_[static_cast<std::size_t>(index)];
      const std::size_t from = hypothesis.before < 0 ? starts_[static_cast<std::size_t>(index)]
                                                     : hypotheses_[static_cast<std::size_t>(hypothesis.before)].edge;
      BarPlace place;
      place.step = hypothesis.step;
      place.begin = line_.edges_[from].at;
      place.end = line_.edges_[hypothesis.edge].at;
      chain.push_back(std::move(place));
      index = hypothesis.before;
    }
    std::ranges::reverse(chain);
    return chain;
  }

  std::vector<BarChain> best_of_the_ended() {
    std::ranges::sort(ended_, std::greater{},
                      [&](int index) { return hypotheses_[static_cast<std::size_t>(index)].gain; });
    std::vector<BarChain> best;
    for (const int index : ended_) {
      if (best.size() == chains_max) break;
      BarChain chain = chain_of(index);
      const bool apart = std::ranges::all_of(best, [&](const BarChain& other) {
        return chain.back().end <= other.front().begin || chain.front().begin >= other.back().end;
      });
      if (apart && line_.is_between_quiet_zones(chain, symbology_)) best.push_back(std::move(chain));
    }
    for (BarChain& chain : best) line_.settle(chain, symbology_);
    return best;
  }

  const BarLine& line_;
  const BarSymbology& symbology_;
  std::vector<Hypothesis> hypotheses_;
  std::vector<std::size_t> starts_;        // of each hypothesis, the edge where its first character begins
  std::vector<std::vector<int>> at_edge_;  // the hypotheses that end at each edge
  std::vector<std::vector<Known>> known_;  // gains already calculated, by the edge they begin at
  std::vector<int> ended_;
  int spans_left_ = 20'000;  // a symbol takes a few hundred; noise must not take seconds
};

std::vector<BarChain> BarLine::chains(const BarSymbology& symbology) const {
  if (module_ <= 0 || !has_last_character(symbology)) return {};
  return Search(*this, symbology).chains();
}

}  // namespace lab::codes
