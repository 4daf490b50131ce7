#pragma once
// Internal to this folder. The picture as the steps see it: what several of them need of it is found out once.

#include <chrono>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

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

/// Not for several threads at once.
class Scene {
 public:
  Scene(cv::Mat grey, Deadline deadline) : grey_(std::move(grey)), deadline_(deadline) {}

  /// CV_8U.
  [[nodiscard]] const cv::Mat& grey() const { return grey_; }
  [[nodiscard]] const Deadline& deadline() const { return deadline_; }
  /// Where a symbol of modules may be, the likeliest first.
  const std::vector<cv::Rect>& regions();

 private:
  cv::Mat grey_;
  Deadline deadline_;
  std::optional<std::vector<cv::Rect>> regions_;
};

}  // namespace lab::label
