#pragma once
// A camera over the reception desk: keeps looking, so that a picture can be had at once, and never an old one.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "instruments/port/frame_source.hpp"

namespace lab::port {

/// Thread-safe. A thread of its own takes every frame off the camera and keeps the newest; a camera that is unplugged
/// is opened again when it is back.
class Camera {
 public:
  struct Options {
    Milliseconds frame_patience{2'000};  // cameras need a second for their first picture in dim light
    Milliseconds reopen_after{2'000};
  };

  /// Starts to look; whether there is a camera is found out then.
  Camera(std::unique_ptr<FrameSource> source, Options options);
  ~Camera();
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  /// A picture taken after this call. Unavailable, with a sentence for the bench, when none has come within `patience`.
  [[nodiscard]] Result<Frame> shot(Milliseconds patience);

  /// What ails the camera now; empty when it gives pictures.
  [[nodiscard]] std::string trouble() const;

 private:
  void look(const std::stop_token& stop);
  void keep(Frame frame);
  void say(const std::string& what);
  void rest(const std::stop_token& stop);

  std::unique_ptr<FrameSource> source_;
  Options options_;
  mutable std::mutex mutex_;  // guards newest_ and trouble_
  std::condition_variable_any changed_;
  std::optional<Frame> newest_;
  std::string trouble_ = "相机尚未打开";
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace lab::port
