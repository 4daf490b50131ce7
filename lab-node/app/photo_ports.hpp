#pragma once
// Folders into which phones put pictures of labels, and cameras over the desk. A picture from a folder that can be
// taken in is, any other waits in the tray; a camera looks when a person asks it to.

#include <memory>
#include <string>
#include <vector>

#include "instruments/label/worker.hpp"
#include "lab-node/app/port_board.hpp"
#include "lab-node/app/ports.hpp"

namespace lab::port {
class FrameSource;
}

namespace lab::node::app {

/// "/dev/video0=reception"; without a name it is the device's own.
struct CameraOption {
  std::string device;
  std::string name;
};
CameraOption parse_camera(const std::string& text);

class PhotoPorts {
 public:
  static constexpr Milliseconds shot_patience{4'000};  // an HTTP thread waits so long; the label worker has as much

  struct Surroundings {
    boost::asio::io_context& io;
    const journal::Store& store;
    const journal::Blobs& blobs;
    const service::People& people;
    label::Worker& labels;
    desk::Post post;
  };

  /// Where the pictures of a camera come from; tests give another one.
  using MakeSource = std::function<std::unique_ptr<port::FrameSource>(const std::string& device)>;
  static MakeSource video_devices();

  /// Each option is a folder, the device that fills it, and who answers for it. Not found when a folder or the person
  /// is not there.
  static Result<std::unique_ptr<PhotoPorts>> open(Surroundings surroundings, const std::vector<PortOption>& folders);
  /// Begins to look through a camera; one that is not there is waited for.
  void add_camera(const CameraOption& option, const MakeSource& make_source);
  /// On the loop's thread, or after it has ended; waits for the picture that is being read.
  ~PhotoPorts();
  PhotoPorts(const PhotoPorts&) = delete;
  PhotoPorts& operator=(const PhotoPorts&) = delete;

  /// From any thread.
  [[nodiscard]] std::vector<desk::PortStatus> status() const;
  /// A picture taken now, from any thread; blocks for up to shot_patience. Not found for a camera there is none of,
  /// unavailable with a sentence for the bench when it gives none.
  [[nodiscard]] Result<Bytes> shoot(const std::string& camera) const;

 private:
  struct Open;
  explicit PhotoPorts(Surroundings surroundings);
  Result<void> open_folder(PortOption option);
  void take(const PortOption& option, port::Capture capture, port::Done done);
  void read(const PortOption& option, const port::Capture& capture, const port::Done& done);
  void decide(const PortOption& option, const std::string& from, const reception::Label& label, const port::Done& done);

  Surroundings around_;
  std::unique_ptr<Open> open_;
  PortBoard board_;
};

}  // namespace lab::node::app
