#include "instruments/port/camera.hpp"

#include <utility>

#include "protocol/base/clock.hpp"

namespace lab::port {

Camera::Camera(std::unique_ptr<FrameSource> source, Options options) : source_(std::move(source)), options_(options) {
  thread_ = std::jthread([this](const std::stop_token& stop) { look(stop); });
}

Camera::~Camera() = default;

void Camera::look(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto opened = source_->open(); !opened) {
      say(opened.error().message);
      rest(stop);
      continue;
    }
    while (!stop.stop_requested()) {
      auto frame = source_->next(options_.frame_patience);
      if (!frame) {
        say(frame.error().message);
        break;
      }
      keep(*std::move(frame));
    }
    source_->close();
    if (!stop.stop_requested() && !trouble().empty()) rest(stop);
  }
}

void Camera::keep(Frame frame) {
  if (frame.jpeg.empty()) return;
  {
    const std::lock_guard lock{mutex_};
    newest_ = std::move(frame);
    trouble_.clear();
  }
  changed_.notify_all();
}

void Camera::say(const std::string& what) {
  const std::lock_guard lock{mutex_};
  newest_.reset();
  trouble_ = what;
}

void Camera::rest(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, stop, options_.reopen_after, [] { return false; });
}

Result<Frame> Camera::shot(Milliseconds patience) {
  const UtcTime asked = monotonic_clock();
  std::unique_lock lock{mutex_};
  const bool came = changed_.wait_for(lock, patience, [&] { return newest_ && newest_->taken >= asked; });
  if (came) return *newest_;
  return fail(ErrorCode::unavailable,
              trouble_.empty() ? std::string{"相机没有给出新的照片，请稍后再试"} : "相机不可用：" + trouble_);
}

std::string Camera::trouble() const {
  const std::lock_guard lock{mutex_};
  return trouble_;
}

}  // namespace lab::port
