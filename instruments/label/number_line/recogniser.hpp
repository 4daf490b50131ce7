#pragma once
// Internal to this folder: speaks OpenCV. A small convolutional network that says what each column of a strip shows.
// It learnt letters and digits from drawings in two dozen fonts, worn as photographs wear them (training/).

#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

#include "instruments/label/number_line/column_scores.hpp"

namespace lab::label {

class Recogniser {
 public:
  /// What training/export.py wrote, a line each. Precondition: it did; the lines are part of the program.
  explicit Recogniser(const std::vector<std::string_view>& lines);

  /// One column of scores for every two pixels. Takes about 30,000 multiplications a pixel column.
  /// Precondition: a strip as strip_of gives it.
  [[nodiscard]] LineScores look_at(const cv::Mat& strip) const;

 private:
  struct Layer {
    int outputs = 0, inputs = 0, height = 0, width = 0;  // of its filters
    int merge_rows = 1, merge_columns = 1;               // of which the largest value goes on
    std::vector<float> weights;                          // [output][input][row][column]
    std::vector<float> biases;
  };
  /// Values by channel, row and column.
  struct Planes {
    int channels = 0, rows = 0, columns = 0;
    std::vector<float> values;
    float* row(int channel, int y);
    [[nodiscard]] const float* row(int channel, int y) const;
  };
  static Planes filtered(const Layer& layer, const Planes& in);
  static Planes merged(const Layer& layer, const Planes& in);

  std::vector<Layer> layers_;
};

/// The lines that come with the program.
std::vector<std::string_view> built_in_recogniser();

}  // namespace lab::label
