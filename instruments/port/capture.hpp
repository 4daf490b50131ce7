#pragma once
// What every port delivers, and how it learns that it may tell the instrument so.
//
// All ports of a process run on one boost::asio::io_context that the caller owns and runs on one thread. Callbacks come
// on that thread, and what they hand out (Done) is called on it.

#include <functional>
#include <optional>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/reading.hpp"

namespace boost::asio {
class io_context;
}

namespace lab::port {

struct Capture {
  std::string port;        // the configured name of the port; of a folder, with "/" and the file's name behind it
  std::string instrument;  // the configured id of the instrument; the peer's address when there is none
  Bytes raw;
  UtcTime received;
  std::optional<model::Decoding> decoding{};  // from a port whose answer depends on what could be read
};

/// Call once, now or later: true when the capture is durable, false when it could not be stored. Only then does the
/// instrument get its answer. May outlive the port.
using Done = std::function<void(bool stored)>;

using OnCapture = std::function<void(Capture, Done)>;

/// Something a person should know about a port: a refused frame, a lost cable, a file that cannot be read.
using OnTrouble = std::function<void(const std::string& port, const std::string& what)>;

}  // namespace lab::port
