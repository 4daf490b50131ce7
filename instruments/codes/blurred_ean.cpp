#include "instruments/codes/blurred_ean.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>
#include <vector>

#include "instruments/codes/band_alignment.hpp"
#include "instruments/codes/ean_choice.hpp"
#include "instruments/codes/ean_shapes.hpp"

namespace lab::codes {
namespace {

using Line = EanShapes::Line;

/// Radii in modules. Below the first, the reader of edges does better; above the last, digits look alike.
constexpr std::array blurs{0.5, 0.7, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4, 2.7, 3.0};
constexpr std::size_t first_blur = 4;

const std::vector<EanShapes>& shapes() {
  static const auto made = [] {
    std::vector<EanShapes> all;
    all.reserve(blurs.size());
    for (const double blur : blurs) all.emplace_back(blur);
    return all;
  }();
  return made;
}

/// Where a sample of a line lies along the symbol, from -1 to 1 at its ends.
double along(std::size_t sample) {
  return (2 * static_cast<double>(sample) + 1) / static_cast<double>(EanShapes::samples) - 1;
}

/// Light and ink along the symbol: darkness seen is offset + gain * darkness drawn, both changing evenly.
struct Light {
  std::array<double, 4> terms{};  // offset, its slope, gain, its slope

  [[nodiscard]] double offset(double place) const { return terms[0] + terms[1] * place; }
  [[nodiscard]] double gain(double place) const { return terms[2] + terms[3] * place; }
};

/// Where the symbol is supposed to be, and how blurred.
struct Pose {
  double begin = 0;
  double end = 0;
  double bow = 0;  // how far the middle is off, in modules: perspective
  std::size_t blur = first_blur;

