// A camera of the node, against one that the test stands in for. No real camera has been tried.

#include "lab-node/app/photo_ports.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <thread>

#include "instruments/port/frame_source.hpp"
#include "lab-node/desk/permissions.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::node::app {
namespace {

using namespace std::chrono_literals;

/// Ten pictures a second, as long as somebody looks.
class FakeCamera : public port::FrameSource {
 public:
  Result<void> open() override { return {}; }
  Result<port::Frame> next(Milliseconds) override {
    std::this_thread::sleep_for(10ms);
    return port::Frame{.jpeg = "a picture", .taken = monotonic_clock()};
  }
  void close() override {}
};

/// Never there.
class NoCamera : public port::FrameSource {
 public:
  Result<void> open() override { return fail(ErrorCode::unavailable, "没有接上"); }
  Result<port::Frame> next(Milliseconds) override { return fail(ErrorCode::unavailable, "没有接上"); }
  void close() override {}
};

struct Node {
  Node() { crypto::start(); }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("photo-ports-" + std::to_string(::getpid()));
  boost::asio::io_context io;
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  journal::Blobs blobs = journal::Blobs::open(folder).value();
  service::People people = service::People::load(folder / "people.json", desk::accounts).value();
  label::Worker labels{{.program = "none"}};
  std::unique_ptr<PhotoPorts> ports = PhotoPorts::open({.io = io,
                                                        .store = *store,
                                                        .blobs = blobs,
                                                        .people = people,
                                                        .labels = labels,
                                                        .post = [](const desk::Input&) { return true; }},
                                                       {})
                                          .value();

  ~Node() {
    ports.reset();
    std::filesystem::remove_all(folder);
  }
};

TEST(CameraOption, NamesTheCameraOrIsCalledAfterItsDevice) {
  EXPECT_EQ(parse_camera("/dev/video0=reception").device, "/dev/video0");
  EXPECT_EQ(parse_camera("/dev/video0=reception").name, "reception");
  EXPECT_EQ(parse_camera("/dev/video2").device, "/dev/video2");
  EXPECT_EQ(parse_camera("/dev/video2").name, "video2");
}

TEST(PhotoPorts, ACameraGivesAPictureWhenAskedAndItsTroubleIsShown) {
  Node node;
  node.ports->add_camera({.device = "/dev/video0", .name = "reception"},
                         [](const std::string&) { return std::make_unique<FakeCamera>(); });
  node.ports->add_camera({.device = "/dev/video1", .name = "store"},
                         [](const std::string&) { return std::make_unique<NoCamera>(); });
  EXPECT_EQ(node.ports->shoot("reception").value(), "a picture");
  EXPECT_EQ(node.ports->shoot("kitchen").error().code, ErrorCode::not_found);
  const auto none = node.ports->shoot("store");
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::unavailable);
  const auto status = node.ports->status();
  ASSERT_EQ(status.size(), 2u);
  EXPECT_EQ(status[0].kind, "camera");
  EXPECT_EQ(status[0].trouble, "");
  EXPECT_EQ(status[1].trouble, "没有接上");
}

}  // namespace
}  // namespace lab::node::app
