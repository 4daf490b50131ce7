#include "protocol/http/server.hpp"

// Boost.Beast 1.81 has no limit on trailers and chunk headers and accepts ambiguous transfer codings; a request with
// any Transfer-Encoding is therefore refused before its body is looked at.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "protocol/base/log.hpp"
#include "protocol/http/answer_fields.hpp"
#include "protocol/http/beast.hpp"
#include "protocol/http/tls.hpp"
#include "protocol/http/url.hpp"

namespace lab::http {
namespace {

using tcp = asio::ip::tcp;

constexpr std::size_t read_step_bytes = 64 << 10;           // one read from a socket
constexpr std::chrono::milliseconds linger_timeout{2'000};  // for a client to take an answer given before its body
constexpr std::chrono::milliseconds accept_pause{200};      // when the process is out of descriptors
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view https_only =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 64\r\n"
    "Connection: close\r\n\r\n这里只接受 https，请把地址开头的 http 改为 https\n";

wire::response<wire::string_body> to_wire(Response&& response, bool is_head, bool keep_alive, bool is_encrypted) {
  response = with_usual_fields(std::move(response), is_encrypted);
  wire::response<wire::string_body> message;
  message.version(11);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  const bool has_no_body = response.status == 204 || response.status == 304;
  if (has_no_body) return message;
  if (!response.opened) message.content_length(response.body.size());
  if (!is_head) message.body() = std::move(response.body);
  return message;
}

class Engine;
class Outlet;

// One connection. Everything runs on its strand; what waits for it holds it alive, and while a handler has its request
// the engine does.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, tls::context* tls, Engine& engine, std::string peer_address, std::string peer)
      : stream_(beast::tcp_stream{std::move(socket)}, tls),
        engine_(engine),
        peer_address_(std::move(peer_address)),
        peer_(std::move(peer)) {}

  void start() { on_strand(stream_.is_encrypted() ? &Session::shake_hands : &Session::wait_for_request); }
  void stop() { on_strand(&Session::close); }
  void answer(Response response) {
    asio::post(stream_.get_executor(), [self = shared_from_this(), response = std::move(response)]() mutable {
      self->write(std::move(response), self->parser_->get().keep_alive());
    });
  }
  void push(std::string octets) {
    asio::post(stream_.get_executor(), [self = shared_from_this(), octets = std::move(octets)]() mutable {
      self->untaken_.push_back(std::move(octets));
      self->write_next();
    });
  }
  [[nodiscard]] const std::string& peer_address() const { return peer_address_; }

 private:
  void on_strand(void (Session::*step)()) {
    asio::post(stream_.get_executor(), [self = shared_from_this(), step] { (self.get()->*step)(); });
  }
  void shake_hands();
  void refuse_plain_http();
  void wait_for_request();
  void read_head();
  void on_head(error_code error);
  [[nodiscard]] std::optional<Response> refusal_of_head() const;
  void read_body();
  void hand_over();
  void refuse(Response response) { write(std::move(response), false); }
  void refuse(error_code error);
  void write(Response response, bool keep_alive);
  void begin_stream();
  void watch_reader();
  void write_next();
  void linger();
  void end_sending();
  void drain();
  void close();

  Line stream_;
  Engine& engine_;
  std::string peer_address_;
  std::string peer_;
  beast::flat_buffer buffer_{2 * read_step_bytes};
  std::optional<wire::request_parser<wire::string_body>> parser_;
  wire::response<wire::string_body> response_;
  std::size_t drained_ = 0;

  // Of an answer that goes on.
  std::function<void(std::shared_ptr<Channel>)> opened_;
  std::shared_ptr<Outlet> outlet_;
  std::deque<std::string> untaken_;  // the first is being written
  bool is_writing_ = false;
};

// The listening socket, the connections, and the threads they run on.
class Engine : public std::enable_shared_from_this<Engine> {
 public:
  Engine(ServerOptions options, Handler handler)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        acceptor_(asio::make_strand(io_)),
        pause_(acceptor_.get_executor()) {}

