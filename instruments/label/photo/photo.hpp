#pragma once
// Pictures of labels as a phone would take them, for the demo and for tests: the label lies turned and tilted on a
// bench under uneven light, the camera is not quite still and not quite sharp, the file is a JPEG.
// Shares no code with the reader, so that both cannot be wrong in the same way.

#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

struct PhotoOptions {
  std::uint64_t seed = 1;  // the same seed and severity give the same bytes
  int severity = 1;        // 0 a careful picture, 1 an ordinary one, 2 a hasty one, 3 a bad one
  int width = 960;         // pixels of the photo, 64..4096
  int height = 720;
};

/// Malformed when `label_png` is not a picture.
Result<Bytes> photograph(BytesView label_png, const PhotoOptions& options);

}  // namespace lab::label
