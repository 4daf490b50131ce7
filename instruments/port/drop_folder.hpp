#pragma once
// Watches a folder into which an instrument's software exports its result files.

#include <memory>
#include <string>

#include "instruments/port/capture.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

/// A file is delivered when its size and time have not changed for `stable_for`. Names that begin with "." or end in
/// ".tmp" or ".part" are still being written and are left alone. A file that has come to rest empty is told as trouble,
/// and read once something stands in it. The folder and its files are never changed. Each content is delivered once (by
/// SHA-256, not by name: a corrected export under the old name is new); after Done(false) it is delivered again after
/// `retry_after`. One file at a time is in the caller's hands.
class DropFolder {
 public:
  struct Options {
    std::string port_name;
    std::string instrument;
    std::string folder;
    Milliseconds poll{500};  // polling also works on network shares, where no change is announced
    Milliseconds stable_for{2000};
    Milliseconds retry_after{5000};
  };
  static constexpr std::size_t file_octets_max = std::size_t{256} << 20;  // no export of results is larger
  static constexpr std::size_t remembered_max = 100'000;                  // contents; the store knows the older ones

  /// Not found when the folder does not exist.
  static Result<std::unique_ptr<DropFolder>> open(boost::asio::io_context& io, Options options, OnCapture on_capture,
                                                  OnTrouble on_trouble);
  ~DropFolder();
  DropFolder(const DropFolder&) = delete;
  DropFolder& operator=(const DropFolder&) = delete;

 private:
  struct Impl;
  explicit DropFolder(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace lab::port