  Result<void> start();
  void stop();
  void forget(const Session* session);
  /// Does nothing once stop() has begun.
  void deliver(const std::weak_ptr<Session>& to, Response response);
  bool push(const std::weak_ptr<Session>& to, std::string octets);
  void end(const std::weak_ptr<Session>& which);
  [[nodiscard]] const ServerOptions& options() const { return options_; }
  [[nodiscard]] const Handler& handler() const { return handler_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void accept();
  void admit(tcp::socket socket);
  [[nodiscard]] bool is_full(const std::string& peer_address) const;

  const ServerOptions options_;
  const Handler handler_;
  asio::io_context io_;
  std::optional<tls::context> tls_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::vector<std::jthread> threads_;

  std::mutex mutex_;  // guards what follows
  bool stopping_ = false;
  std::map<const Session*, std::shared_ptr<Session>> sessions_;
};

// One request's right to one answer.
class Ticket {
 public:
  Ticket(std::weak_ptr<Engine> engine, std::weak_ptr<Session> session)
      : engine_(std::move(engine)), session_(std::move(session)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() { answer(problem(500, "no_answer", "服务器没有给出应答，请重试；若再次发生请联系管理员")); }

  void answer(Response response) {
    if (answered_.exchange(true)) return;
    if (const auto engine = engine_.lock()) engine->deliver(session_, std::move(response));
  }

 private:
  std::weak_ptr<Engine> engine_;
  std::weak_ptr<Session> session_;
  std::atomic<bool> answered_{false};
};

// The end of an answer that goes on, as whoever feeds it sees it.
class Outlet : public Channel {
 public:
  Outlet(std::weak_ptr<Engine> engine, std::weak_ptr<Session> session, std::size_t untaken_max)
      : engine_(std::move(engine)), session_(std::move(session)), untaken_max_(untaken_max) {}

  bool push(std::string octets) override {
    const auto engine = engine_.lock();
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || !engine) return false;
      untaken_ += octets.size();
      closed_ = untaken_ > untaken_max_;
      if (!closed_) return engine->push(session_, std::move(octets));
    }
    log::info("http: a reader was too slow and was let go");
    engine->end(session_);
    return false;
  }
  [[nodiscard]] bool is_open() const override {
    const std::lock_guard lock(mutex_);
    return !closed_;
  }
  void close() override {
    gone();
    if (const auto engine = engine_.lock()) engine->end(session_);
  }

  void taken(std::size_t octets) {
    const std::lock_guard lock(mutex_);
    untaken_ -= octets;
  }
  void gone() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

 private:
  std::weak_ptr<Engine> engine_;
  std::weak_ptr<Session> session_;
  const std::size_t untaken_max_;

  mutable std::mutex mutex_;  // guards what follows
  std::size_t untaken_ = 0;
  bool closed_ = false;
};

void Session::shake_hands() {
  stream_.tcp().expires_after(engine_.options().header_timeout);
  stream_.async_accept([self = shared_from_this()](error_code error) {
    if (is_plain_http(error)) return self->refuse_plain_http();
    return error ? self->close() : self->wait_for_request();
  });
}

void Session::refuse_plain_http() {
  asio::async_write(stream_.tcp(), asio::buffer(https_only),
                    [self = shared_from_this()](error_code, std::size_t) { self->end_sending(); });
}

void Session::wait_for_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(engine_.options().header_max));
  parser_->body_limit(engine_.options().body_max);
  if (buffer_.size() > 0) return read_head();  // pipelined behind the last one
  stream_.tcp().expires_after(engine_.options().idle_timeout);
  stream_.async_read_some(buffer_.prepare(read_step_bytes),
                          [self = shared_from_this()](error_code error, std::size_t got) {
                            if (error) return self->close();
                            self->buffer_.commit(got);
                            self->read_head();
                          });
}

void Session::read_head() {
  stream_.tcp().expires_after(engine_.options().header_timeout);
  wire::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](error_code error, std::size_t) { self->on_head(error); });
}

void Session::on_head(error_code error) {
  if (error) return refuse(error);
  if (auto refusal = refusal_of_head()) return refuse(std::move(*refusal));
  const auto& head = parser_->get();
  if (!wire::token_list{head[wire::field::expect]}.exists("100-continue") || parser_->is_done()) return read_body();
  stream_.tcp().expires_after(engine_.options().header_timeout);
  asio::async_write(stream_, asio::buffer(continue_line), [self = shared_from_this()](error_code failed, std::size_t) {
    return failed ? self->close() : self->read_body();
  });
}

std::optional<Response> Session::refusal_of_head() const {
  const auto& head = parser_->get();
  if (head.version() != 11) return problem(505, "version_not_supported", "只支持 HTTP/1.1");
  // Beside a Content-Length Beast has refused it already, as 400.
  if (head.count(wire::field::transfer_encoding) > 0) {
    return problem(411, "length_required", "不接受 Transfer-Encoding，请用 Content-Length 给出长度");
  }
  if (head.count(wire::field::host) != 1) return problem(400, "bad_host", "请求必须恰好带有一个 Host 字段");
  return std::nullopt;
}

