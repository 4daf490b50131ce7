#pragma once
// Private to this folder: a connection with or without TLS, for both ends. TLS is OpenSSL's, through Boost.Asio; 1.2
// and newer.

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <optional>
#include <string>
#include <utility>

#include "protocol/base/result.hpp"
#include "protocol/http/beast.hpp"
#include "protocol/http/server.hpp"

namespace lab::http {

namespace tls = asio::ssl;

/// What a server shows, read from its files. Errors: not_found; malformed for what is no PEM, or a key of another
/// certificate; conflict for a key that others on this machine may read. Each names its file.
Result<tls::context> server_context(const TlsFiles& files);

/// Trusts whom the system trusts, or the file that the environment names in SSL_CERT_FILE.
tls::context client_context();

/// The other end has spoken plain HTTP where TLS was expected.
bool is_plain_http(const error_code& error);

/// An asynchronous stream, as Boost.Beast wants it, over one TCP connection. The deadlines are those of the connection
/// below, so that they hold for handshakes too.
class Line {
 public:
  using executor_type = beast::tcp_stream::executor_type;

  /// Without a context it is plain.
  Line(beast::tcp_stream stream, tls::context* context) : tcp_(std::move(stream)) {
    if (context != nullptr) tls_.emplace(tcp_, *context);
  }
  Line(const Line&) = delete;  // the upper half refers to the lower
  Line& operator=(const Line&) = delete;

  executor_type get_executor() { return tcp_.get_executor(); }
  [[nodiscard]] bool is_encrypted() const { return tls_.has_value(); }
  /// The connection below. Octets that go through it are not encrypted.
  beast::tcp_stream& tcp() { return tcp_; }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp_.async_read_some(buffers, std::forward<Handler>(handler));
    }
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp_.async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

  /// Of a server. Only with TLS.
  template <class Handler>
  void async_accept(Handler&& handler) {
    tls_->async_handshake(tls::stream_base::server, std::forward<Handler>(handler));
  }
  /// Of a client that wants to speak with nobody but `host`. Only with TLS.
  template <class Handler>
  void async_greet(const std::string& host, Handler&& handler) {
    name_peer(host);
    tls_->async_handshake(tls::stream_base::client, std::forward<Handler>(handler));
  }
  /// Tells the other end that nothing more will come, and hears that of it. Only with TLS.
  template <class Handler>
  void async_end(Handler&& handler) {
    tls_->async_shutdown(std::forward<Handler>(handler));
  }
  /// Why the other end's certificate was refused; empty when it was not.
  [[nodiscard]] std::string distrust();

 private:
  void name_peer(const std::string& host);

  beast::tcp_stream tcp_;
  std::optional<tls::stream<beast::tcp_stream&>> tls_;
};

}  // namespace lab::http
