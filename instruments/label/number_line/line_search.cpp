#include "instruments/label/number_line/line_search.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "instruments/label/number_line/marks.hpp"
#include "instruments/label/number_line/strip.hpp"
#include "instruments/label/number_line/text_lines.hpp"

namespace lab::label {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t lines_max = 7;        // a label has half a dozen lines; both of its numbers are among the first
constexpr double first_pixels = 1'000'000;  // a label's number is 10 to 40 pixels high then
constexpr double second_pixels_max = 4'000'000;
// Of the paper's brightness. Ink in a dim or blurred picture is only a little darker than paper; where letters run
// together, the air between them is only a little brighter than ink.
constexpr double first_contrast = 0.13;
constexpr double second_contrast = 0.22;

/// `grey` with about as many pixels as wanted, at most twice as high and wide.
cv::Mat resized(const cv::Mat& grey, double pixels) {
  const double factor = std::min(2.0, std::sqrt(pixels / static_cast<double>(grey.total())));
  if (std::abs(factor - 1) < 0.1) return grey;
  cv::Mat out;
  cv::resize(grey, out, {}, factor, factor, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return out;
}

}  // namespace

std::vector<SeenNumber> numbers_in(const cv::Mat& grey, double contrast, const Recogniser& recogniser,
                                   std::string_view expected, Clock::time_point deadline) {
  auto lines = text_lines(dark_marks(grey, contrast), deadline);
  if (lines.size() > lines_max) lines.resize(lines_max);
  std::vector<SeenNumber> seen;
  std::optional<cv::Point2f> reading_direction;  // of the first number found: the lines of a label have one
  for (const auto& line : lines) {
    for (const auto direction : {Direction::along, Direction::against}) {
      const auto along = direction == Direction::along ? line.along : -line.along;
      if (reading_direction && reading_direction->dot(along) < 0) continue;
      if (Clock::now() >= deadline) return seen;
      const auto number = seen_in(recogniser.look_at(strip_of(grey, line, direction)), expected);
      if (!number) continue;
      seen.push_back(*number);
      reading_direction = along;
      break;
    }
  }
  return seen;
}

PrintedNumber printed_in(const cv::Mat& grey, const Recogniser& recogniser, std::string_view expected,
                         Clock::time_point deadline) {
  // Each look is judged alone: the same line seen twice is not two lines.
  const auto look = [&](const cv::Mat& picture, double contrast) {
    return judge_printed(numbers_in(picture, contrast, recogniser, expected, deadline), expected);
  };
  const bool is_large = static_cast<double>(grey.total()) > first_pixels;
  const auto plain = is_large ? resized(grey, first_pixels) : grey;
  auto printed = look(plain, first_contrast);
  if (!printed.text.empty() || Clock::now() >= deadline) return printed;
  cv::Mat smooth;
  cv::GaussianBlur(plain, smooth, {3, 3}, 0);
  printed = look(smooth, first_contrast);
  if (!printed.text.empty() || Clock::now() >= deadline) return printed;
  return look(is_large ? grey : resized(grey, second_pixels_max), second_contrast);
}

}  // namespace lab::label