void Session::read_body() {
  stream_.tcp().expires_after(engine_.options().body_timeout);
  wire::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
    return error ? self->refuse(error) : self->hand_over();
  });
}

void Session::hand_over() {
  auto& message = parser_->get();
  auto target = parse_target(view(message.target()));
  if (!target) return refuse(problem(400, "bad_target", fmt::format("地址无法识别：{}", to_text(target.error()))));
  Request request{.method = std::string(view(message.method_string())),
                  .path = std::move(target->path),
                  .query = std::move(target->query),
                  .parameters = {},
                  .headers = headers_of(message),
                  .body = std::move(message.body()),
                  .peer = peer_,
                  .is_encrypted = stream_.is_encrypted()};
  stream_.tcp().expires_never();  // the handler takes the time it needs
  const auto ticket = std::make_shared<Ticket>(engine_.weak_from_this(), weak_from_this());
  try {
    engine_.handler()(std::move(request), [ticket](Response response) { ticket->answer(std::move(response)); });
  } catch (const std::exception& thrown) {
    log::error("http: the handler of {} threw: {}", view(message.target()), thrown.what());
    ticket->answer(problem(500, "internal_error", "服务器内部错误，已记入日志；请联系管理员"));
  }
}

void Session::refuse(error_code error) {
  const auto& options = engine_.options();
  if (error == wire::error::header_limit || error == wire::error::buffer_overflow) {
    return refuse(problem(431, "header_too_large", fmt::format("请求头超过 {} 字节", options.header_max)));
  }
  if (error == wire::error::body_limit) {
    return refuse(
        problem(413, "body_too_large", fmt::format("请求内容超过 {} 字节，请拆分或缩小后再传", options.body_max)));
  }
  // Timeouts have closed the socket already; a client that is gone hears nothing.
  if (!is_about_form(error)) return close();
  refuse(problem(400, "bad_request", fmt::format("不是有效的 HTTP 请求：{}", error.message())));
}

void Session::write(Response response, bool keep_alive) {
  const bool is_head = parser_->is_header_done() && parser_->get().method() == wire::verb::head;
  if (!is_head) opened_ = response.opened;
  keep_alive = keep_alive && !response.opened;
  response_ = to_wire(std::move(response), is_head, keep_alive, stream_.is_encrypted());
  stream_.tcp().expires_after(engine_.options().write_timeout);
  wire::async_write(stream_, response_, [self = shared_from_this(), keep_alive](error_code error, std::size_t) {
    self->response_ = {};
    if (error) return self->close();
    if (self->opened_) return self->begin_stream();
    return keep_alive ? self->wait_for_request() : self->linger();
  });
}

void Session::begin_stream() {
  outlet_ = std::make_shared<Outlet>(engine_.weak_from_this(), weak_from_this(), engine_.options().stream_octets_max);
  watch_reader();
  std::exchange(opened_, nullptr)(outlet_);
}

// A reader says nothing more; that it has gone is heard here.
void Session::watch_reader() {
  buffer_.clear();
  stream_.tcp().expires_never();
  stream_.async_read_some(buffer_.prepare(read_step_bytes), [self = shared_from_this()](error_code error, std::size_t) {
    return error ? self->close() : self->watch_reader();
  });
}

void Session::write_next() {
  if (is_writing_ || untaken_.empty()) return;
  is_writing_ = true;
  stream_.tcp().expires_after(engine_.options().write_timeout);  // of this write: the reading goes on
  asio::async_write(stream_, asio::buffer(untaken_.front()),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (error) return self->close();
                      self->outlet_->taken(self->untaken_.front().size());
                      self->untaken_.pop_front();
                      self->is_writing_ = false;
                      self->write_next();
                    });
}

// Closing with unread octets makes the system send a reset, which can overtake the answer: read on for a while first.
void Session::linger() {
  stream_.tcp().expires_after(linger_timeout);
  if (!stream_.is_encrypted()) return end_sending();
  stream_.async_end([self = shared_from_this()](error_code) { self->end_sending(); });
}

void Session::end_sending() {
  error_code ignored;
  stream_.tcp().socket().shutdown(tcp::socket::shutdown_send, ignored);
  drain();
}

