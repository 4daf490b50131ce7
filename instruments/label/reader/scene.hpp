#pragma once
// Internal to this folder. The picture as the steps see it: what several of them need of it is found out once.

#include <chrono>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "instruments/label/reader/bar_regions.hpp"
#include "instruments/label/reader/evidence.hpp"

namespace lab::label {

/// When a step must have ended. Long loops ask between their rounds; what was found until then counts.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  /// Never.
  Deadline() = default;
  explicit Deadline(Clock::time_point at) : at_(at) {}

  [[nodiscard]] bool has_passed() const { return at_ && Clock::now() >= *at_; }

 private:
  std::optional<Clock::time_point> at_;
};

/// How much is tried. Beside a code that was read, only what an ordinary label needs: a label that needs more is better
/// photographed by itself.
enum class Effort { all, ordinary };

/// Not for several threads at once.
class Scene {
 public:
  Scene(cv::Mat grey, Deadline deadline) : grey_(std::move(grey)), deadline_(deadline) {}

  /// CV_8U. What was covered is paper.
  [[nodiscard]] const cv::Mat& grey() const { return grey_; }
  [[nodiscard]] const Deadline& deadline() const { return deadline_; }
  /// Where a symbol of modules may be, the likeliest first, and where bars: without what was covered.
  std::vector<cv::Rect> regions();
  std::vector<BarRegion> bar_regions();

  /// Covers a code that was read, so that further steps look at the rest of the picture. See Sighting::outline.
  void cover(const std::vector<Place>& outline);
  [[nodiscard]] Effort effort() const { return covered_.empty() ? Effort::all : Effort::ordinary; }

 private:
  [[nodiscard]] bool is_covered(cv::Point2f place) const;
  void find_regions();
  void cover_area(const std::vector<cv::Point>& outline);

  cv::Mat grey_;
  cv::Mat covered_;  // CV_8U, 255 where a code was; empty: nowhere
  Deadline deadline_;
  std::optional<std::vector<cv::Rect>> regions_;
  std::optional<std::vector<BarRegion>> bar_regions_;
};

}  // namespace lab::label
