#include "instruments/port/astm_server.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <utility>

#include "instruments/port/astm_session.hpp"
#include "instruments/port/byte_pump.hpp"
#include "instruments/port/tcp_options.hpp"

namespace lab::port {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

using Connection = BytePump<tcp::socket>;

struct AstmServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, Options given, OnCapture capture, OnTrouble trouble)
      : acceptor(io), options(std::move(given)), on_capture(std::move(capture)), on_trouble(std::move(trouble)) {}

  Result<void> listen() {
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    const tcp::endpoint endpoint{address, options.tcp_port};
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    return fail(ErrorCode::unavailable,
                fmt::format("不能在此端口等候仪器：{}；请换一个端口，或停止占用它的程序", error.message()),
                fmt::format("{}:{}", options.address, options.tcp_port));
  }

  void accept() {
    acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error) self->adopt(std::move(socket));
      self->accept();
    });
  }

  void adopt(tcp::socket socket) {
    std::erase_if(connections, [](const std::weak_ptr<Connection>& weak) {
      const auto connection = weak.lock();
      return !connection || !connection->is_open();
    });
    if (connections.size() >= connections_max) {
      on_trouble(options.port_name,
                 fmt::format("连接超过 {} 个，新的连接已关闭；请检查仪器是否反复重连", connections_max));
      return;
    }
    SessionOptions session{.port_name = options.port_name,
                           .instrument = options.instrument,
                           .on_capture = on_capture,
                           .on_trouble = on_trouble};
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (session.instrument.empty() && !error) session.instrument = peer.address().to_string();
    prepare(socket);
    const auto connection = std::make_shared<Connection>(
        std::move(socket), astm_session(std::move(session), options.framing, options.text_octets_max),
        PumpOptions{.seven_bits = options.seven_bits});
    connections.push_back(connection);
    connection->start();
  }

  void close() {
    error_code error;
    acceptor.close(error);
    for (const auto& weak : connections) {
      if (const auto connection = weak.lock()) connection->close();
    }
  }

  tcp::acceptor acceptor;
  Options options;
  OnCapture on_capture;
  OnTrouble on_trouble;
  std::vector<std::weak_ptr<Connection>> connections;
};

Result<std::unique_ptr<AstmServer>> AstmServer::open(asio::io_context& io, Options options, OnCapture on_capture,
                                                     OnTrouble on_trouble) {
  auto impl = std::make_shared<Impl>(io, std::move(options), std::move(on_capture), std::move(on_trouble));
  if (auto listening = impl->listen(); !listening) return fail(std::move(listening));
  impl->accept();
  return std::unique_ptr<AstmServer>{new AstmServer{std::move(impl)}};
}

AstmServer::AstmServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

AstmServer::~AstmServer() { impl_->close(); }

std::uint16_t AstmServer::tcp_port() const {
  error_code error;
  return impl_->acceptor.local_endpoint(error).port();
}

}  // namespace lab::port
