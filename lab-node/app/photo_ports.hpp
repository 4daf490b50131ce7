#pragma once
// Folders into which phones and cameras put pictures of labels. A picture that can be taken in is; any other waits in
// the tray.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "instruments/label/worker.hpp"
#include "lab-node/app/ports.hpp"

namespace lab::node::app {

class PhotoPorts {
 public:
  struct Surroundings {
    boost::asio::io_context& io;
    const journal::Store& store;
    const journal::Blobs& blobs;
    const service::People& people;
    label::Worker& labels;
    desk::Post post;
  };

  /// Each option is a folder, the device that fills it, and who answers for it. Not found when a folder or the person
  /// is not there.
  static Result<std::unique_ptr<PhotoPorts>> open(Surroundings surroundings, const std::vector<PortOption>& folders);
  /// On the loop's thread, or after it has ended; waits for the picture that is being read.
  ~PhotoPorts();
  PhotoPorts(const PhotoPorts&) = delete;
  PhotoPorts& operator=(const PhotoPorts&) = delete;

  /// From any thread.
  [[nodiscard]] std::vector<desk::PortStatus> status() const;

 private:
  struct Open;
  explicit PhotoPorts(Surroundings surroundings);
  Result<void> open_folder(PortOption option);
  void take(const PortOption& option, port::Capture capture, port::Done done);
  void read(const PortOption& option, const port::Capture& capture, const port::Done& done);
  void decide(const PortOption& option, const std::string& from, const reception::Label& label, const port::Done& done);
  void trouble(const std::string& port, const std::string& what);

  Surroundings around_;
  std::unique_ptr<Open> open_;
  mutable std::mutex mutex_;  // guards status_
  std::vector<desk::PortStatus> status_;
};

}  // namespace lab::node::app
