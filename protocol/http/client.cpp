#include "protocol/http/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>

#include "protocol/http/beast.hpp"
#include "protocol/http/tls.hpp"
#include "protocol/http/url.hpp"

namespace lab::http {

using tcp = asio::ip::tcp;

class Client::Connection {
 public:
  explicit Connection(Url origin) : origin_(std::move(origin)) {}

  Result<Response> send(const Call& call, const std::string& target) {
    const auto request = to_request(call, target);
    deadline_ = std::chrono::steady_clock::now() + call.timeout;
    if (stream_) {
      error_code error;
      auto response = exchange(request, error);
      if (response || !is_lost(error)) return response;
    }
    if (auto connected = connect(); !connected) return fail(std::move(connected));
    error_code error;
    return exchange(request, error);
  }

 private:
  using Message = wire::request<wire::string_body>;

  [[nodiscard]] Message to_request(const Call& call, const std::string& target) const {
    Message message;
    message.version(11);
    message.method_string(call.method);
    message.target(target);
    message.set(wire::field::host, fmt::format("{}:{}", origin_.host, origin_.port));
    for (const auto& [name, value] : call.headers) message.set(name, value);
    if (!call.body.empty()) message.set(wire::field::content_type, call.content_type);
    message.body() = call.body;
    message.prepare_payload();
    return message;
  }

  // Starts one asynchronous operation and runs it to its end: only those obey the stream's deadline.
  template <class Start>
  error_code run(Start start) {
    error_code outcome;
    stream_->tcp().expires_at(deadline_);
    start([&outcome](error_code error, auto&&...) { outcome = error; });
    io_.restart();
    io_.run();
    return outcome;
  }

  Result<void> connect() {
    if (origin_.is_https && !tls_) tls_.emplace(client_context());
    stream_.emplace(beast::tcp_stream{io_}, tls_ ? &*tls_ : nullptr);
    buffer_.clear();
    error_code error;
    const auto endpoints = tcp::resolver(io_).resolve(origin_.host, std::to_string(origin_.port), error);
    if (!error) error = run([&](auto done) { stream_->tcp().async_connect(endpoints, done); });
    if (!error && tls_) error = run([&](auto done) { stream_->async_greet(origin_.host, done); });
    if (!error) return {};
    Error why = failure(error);
    stream_.reset();
    return tl::unexpected(std::move(why));
  }

  Result<Response> exchange(const Message& request, error_code& error) {
    wire::response_parser<wire::string_body> parser;
    parser.body_limit(response_body_max);
    parser.skip(request.method() == wire::verb::head);
    error = run([&](auto done) { wire::async_write(*stream_, request, done); });
    // A server that refuses a body early has answered although the write fails: listen in any case but a timeout.
    if (error != beast::error::timeout) {
      error = run([&](auto done) { wire::async_read(*stream_, buffer_, parser, done); });
    }
    if (error) {
      Error why = failure(error);
      stream_.reset();
      return tl::unexpected(std::move(why));
    }
    auto& message = parser.get();
    Response response{.status = static_cast<int>(message.result_int()),
                      .content_type = std::string(view(message[wire::field::content_type])),
                      .body = std::move(message.body()),
                      .headers = headers_of(message)};
    if (!message.keep_alive()) stream_.reset();
    return response;
  }

  // The server has closed a kept connection. Anything else would go the same way a second time.
  static bool is_lost(error_code error) {
    return !is_about_form(error) && error != wire::error::partial_message && error != beast::error::timeout;
  }

  [[nodiscard]] Error failure(error_code error) {
    const auto where = fmt::format("{}:{}", origin_.host, origin_.port);
    if (const std::string distrust = stream_->distrust(); !distrust.empty()) {
      return {ErrorCode::unavailable,
              fmt::format("its certificate is not trusted: {}; an authority of your own is named in SSL_CERT_FILE",
                          distrust),
              where};
    }
    if (error == beast::error::timeout) {
      return {ErrorCode::unavailable, "no answer in time; is the program busy or the line cut?", where};
    }
    if (error == wire::error::body_limit) return {ErrorCode::too_large, "the answer is too large to take", where};
    if (error.category() == make_error_code(wire::error::bad_method).category() &&
        error != wire::error::end_of_stream) {
      return {ErrorCode::malformed, fmt::format("the answer is not HTTP: {}", error.message()), where};
    }
    return {ErrorCode::unavailable, fmt::format("cannot reach it: {}; is the program running?", error.message()),
            where};
  }

  Url origin_;
  asio::io_context io_;
  std::optional<tls::context> tls_;  // empty: http
  std::optional<Line> stream_;       // empty: not connected
  beast::flat_buffer buffer_;
  std::chrono::steady_clock::time_point deadline_;
};

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::to(std::string_view origin) {
  auto url = parse_url(origin);
  if (!url) return fail(std::move(url));
  return Client(std::make_unique<Connection>(std::move(*url)));
}

Result<Response> Client::send(const Call& call) {
  if (call.url.starts_with('/')) return connection_->send(call, call.url);
  auto url = parse_url(call.url);
  if (!url) return fail(std::move(url));
  return connection_->send(call, url->target);
}

Result<Response> fetch(const Call& call) {
  auto client = Client::to(call.url);
  if (!client) return fail(std::move(client));
  return client->send(call);
}

}  // namespace lab::http
