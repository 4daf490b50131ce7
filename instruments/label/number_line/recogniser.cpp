#include "instruments/label/number_line/recogniser.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

/// Numbers between blanks, one after the other.
class Numbers {
 public:
  explicit Numbers(std::string_view line) : rest_(line) {}

  float next() {
    float value = 0;
    const auto* const end = rest_.data() + rest_.size();
    const auto [at, error] = std::from_chars(rest_.data(), end, value);
    LAB_CHECK(error == std::errc{});
    rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()));
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    return value;
  }
  int whole() { return static_cast<int>(next()); }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// sum += weight * in, for one row.
void add_row(float weight, const float* in, float* sum, int count) {
  for (int x = 0; x < count; ++x) sum[x] += weight * in[x];
}

}  // namespace

float* Recogniser::Planes::row(int channel, int y) {
  return values.data() + (static_cast<std::ptrdiff_t>(channel) * rows + y) * columns;
}

const float* Recogniser::Planes::row(int channel, int y) const {
  return values.data() + (static_cast<std::ptrdiff_t>(channel) * rows + y) * columns;
}

Recogniser::Recogniser(const std::vector<std::string_view>& lines) {
  for (auto line = lines.begin(); line != lines.end();) {
    Numbers head{*line++};
    Layer layer;
    layer.outputs = head.whole(), layer.inputs = head.whole();
    layer.height = head.whole(), layer.width = head.whole();
    layer.merge_rows = head.whole(), layer.merge_columns = head.whole();
    LAB_CHECK(head.at_end() && lines.end() - line >= layer.outputs);
    for (int output = 0; output < layer.outputs; ++output) {
      Numbers filter{*line++};
      layer.biases.push_back(filter.next());
      const float step = filter.next();
      for (int i = 0; i < layer.inputs * layer.height * layer.width; ++i) layer.weights.push_back(step * filter.next());
      LAB_CHECK(filter.at_end());
    }
    layers_.push_back(std::move(layer));
  }
  LAB_CHECK(!layers_.empty() && layers_.back().outputs == static_cast<int>(ColumnScores{}.size()));
}

Recogniser::Planes Recogniser::filtered(const Layer& layer, const Planes& in) {
  LAB_CHECK(in.channels == layer.inputs);
  // Filters of odd height see beyond the edge, where there is nothing; the others span all rows.
  const int rows_beyond = layer.height % 2 == 1 ? layer.height / 2 : 0;
  const int columns_beyond = layer.width / 2;
  Planes out{layer.outputs, in.rows + 2 * rows_beyond - layer.height + 1, in.columns, {}};
  out.values.resize(static_cast<std::size_t>(out.channels) * static_cast<std::size_t>(out.rows * out.columns));
  const float* weight = layer.weights.data();
  for (int output = 0; output < layer.outputs; ++output) {
    std::fill_n(out.row(output, 0), out.rows * out.columns, layer.biases[static_cast<std::size_t>(output)]);
    for (int input = 0; input < layer.inputs; ++input) {
      for (int dy = -rows_beyond; dy < layer.height - rows_beyond; ++dy) {
        for (int dx = -columns_beyond; dx < layer.width - columns_beyond; ++dx, ++weight) {
          const int first = std::max(0, -dx);
          const int count = in.columns - std::abs(dx);
          for (int y = std::max(0, -dy); y < std::min(out.rows, in.rows - dy) && count > 0; ++y) {
            add_row(*weight, in.row(input, y + dy) + first + dx, out.row(output, y) + first, count);
          }
        }
      }
    }
  }
  return out;
}

Recogniser::Planes Recogniser::merged(const Layer& layer, const Planes& in) {
  Planes out{in.channels, in.rows / layer.merge_rows, in.columns / layer.merge_columns, {}};
  out.values.resize(static_cast<std::size_t>(out.channels) * static_cast<std::size_t>(out.rows * out.columns));
  for (int channel = 0; channel < out.channels; ++channel) {
    for (int y = 0; y < out.rows; ++y) {
      float* const largest = out.row(channel, y);  // starts at 0: what is below it does not go on
      for (int dy = 0; dy < layer.merge_rows; ++dy) {
        const float* const from = in.row(channel, y * layer.merge_rows + dy);
        for (int x = 0; x < out.columns * layer.merge_columns; ++x) {
          largest[x / layer.merge_columns] = std::max(largest[x / layer.merge_columns], from[x]);
        }
      }
    }
  }
  return out;
}

LineScores Recogniser::look_at(const cv::Mat& strip) const {
  LAB_CHECK(strip.type() == CV_32F);
  Planes planes{1, strip.rows, strip.cols, {}};
  for (int y = 0; y < strip.rows; ++y)
    planes.values.insert(planes.values.end(), strip.ptr<float>(y), strip.ptr<float>(y) + strip.cols);
  for (const auto& layer : layers_) {
    planes = filtered(layer, planes);
    if (&layer != &layers_.back()) planes = merged(layer, planes);
  }
  LAB_CHECK(planes.rows == 1);
  LineScores line(static_cast<std::size_t>(planes.columns));
  for (std::size_t x = 0; x < line.size(); ++x) {
    for (std::size_t c = 0; c < line[x].size(); ++c) line[x][c] = planes.row(static_cast<int>(c), 0)[x];
    const float likeliest = *std::ranges::max_element(line[x]);
    for (auto& score : line[x]) score -= likeliest;
  }
  return line;
}

}  // namespace lab::label
