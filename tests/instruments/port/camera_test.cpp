// What is done with a camera, against one that does what the test says. No real camera has been tried.

#include "instruments/port/camera.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>

#include "instruments/port/v4l2_source.hpp"
#include "protocol/base/clock.hpp"

namespace lab::port {
namespace {

using namespace std::chrono_literals;

/// Plugged in or not; a frame comes when the test puts one in.
struct Bench {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Frame> frames;
  bool plugged = true;
  int opened = 0;
  int closed = 0;

  void change(const std::function<void(Bench&)>& how) {
    {
      const std::lock_guard lock{mutex};
      how(*this);
    }
    changed.notify_all();
  }
  void frame(const std::string& bytes, UtcTime taken) {
    change([&](Bench& bench) { bench.frames.push_back({.jpeg = bytes, .taken = taken}); });
  }
  int opens() {
    const std::lock_guard lock{mutex};
    return opened;
  }
};

class FakeSource : public FrameSource {
 public:
  explicit FakeSource(Bench& bench) : bench_(bench) {}
  Result<void> open() override {
    const std::lock_guard lock{bench_.mutex};
    if (!bench_.plugged) return fail(ErrorCode::unavailable, "没有接上");
    ++bench_.opened;
    return {};
  }
  Result<Frame> next(Milliseconds patience) override {
    std::unique_lock lock{bench_.mutex};
    const bool came =
        bench_.changed.wait_for(lock, patience, [&] { return !bench_.frames.empty() || !bench_.plugged; });
    if (!came || !bench_.plugged) return fail(ErrorCode::unavailable, bench_.plugged ? "没有送来图像" : "已断开");
    Frame frame = std::move(bench_.frames.front());
    bench_.frames.pop_front();
    return frame;
  }
  void close() override {
    const std::lock_guard lock{bench_.mutex};
    ++bench_.closed;
  }

 private:
  Bench& bench_;
};

bool soon(const std::function<bool()>& what) {
  for (int i = 0; i < 1'000; ++i) {
    if (what()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

struct Desk {
  Bench bench;
  Camera camera{std::make_unique<FakeSource>(bench), {.frame_patience = 300ms, .reopen_after = 10ms}};
};

TEST(Camera, GivesAPictureTakenAfterItWasAskedForAndNoneFromBefore) {
  Desk desk;
  const UtcTime before = monotonic_clock() - 1ms;
  desk.bench.frame("old", before);
  ASSERT_TRUE(soon([&] { return desk.camera.trouble().empty(); }));
  EXPECT_FALSE(desk.camera.shot(20ms).has_value());
  std::jthread later([&] {
    std::this_thread::sleep_for(30ms);
    desk.bench.frame("from the queue", before);  // the driver had kept it
    desk.bench.frame("new", monotonic_clock());
  });
  const auto shot = desk.camera.shot(5s);
  ASSERT_TRUE(shot.has_value());
  EXPECT_EQ(shot->jpeg, "new");
}

TEST(Camera, ADamagedFrameIsPassedOver) {
  Desk desk;
  std::jthread later([&] {
    std::this_thread::sleep_for(30ms);
    desk.bench.frame("", monotonic_clock());
    desk.bench.frame("whole", monotonic_clock());
  });
  EXPECT_EQ(desk.camera.shot(5s)->jpeg, "whole");
}

TEST(Camera, SaysWhyThereIsNoneAndIsBackWhenItIsPluggedInAgain) {
  Desk desk;
  desk.bench.frame("1", monotonic_clock());
  ASSERT_TRUE(soon([&] { return desk.camera.trouble().empty(); }));
  desk.bench.change([](Bench& bench) { bench.plugged = false; });
  ASSERT_TRUE(soon([&] { return desk.camera.trouble() == "没有接上"; }));
  const auto none = desk.camera.shot(10ms);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::unavailable);
  EXPECT_EQ(none.error().message, "相机不可用：没有接上");
  const int opened = desk.bench.opens();
  desk.bench.change([](Bench& bench) { bench.plugged = true; });
  ASSERT_TRUE(soon([&] { return desk.bench.opens() > opened; }));
  std::jthread later([&] {
    std::this_thread::sleep_for(30ms);
    desk.bench.frame("2", monotonic_clock());
  });
  EXPECT_EQ(desk.camera.shot(5s)->jpeg, "2");
}

TEST(Camera, OneThatFallsSilentIsClosedAndOpenedAnew) {
  Desk desk;
  ASSERT_TRUE(soon([&] { return desk.bench.opens() >= 2; }));  // no frame within its patience
  EXPECT_EQ(desk.camera.trouble(), "没有送来图像");
}

TEST(Camera, EndsAtOnceWhileItRests) {
  Bench bench;
  bench.plugged = false;
  const auto start = std::chrono::steady_clock::now();
  {
    const Camera camera{std::make_unique<FakeSource>(bench), {.reopen_after = 60s}};
    ASSERT_TRUE(soon([&] { return camera.trouble() == "没有接上"; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
}

TEST(V4l2Source, SaysWhatIsNoCamera) {
  EXPECT_EQ(v4l2_source("/dev/no-such-camera")->open().error().message, "相机 /dev/no-such-camera 没有接上");
  EXPECT_EQ(v4l2_source("/dev/null")->open().error().message, "相机 /dev/null 不是相机");
}

}  // namespace
}  // namespace lab::port