  [[nodiscard]] double module() const { return (end - begin) / EanShapes::symbol_modules; }
  [[nodiscard]] double at(double modules) const {
    const double part = modules / EanShapes::symbol_modules;
    return begin + module() * (modules + 4 * bow * part * (1 - part));
  }
};

struct Fit {
  Pose pose;
  Light light;
  EanDigits digits{};
  double error = std::numeric_limits<double>::max();  // squared, of the share of the variance
};

Line sampled(const BarBand& band, const Pose& pose) {
  Line line{};
  for (std::size_t i = 0; i < line.size(); ++i) {
    const double modules = (static_cast<double>(i) + 0.5) / EanShapes::samples_per_module - EanShapes::paper_modules;
    const double at = std::clamp(pose.at(modules), 0.0, static_cast<double>(band.size() - 1));
    const auto left = std::min(static_cast<std::size_t>(at), band.size() - 2);
    const auto part = static_cast<float>(at - static_cast<double>(left));
    line[i] = (1 - part) * band[left] + part * band[left + 1];
  }
  return line;
}

/// Half of a symbol's modules are dark, so its mean lies in the middle between paper and ink.
Light first_light(const Line& line) {
  constexpr std::size_t paper = 5;  // samples at either end that little ink is mixed into
  constexpr std::size_t symbol = EanShapes::samples_per_module * EanShapes::paper_modules;
  const auto mean = [&](std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += line[i];
    return sum / static_cast<double>(to - from);
  };
  const std::size_t half = line.size() / 2;
  const double left = mean(0, paper);
  const double right = mean(line.size() - paper, line.size());
  const double left_grey = mean(symbol, half);
  const double right_grey = mean(half, line.size() - symbol);
  const double slope = right_grey - left_grey;  // from a quarter to three quarters
  Light light;
  light.terms[0] = (left_grey + right_grey) / 2;
  light.terms[1] = slope;
  light.terms[2] = light.terms[0] - (left + right) / 2;
  light.terms[3] = slope - (right - left) / 2;
  return light;
}

Line lit_evenly(const Line& line, const Light& light) {
  Line out{};
  for (std::size_t i = 0; i < line.size(); ++i) {
    const double place = along(i);
    const double gain = std::max(light.gain(place), 0.2 * light.terms[2]);
    out[i] = static_cast<float>((line[i] - light.offset(place)) / gain);
  }
  return out;
}

/// Solves the normal equations of four unknowns by elimination; a small ridge keeps them regular.
std::array<double, 4> solved(std::array<std::array<double, 5>, 4> rows) {
  for (std::size_t i = 0; i < 4; ++i) {
    rows[i][i] += 1e-6;
    for (std::size_t below = i + 1; below < 4; ++below) {
      const double factor = rows[below][i] / rows[i][i];
      for (std::size_t column = i; column < 5; ++column) rows[below][column] -= factor * rows[i][column];
    }
  }
  std::array<double, 4> out{};
  for (std::size_t i = 4; i-- > 0;) {
    double rest = rows[i][4];
    for (std::size_t column = i + 1; column < 4; ++column) rest -= rows[i][column] * out[column];
    out[i] = rest / rows[i][i];
  }
  return out;
}

/// The light that explains best what was seen of the drawn line.
Light light_of(const Line& line, const Line& drawn) {
  std::array<std::array<double, 5>, 4> rows{};
  for (std::size_t i = 0; i < line.size(); ++i) {
    const double place = along(i);
    const std::array<double, 5> terms{1, place, drawn[i], place * drawn[i], line[i]};
    for (std::size_t row = 0; row < 4; ++row) {
      for (std::size_t column = 0; column < 5; ++column) rows[row][column] += terms[row] * terms[column];
    }
  }
  return {.terms = solved(rows)};
}

double squared_error(const Line& line, const Line& drawn, const Light& light) {
  double sum = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const double place = along(i);
    const double off = line[i] - light.offset(place) - light.gain(place) * drawn[i];
    sum += off * off;
  }
  return sum;
}

/// About the mean.
double variance_of(const Line& line) {
  double sum = 0;
  double squares = 0;
  for (const float value : line) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  return std::max(squares - sum * sum / static_cast<double>(line.size()), 1e-9);
}

/// The likeliest digits at a pose, whatever they spell. `light`: as it is supposed to be.
Fit fitted(const BarBand& band, const Pose& pose, const Light& light) {
  const EanShapes& shape = shapes()[pose.blur];
  const Line line = sampled(band, pose);
  Fit fit{.pose = pose, .light = light};
  fit.digits = likeliest_digits(shape.errors(lit_evenly(line, light)));
  const Line drawn = shape.drawn(fit.digits);
  fit.light = light_of(line, drawn);
  // Ink is darker than paper.
  if (fit.light.gain(-1) <= 0 || fit.light.gain(1) <= 0) return fit;
  fit.error = squared_error(line, drawn, fit.light) / variance_of(line);
  return fit;
}

/// The same with digits that are known: how well they fit there.
Fit placed(const BarBand& band, const Pose& pose, const EanDigits& digits) {
  const Line line = sampled(band, pose);
  const Line drawn = shapes()[pose.blur].drawn(digits);
  Fit fit{.pose = pose, .light = light_of(line, drawn), .digits = digits};
  fit.error = squared_error(line, drawn, fit.light) / variance_of(line);
  return fit;
}

std::vector<Pose> neighbours_of(const Pose& pose, double step) {
  const double pixels = step * pose.module();
  std::vector<Pose> all(8, pose);
  all[0].begin -= pixels;
  all[1].begin += pixels;
  all[2].end -= pixels;
  all[3].end += pixels;
  all[4].bow -= step;
  all[5].bow += step;
  all[6].blur = pose.blur == 0 ? 0 : pose.blur - 1;
  all[7].blur = std::min(pose.blur + 1, blurs.size() - 1);
  return all;
}

/// How a pose is moved: by each of the steps, in modules, so many times at most.
struct Moves {
  std::span<const double> steps;
  int rounds_max = 6;
};
constexpr std::array all_steps{0.8, 0.4, 0.2, 0.1};
constexpr Moves few_moves{.steps = std::span(all_steps).first(2), .rounds_max = 2};
constexpr Moves all_moves{.steps = all_steps};

/// Moved to where `look` says that it fits best.
template <typename Look>
Fit settled(Fit best, const Moves& moves, Look look) {
  for (const double step : moves.steps) {
    for (int round = 0; round < moves.rounds_max; ++round) {
      const Fit before = best;
      for (const Pose& pose : neighbours_of(before.pose, step)) {
        const Fit fit = look(pose, best);
        if (fit.error < best.error) best = fit;
      }
      if (best.error >= before.error) break;
    }
  }
  return best;
}

/// Places where paper ends and a symbol may begin, the clearest first. `window`: samples on either side that are
/// compared.
std::vector<double> beginnings(const BarBand& band, std::size_t window) {
  constexpr std::size_t count_max = 6;
  struct Step {
    std::size_t at = 0;
    double height = 0;
  };
  std::vector<double> sums(1, 0.0);
  for (const float value : band) sums.push_back(sums.back() + value);
  const auto mean = [&](std::size_t from, std::size_t to) {
    return (sums[to] - sums[from]) / static_cast<double>(to - from);
  };
  std::vector<double> heights(band.size(), 0.0);
  for (std::size_t i = window; i + window <= band.size(); ++i) heights[i] = mean(i, i + window) - mean(i - window, i);
  std::vector<Step> steps;
  for (std::size_t i = window; i + window < band.size(); ++i) {
    const auto from = heights.begin() + static_cast<std::ptrdiff_t>(i - window / 2);
    const auto to = heights.begin() + static_cast<std::ptrdiff_t>(i + window / 2 + 1);
    if (heights[i] > 0 && heights[i] >= *std::max_element(from, to)) steps.push_back({.at = i, .height = heights[i]});
  }
  std::ranges::sort(steps, std::greater{}, &Step::height);
  if (steps.size() > count_max) steps.resize(count_max);
  std::vector<double> places;
  places.reserve(steps.size());
  for (const Step& step : steps) places.push_back(static_cast<double>(step.at));
  return places;
}

/// Of strips whose bars lean.
BarBand mean_of(std::span<const BarBand> strips) {
  std::vector<BarBand> straight(strips.begin(), strips.end());
  align_bands(straight);
  BarBand mean(strips.front().size(), 0.0F);
  for (const BarBand& strip : straight) {
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += strip[i] / static_cast<float>(strips.size());
  }
  return mean;
}

/// A symbol that a mean of some strips shows.
struct Seen {
  std::span<const BarBand> strips;
  std::size_t middle = 0;  // of the strips of the mean
  BarBand band;
  Fit fit;

