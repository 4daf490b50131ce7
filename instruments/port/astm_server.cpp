#include "instruments/port/astm_server.hpp"

#include <fmt/format.h>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "instruments/drivers/astm_link.hpp"
#include "protocol/base/clock.hpp"

namespace lab::port {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// One analyser. Lives as long as one of its operations or an unanswered Done does.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, AstmServer::Options options, OnCapture on_capture, OnTrouble on_trouble)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        options_(std::move(options)),
        on_capture_(std::move(on_capture)),
        on_trouble_(std::move(on_trouble)) {
    error_code error;
    const auto peer = socket_.remote_endpoint(error);
    if (options_.instrument.empty() && !error) options_.instrument = peer.address().to_string();
    socket_.set_option(tcp::no_delay(true), error);  // replies are single octets that somebody waits for
    socket_.set_option(asio::socket_base::keep_alive(true), error);
  }

  void start() { read(); }

  void close() {
    error_code error;
    socket_.close(error);
    timer_.cancel();
  }

  [[nodiscard]] bool is_open() const { return socket_.is_open(); }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(input_), [self = shared_from_this()](error_code error, std::size_t size) {
      if (error) return self->close();
      self->link_.push(BytesView{self->input_.data(), size}, monotonic_clock());
      self->turn();
      self->read();
    });
  }

  // Everything the link wants done after something happened.
  void turn() {
    send(link_.take_reply());
    for (const std::string& note : link_.take_notes())
      on_trouble_(options_.port_name, options_.instrument + ": " + note);
    if (auto message = link_.take_message()) hand_over(*std::move(message));
    arm();
  }

  void hand_over(Bytes message) {
    Capture capture{options_.port_name, options_.instrument, std::move(message), wall_clock()};
    on_capture_(std::move(capture), [weak = weak_from_this()](bool stored) {
      const auto self = weak.lock();
      if (!self || !self->link_.awaits_storage()) return;
      if (stored) {
        self->link_.stored(monotonic_clock());
      } else {
        self->link_.not_stored(monotonic_clock());
      }
      self->turn();
    });
  }

  void arm() {
    const auto wake = link_.wake_at();
    if (!wake || !is_open()) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(*wake - monotonic_clock());
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      self->link_.tick(monotonic_clock());
      self->turn();
    });
  }

  void send(BytesView reply) {
    output_ += reply;
    if (writing_ || output_.empty() || !is_open()) return;
    writing_ = true;
    sending_ = std::exchange(output_, {});
    asio::async_write(socket_, asio::buffer(sending_), [self = shared_from_this()](error_code error, std::size_t) {
      self->writing_ = false;
      if (error) return self->close();
      self->send({});
    });
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  AstmServer::Options options_;
  OnCapture on_capture_;
  OnTrouble on_trouble_;
  drivers::AstmLink link_;
  std::array<char, 16 * 1024> input_{};
  Bytes output_;
  Bytes sending_;
  bool writing_ = false;
};

}  // namespace

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
    const auto connection = std::make_shared<Connection>(std::move(socket), options, on_capture, on_trouble);
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
