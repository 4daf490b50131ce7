#pragma once
// Watches a folder into which an instrument's software exports its result files.

#include <functional>
#include <memory>
#include <string>

#include "instruments/port/capture.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

/// A file is delivered when its size and time have not changed for `stable_for` and, where that can be told
/// (open_writer.hpp), no program has it open for writing; one that stays open is told as trouble after
/// `tell_open_after`. Left alone, however they are written, large or small: names that begin with "." or "~$" or end in
/// ".tmp" or ".part", which are still being written, and the Thumbs.db and desktop.ini of Windows. A file that has come
/// to rest empty is told as trouble, and read once something stands in it. The folder and its files are never changed.
/// Each content is delivered once (by SHA-256, not by name: a corrected export under the old name is new), also over
/// starts of the program when `is_known` remembers; after Done(false) it is delivered again after `retry_after`. One
/// file at a time is in the caller's hands.
class DropFolder {
 public:
  struct Options {
    std::string port_name;
    std::string instrument;
    std::string folder;
    Milliseconds poll{500};  // polling also works on network shares, where no change is announced
    Milliseconds stable_for{2000};
    Milliseconds retry_after{5000};
    Milliseconds tell_open_after{60'000};
    /// Whether a content was delivered to an earlier start of the program. On the loop's thread.
    std::function<bool(const Hash& content)> is_known{};
  };
  /// Read in one go of the loop while all of it turns out to be known: at a start the files of years are.
  static constexpr std::size_t octets_per_scan_max = std::size_t{16} << 20;
  static constexpr std::size_t file_octets_max = std::size_t{256} << 20;  // no export of results is larger
  static constexpr std::size_t remembered_max = 100'000;                  // contents; the caller knows the older ones

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