  void settle(const Moves& moves) {
    fit = settled(fit, moves, [&](const Pose& pose, const Fit& by) { return fitted(band, pose, by.light); });
  }
};

void keep_best(std::vector<Seen>& seen, std::size_t count) {
  std::ranges::sort(seen, {}, [](const Seen& one) { return one.fit.error; });
  if (seen.size() > count) seen.resize(count);
}

/// As if it stood between paper and paper, wherever that is.
void add_first_fits(std::span<const BarBand> strips, std::size_t from, std::size_t count, std::vector<Seen>& seen) {
  constexpr double least_part = 0.3;  // of the band: regions are hardly ever larger
  const BarBand band = mean_of(strips.subspan(from, count));
  const std::size_t window = std::max<std::size_t>(6, band.size() / 24);
  const BarBand backwards(band.rbegin(), band.rend());
  const auto size = static_cast<double>(band.size());
  for (const double begin : beginnings(band, window)) {
    for (const double from_behind : beginnings(backwards, window)) {
      const double end = size - from_behind;
      if (end - begin < std::max(least_part * size, 2.0 * EanShapes::symbol_modules)) continue;
      const Pose pose{.begin = begin, .end = end};
      const Fit fit = fitted(band, pose, first_light(sampled(band, pose)));
      if (fit.error < 1) seen.push_back({.strips = strips, .middle = from + count / 2, .band = band, .fit = fit});
    }
  }
}

/// Where there may be a symbol.
void add_seen(std::span<const BarBand> strips, std::vector<Seen>& all) {
  constexpr std::size_t looked_at_max = 20;
  std::vector<Seen> seen;
  for (const std::size_t parts : {3, 2}) {
    const std::size_t height = strips.size() / parts;
    for (std::size_t from = 0; from + height <= strips.size(); from += std::max<std::size_t>(1, height / 2)) {
      add_first_fits(strips, from, height, seen);
    }
  }
  keep_best(seen, looked_at_max);
  for (Seen& one : seen) one.settle(few_moves);
  std::ranges::move(seen, std::back_inserter(all));
}

/// The lines of those strips that show the symbol, each at its own place: bars lean, so each is looked for where the
/// strip beside it had it.
std::vector<Line> lines_of(const Seen& whole) {
  constexpr double error_max = 0.35;
  const auto strips = whole.strips;
  std::vector<std::optional<Line>> lines(strips.size());
  const auto follow = [&](std::size_t strip, Pose& pose) {
    const auto look = [&](const Pose& tried, const Fit&) { return placed(strips[strip], tried, whole.fit.digits); };
    const Fit fit = settled(look(pose, whole.fit), all_moves, look);
    if (fit.error > error_max) return;
    pose = fit.pose;
    lines[strip] = sampled(strips[strip], fit.pose);
  };
  Pose pose = whole.fit.pose;
  for (std::size_t strip = whole.middle; strip < strips.size(); ++strip) follow(strip, pose);
  pose = whole.fit.pose;
  for (std::size_t strip = whole.middle; strip-- > 0;) follow(strip, pose);
  std::vector<Line> shown;
  for (const auto& line : lines) {
    if (line) shown.push_back(*line);
  }
  return shown;
}

/// `text`: empty, or what it says.
std::optional<BlurredEan::Half> half_of(std::span<const Line> lines, const Fit& whole, std::string& text) {
  Line line{};
  for (const Line& one : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) line[i] += one[i] / static_cast<float>(lines.size());
  }
  const EanShapes& shape = shapes()[whole.pose.blur];
  const Light light = light_of(line, shape.drawn(whole.digits));
  const auto errors = shape.errors(lit_evenly(line, light));
  const auto texts = likeliest_texts(errors);
  if (texts.size() < 2 || (!text.empty() && text != texts[0].text)) return std::nullopt;
  text = texts[0].text;
  const double best = squared_error(line, shape.drawn(texts[0].digits), light);
  const double next = squared_error(line, shape.drawn(texts[1].digits), light);
  return BlurredEan::Half{.unexplained = best / variance_of(line),
                          .margin = (next - best) / (best / static_cast<double>(line.size())),
                          .is_likeliest = texts[0].digits == likeliest_digits(errors)};
}

