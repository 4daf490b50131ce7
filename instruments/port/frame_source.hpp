#pragma once
// Where a camera's pictures come from: a device, or a test.

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::port {

struct Frame {
  Bytes jpeg;       // empty when the camera said that this frame was damaged
  UtcTime taken{};  // by monotonic_clock(): when the camera had it, not when somebody looked
};

/// One thread. Pictures are JPEG files, each whole.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  FrameSource() = default;
  FrameSource(const FrameSource&) = delete;
  FrameSource& operator=(const FrameSource&) = delete;

  /// Unavailable when there is no such camera, it is busy, or it gives no pictures we can use.
  virtual Result<void> open() = 0;
  /// The oldest frame that waits, or the next one. Unavailable when none comes in time or the camera is gone: then it
  /// is closed and opened anew. Precondition: open.
  virtual Result<Frame> next(Milliseconds patience) = 0;
  virtual void close() = 0;
};

}  // namespace lab::port
