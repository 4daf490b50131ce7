#pragma once
// What every engine needs: grey values and the time.

#include <ctime>
#include <opencv2/imgcodecs.hpp>

#include "protocol/base/bytes.hpp"

namespace lab::bench {

/// Of the processor, so that what else the machine does is not measured.
inline double milliseconds_used() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return 1e3 * static_cast<double>(used.tv_sec) + 1e-6 * static_cast<double>(used.tv_nsec);
}

inline cv::Mat decoded(BytesView file) {
  const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8UC1, const_cast<char*>(file.data()));
  return cv::imdecode(bytes, cv::IMREAD_GRAYSCALE);
}

}  // namespace lab::bench
