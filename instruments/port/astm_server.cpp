#include "instruments/port/astm_server.hpp"

#include <utility>

#include "instruments/port/astm_session.hpp"
#include "instruments/port/byte_pump.hpp"
#include "instruments/port/listener.hpp"

namespace lab::port {

using boost::asio::ip::tcp;
using Connection = BytePump<tcp::socket>;

struct AstmServer::Impl : Listener<Connection> {
  using Listener::Listener;
};

Result<std::unique_ptr<AstmServer>> AstmServer::open(boost::asio::io_context& io, const Options& options,
                                                     const OnCapture& on_capture, const OnTrouble& on_trouble) {
  const auto make = [options, on_capture, on_trouble](tcp::socket socket, const std::string& peer) {
    SessionOptions session{.port_name = options.port_name,
                           .instrument = options.instrument.empty() ? peer : options.instrument,
                           .on_capture = on_capture,
                           .on_trouble = on_trouble};
    return std::make_shared<Connection>(std::move(socket),
                                        astm_session(std::move(session), options.framing, options.text_octets_max),
                                        PumpOptions{.seven_bits = options.seven_bits});
  };
  auto impl = std::make_shared<Impl>(io, options.port_name, on_trouble, make);
  if (auto listening = impl->listen(options.address, options.tcp_port, "仪器"); !listening) {
    return fail(std::move(listening));
  }
  return std::unique_ptr<AstmServer>{new AstmServer{std::move(impl)}};
}

AstmServer::AstmServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

AstmServer::~AstmServer() { impl_->close(); }

std::uint16_t AstmServer::tcp_port() const { return impl_->tcp_port(); }

}  // namespace lab::port
