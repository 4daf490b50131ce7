#pragma once
// Listens for analysers that speak ASTM E1381 over TCP, themselves or through a serial-to-TCP box.

#include <cstdint>
#include <memory>
#include <string>

#include "instruments/port/astm_line.hpp"
#include "instruments/port/capture.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

class AstmServer {
 public:
  struct Options {
    std::string port_name;
    std::string instrument;  // empty: the peer's address
    std::string address = "0.0.0.0";
    std::uint16_t tcp_port = 0;  // 0: any free one
    bool seven_bits = false;     // as of AstmLine, for an instrument behind a serial-to-TCP box
    Framing framing = Framing::astm;
    std::size_t text_octets_max = 64'000;  // as of AstmLine
  };

  /// Starts listening. Unavailable when the address cannot be bound; the message says which.
  static Result<std::unique_ptr<AstmServer>> open(boost::asio::io_context& io, const Options& options,
                                                  const OnCapture& on_capture, const OnTrouble& on_trouble);
  /// Stops listening and closes all connections; what was not acknowledged will be sent again.
  ~AstmServer();
  AstmServer(const AstmServer&) = delete;
  AstmServer& operator=(const AstmServer&) = delete;

  [[nodiscard]] std::uint16_t tcp_port() const;

 private:
  struct Impl;
  explicit AstmServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace lab::port