std::optional<BlurredEan> reading_of(const Seen& whole) {
  const auto lines = lines_of(whole);
  if (lines.size() < 2) return std::nullopt;
  const std::span all(lines);
  BlurredEan reading;
  const auto upper = half_of(all.first(lines.size() / 2), whole.fit, reading.text);
  if (!upper) return std::nullopt;
  const auto lower = half_of(all.subspan(lines.size() / 2), whole.fit, reading.text);
  if (!lower) return std::nullopt;
  reading.halves = {*upper, *lower};
  return reading;
}

}  // namespace

std::optional<BlurredEan> blurred_ean13(const std::vector<BarBand>& strips) {
  constexpr std::size_t strips_min = 4;
  constexpr std::size_t settled_max = 5;
  constexpr double error_max = 0.1;         // of a symbol, 0.09 at most
  constexpr double coarse_error_max = 0.2;  // 0.07 at most, before it was moved to where it fits
  if (strips.size() < strips_min || strips.front().size() < 2 * EanShapes::symbol_modules) return std::nullopt;
  std::vector<BarBand> backwards;
  backwards.reserve(strips.size());
  for (const BarBand& strip : strips) backwards.emplace_back(strip.rbegin(), strip.rend());
  std::vector<Seen> seen;
  add_seen(strips, seen);
  add_seen(backwards, seen);
  keep_best(seen, settled_max);
  std::optional<BlurredEan> reading;
  for (Seen& one : seen) {
    if (one.fit.error > coarse_error_max) break;
    one.settle(all_moves);
    if (one.fit.error > error_max) continue;
    auto said = reading_of(one);
    if (said && (!reading || said->least_margin() > reading->least_margin())) reading = std::move(said);
  }
  return reading;
}

}  // namespace lab::codes
