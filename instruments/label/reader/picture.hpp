#pragma once
// For the folders that look at pictures: speaks OpenCV.

#include <opencv2/core.hpp>

#include "instruments/label/header.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

struct Picture {
  cv::Mat grey;  // 8 bit, upright
  bool reduced = false;
};

/// Decodes a file that passed check_image to grey values, upright as its EXIF data says, reduced by 2, 4 or 8 when it
/// has more pixels than the decoders need. Malformed when the image library refuses it.
Result<Picture> load_picture(BytesView file, const ImageHeader& header);

}  // namespace lab::label
