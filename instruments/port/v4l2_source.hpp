#pragma once
// A camera at a Video4Linux device (/dev/video0) that gives Motion JPEG: each frame is a JPEG file, and nothing here
// decodes it.

#include <memory>
#include <string>

#include "instruments/port/frame_source.hpp"

namespace lab::port {

/// 1280x720 or what the camera has nearest: labels are read well from 2 pixels a module on, and 10 frames a second of
/// that size are no load. Four buffers: the driver always has one to fill.
std::unique_ptr<FrameSource> v4l2_source(std::string device);

}  // namespace lab::port
