#include "instruments/port/v4l2_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "protocol/base/clock.hpp"

namespace lab::port {
namespace {

constexpr std::uint32_t wanted_width = 1280;
constexpr std::uint32_t wanted_height = 720;
constexpr std::uint32_t buffer_count = 4;

int ask(int device, unsigned long what, void* with) {
  int answer = 0;
  do {
    answer = ::ioctl(device, what, with);
  } while (answer < 0 && errno == EINTR);
  return answer;
}

template <class Struct>
Struct of_capture() {
  Struct empty{};
  empty.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  return empty;
}

v4l2_buffer buffer_at(std::uint32_t index) {
  auto buffer = of_capture<v4l2_buffer>();
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.index = index;
  return buffer;
}

class V4l2Source : public FrameSource {
 public:
  explicit V4l2Source(std::string device) : name_(std::move(device)) {}
  ~V4l2Source() override { V4l2Source::close(); }

  Result<void> open() override {
    close();
    device_ = ::open(name_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device_ < 0) return gone(errno == ENOENT ? "没有接上" : "打不开");
    auto ready = set_up();
    if (!ready) close();
    return ready;
  }

  Result<Frame> next(Milliseconds patience) override {
    pollfd wait{.fd = device_, .events = POLLIN, .revents = 0};
    const int came = ::poll(&wait, 1, static_cast<int>(patience.count()));
    if (came == 0) return fail(ErrorCode::unavailable, fmt::format("相机 {} 没有送来图像", name_), name_);
    auto buffer = buffer_at(0);
    if (came < 0 || ask(device_, VIDIOC_DQBUF, &buffer) < 0) return tl::unexpected(gone("已断开").error());
    Frame frame{.jpeg = jpeg_in(buffer), .taken = taken_at(buffer)};
    if (ask(device_, VIDIOC_QBUF, &buffer) < 0) return tl::unexpected(gone("已断开").error());
    return frame;
  }

  void close() override {
    if (device_ < 0) return;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    ask(device_, VIDIOC_STREAMOFF, &type);
    for (Mapped& mapped : mapped_) {
      if (mapped.start != nullptr) ::munmap(mapped.start, mapped.octets);
      mapped = {};
    }
    ::close(device_);
    device_ = -1;
  }

 private:
  struct Mapped {
    void* start = nullptr;
    std::size_t octets = 0;
  };

  Result<void> gone(const char* how) const {
    return fail(ErrorCode::unavailable, fmt::format("相机 {} {}", name_, how), name_);
  }

  Result<void> set_up() {
    v4l2_capability can{};
    if (ask(device_, VIDIOC_QUERYCAP, &can) < 0) return gone("不是相机");
    const std::uint32_t abilities = (can.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? can.device_caps : can.capabilities;
    if ((abilities & V4L2_CAP_VIDEO_CAPTURE) == 0 || (abilities & V4L2_CAP_STREAMING) == 0) return gone("不能拍照");
    auto format = of_capture<v4l2_format>();
    format.fmt.pix.width = wanted_width;
    format.fmt.pix.height = wanted_height;
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_MJPEG;
    format.fmt.pix.field = V4L2_FIELD_ANY;
    if (ask(device_, VIDIOC_S_FMT, &format) < 0) return gone("正被别的程序使用");
    if (format.fmt.pix.pixelformat != V4L2_PIX_FMT_MJPEG) return gone("不支持 MJPG，不能使用");
    return map_buffers();
  }

  Result<void> map_buffers() {
    auto request = of_capture<v4l2_requestbuffers>();
    request.count = buffer_count;
    request.memory = V4L2_MEMORY_MMAP;
    if (ask(device_, VIDIOC_REQBUFS, &request) < 0 || request.count == 0) return gone("没有内存可用");
    for (std::uint32_t i = 0; i < request.count && i < buffer_count; ++i) {
      auto buffer = buffer_at(i);
      if (ask(device_, VIDIOC_QUERYBUF, &buffer) < 0) return gone("不回答");
      void* const start = ::mmap(nullptr, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, device_,
                                 static_cast<off_t>(buffer.m.offset));
      if (start == MAP_FAILED) return gone("没有内存可用");
      mapped_[i] = {.start = start, .octets = buffer.length};
      if (ask(device_, VIDIOC_QBUF, &buffer) < 0) return gone("不回答");
    }
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (ask(device_, VIDIOC_STREAMON, &type) < 0) return gone("不能开始拍照");
    return {};
  }

  // The driver says which buffer and how much of it: neither is believed beyond what was mapped.
  Bytes jpeg_in(const v4l2_buffer& buffer) const {
    const bool is_damaged = (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0;
    if (is_damaged || buffer.index >= mapped_.size() || buffer.bytesused > mapped_[buffer.index].octets) return {};
    return {static_cast<const char*>(mapped_[buffer.index].start), buffer.bytesused};
  }

  static UtcTime taken_at(const v4l2_buffer& buffer) {
    const bool is_monotonic = (buffer.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    // Old drivers give the time of day, which may jump. Somebody always waits for the next frame, so it is a new one.
    if (!is_monotonic) return monotonic_clock();
    return UtcTime{Milliseconds{std::int64_t{buffer.timestamp.tv_sec} * 1'000 + buffer.timestamp.tv_usec / 1'000}};
  }

  std::string name_;
  int device_ = -1;
  std::array<Mapped, buffer_count> mapped_{};
};

}  // namespace

std::unique_ptr<FrameSource> v4l2_source(std::string device) { return std::make_unique<V4l2Source>(std::move(device)); }

}  // namespace lab::port
