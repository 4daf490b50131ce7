#pragma once
// Listens for analysers and information systems that send HL7 v2 over MLLP.

#include <cstdint>
#include <memory>
#include <string>

#include "instruments/port/capture.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

/// Every message is delivered with its frame, also one that holds no result, so that nothing that was sent is lost, and
/// with what was read in it; it is acknowledged only when its Done has been called. Answers go out in the order of the
/// messages on their connection.
///   AA (CA)  durable, and its results were read
///   AE       durable, but no result could be read; or (CE) not durable: the message must come again
///   AR (CR)  over the limit of a message, or not HL7
/// A message whose connection has ended is not answered; its sender repeats it, and the store knows its octets.
class MllpServer {
 public:
  struct Options {
    std::string port_name;
    std::string instrument;  // empty: the peer's address
    std::string address = "0.0.0.0";
    std::uint16_t tcp_port = 0;  // 0: any free one
    std::size_t message_octets = std::size_t{16} << 20;
  };
  /// Messages of one connection in the caller's hands. More are not read from the socket, so the sender waits.
  static constexpr std::size_t messages_in_hand_max = 256;

  /// Starts listening. Unavailable when the address cannot be bound; the message says which.
  static Result<std::unique_ptr<MllpServer>> open(boost::asio::io_context& io, const Options& options,
                                                  const OnCapture& on_capture, const OnTrouble& on_trouble);
  /// Stops listening and closes all connections; what was not acknowledged will be sent again.
  ~MllpServer();
  MllpServer(const MllpServer&) = delete;
  MllpServer& operator=(const MllpServer&) = delete;

  [[nodiscard]] std::uint16_t tcp_port() const;

 private:
  struct Impl;
  explicit MllpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace lab::port