// Below TLS: nobody reads what comes.
void Session::drain() {
  buffer_.clear();
  stream_.tcp().async_read_some(buffer_.prepare(read_step_bytes),
                                [self = shared_from_this()](error_code error, std::size_t got) {
                                  self->drained_ += got;
                                  if (error || self->drained_ > self->engine_.options().body_max) return self->close();
                                  self->drain();
                                });
}

void Session::close() {
  if (outlet_) outlet_->gone();
  stream_.tcp().close();
  engine_.forget(this);
}

Result<void> Engine::start() {
  if (!options_.tls.certificate.empty()) {
    auto context = server_context(options_.tls);
    if (!context) return fail(std::move(context));
    tls_.emplace(std::move(*context));
  }
  error_code error;
  const auto where = fmt::format("{}:{}", options_.address, options_.port);
  const auto address = asio::ip::make_address(options_.address, error);
  if (error) return fail(ErrorCode::malformed, "not an IP address to listen on; use 127.0.0.1 or 0.0.0.0", where);
  const tcp::endpoint endpoint{address, options_.port};
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(ErrorCode::unavailable,
                fmt::format("cannot listen here: {}; stop the other program or choose another port", error.message()),
                where);
  }
  port_ = acceptor_.local_endpoint().port();
  accept();
  for (int i = 0; i < std::max(1, options_.threads); ++i) threads_.emplace_back([this] { io_.run(); });
  return {};
}

void Engine::accept() {
  acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;  // the server is stopping
    if (!error) {
      admit(std::move(socket));
      return accept();
    }
    // Out of descriptors or memory: the next attempt would fail at once too, so wait for connections to end.
    log::warning("http: cannot accept a connection: {}", error.message());
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](error_code cancelled) {
      if (!cancelled && acceptor_.is_open()) accept();
    });
  });
}

void Engine::admit(tcp::socket socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;  // gone before it was here
  socket.set_option(tcp::no_delay(true), error);
  const auto address = peer.address().to_string();
  auto session = std::shared_ptr<Session>();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (is_full(address)) {
      // A fresh socket has room for this line; nobody waits for a client that has been turned away.
      constexpr std::string_view full =
          "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.non_blocking(true, error);
      socket.write_some(asio::buffer(full), error);
      return;
    }
    session = std::make_shared<Session>(std::move(socket), tls_ ? &*tls_ : nullptr, *this, address,
                                        fmt::format("{}:{}", address, peer.port()));
    sessions_.emplace(session.get(), session);
  }
  session->start();
}

bool Engine::is_full(const std::string& peer_address) const {
  const auto of_peer = std::count_if(sessions_.begin(), sessions_.end(),
                                     [&](const auto& entry) { return entry.second->peer_address() == peer_address; });
  return sessions_.size() >= options_.connections_max ||
         static_cast<std::size_t>(of_peer) >= options_.connections_per_peer;
}

void Engine::forget(const Session* session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(session);
}

void Engine::deliver(const std::weak_ptr<Session>& to, Response response) {
  const std::lock_guard lock(mutex_);
  const auto session = to.lock();
  if (!stopping_ && session) session->answer(std::move(response));
}

bool Engine::push(const std::weak_ptr<Session>& to, std::string octets) {
  const std::lock_guard lock(mutex_);
  const auto session = to.lock();
  if (stopping_ || !session) return false;
  session->push(std::move(octets));
  return true;
}

void Engine::end(const std::weak_ptr<Session>& which) {
  const std::lock_guard lock(mutex_);
  const auto session = which.lock();
  if (!stopping_ && session) session->stop();
}

void Engine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [key, session] : sessions_) session->stop();
  }
  asio::post(acceptor_.get_executor(), [this] {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
  threads_.clear();  // joins: with every socket closed there is nothing left to run
}

}  // namespace

class Server::Core {
 public:
  Core(ServerOptions options, Handler handler)
      : engine(std::make_shared<Engine>(std::move(options), std::move(handler))) {}
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() { engine->stop(); }
  // Shared with whoever is giving an answer in this moment.
  std::shared_ptr<Engine> engine;
};

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  auto core = std::make_unique<Core>(std::move(options), std::move(handler));
  if (auto started = core->engine->start(); !started) return fail(std::move(started));
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Server::Server(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return core_->engine->port(); }
std::string Server::origin() const {
  const ServerOptions& options = core_->engine->options();
  return fmt::format("{}://{}:{}", options.tls.certificate.empty() ? "http" : "https", options.address, port());
}

}  // namespace lab::http
