#pragma once
// Private to this folder. A TCP port on which instruments call, and the connections that came of it.

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "instruments/port/capture.hpp"
#include "instruments/port/tcp_options.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

/// `Connection` has start(), close() and is_open(). On the loop's thread only.
template <class Connection>
class Listener : public std::enable_shared_from_this<Listener<Connection>> {
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;

 public:
  /// More instruments than a laboratory has; one that reconnects without closing must not use up the descriptors.
  static constexpr std::size_t connections_max = 32;

  /// Makes the connection of a caller; `peer` is its address, empty when it is not known any more.
  using Make = std::function<std::shared_ptr<Connection>(tcp::socket socket, const std::string& peer)>;

  Listener(boost::asio::io_context& io, std::string port_name, OnTrouble on_trouble, Make make)
      : acceptor_(io), port_name_(std::move(port_name)), on_trouble_(std::move(on_trouble)), make_(std::move(make)) {}

  /// Unavailable when the address cannot be bound. `whom` is waited for, in the words of the message.
  Result<void> listen(const std::string& address, std::uint16_t tcp_port, const char* whom) {
    error_code error;
    const tcp::endpoint endpoint{boost::asio::ip::make_address(address, error), tcp_port};
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail(ErrorCode::unavailable,
                  fmt::format("不能在此端口等候{}：{}；请换一个端口，或停止占用它的程序", whom, error.message()),
                  fmt::format("{}:{}", address, tcp_port));
    }
    accept();
    return {};
  }

  [[nodiscard]] std::uint16_t tcp_port() const {
    error_code error;
    return acceptor_.local_endpoint(error).port();
  }

  /// Nobody is let in any more, and all connections end.
  void close() {
    error_code error;
    acceptor_.close(error);
    for (const auto& connection : connections_) connection->close();
    connections_.clear();
  }

 private:
  void accept() {
    acceptor_.async_accept([self = this->shared_from_this()](error_code error, tcp::socket socket) {
      if (error == boost::asio::error::operation_aborted) return;
      if (!error) self->adopt(std::move(socket));
      self->accept();
    });
  }

  void adopt(tcp::socket socket) {
    std::erase_if(connections_, [](const std::shared_ptr<Connection>& connection) { return !connection->is_open(); });
    if (connections_.size() >= connections_max) {
      on_trouble_(port_name_, fmt::format("连接超过 {} 个，新的连接已关闭；请检查仪器是否反复重连", connections_max));
      return;
    }
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    prepare(socket);
    connections_.push_back(make_(std::move(socket), error ? std::string{} : peer.address().to_string()));
    connections_.back()->start();
  }

  tcp::acceptor acceptor_;
  std::string port_name_;
  OnTrouble on_trouble_;
  Make make_;
  std::vector<std::shared_ptr<Connection>> connections_;
};

}  // namespace lab::port
