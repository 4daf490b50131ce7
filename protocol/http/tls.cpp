#include "protocol/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>

namespace lab::http {
namespace {

Error cannot_use(const std::string& file, const error_code& error, const char* wanted) {
  return {ErrorCode::malformed, fmt::format("cannot use this file: {}; {}", error.message(), wanted), file};
}

// Whoever reads the key can pass for this server.
Result<void> check_key_file(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return fail(ErrorCode::not_found, system_text(errno), file);
  constexpr mode_t others = S_IRWXG | S_IRWXO;
  if ((found.st_mode & others) == 0) return {};
  return fail(ErrorCode::conflict, "others on this machine may read the key: chmod 600, owned by who runs this", file);
}

constexpr tls::context::options only_current = tls::context::default_workarounds | tls::context::no_sslv2 |
                                               tls::context::no_sslv3 | tls::context::no_tlsv1 |
                                               tls::context::no_tlsv1_1;

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

Result<tls::context> server_context(const TlsFiles& files) {
  if (auto safe = check_key_file(files.key); !safe) return fail(std::move(safe));
  tls::context context{tls::context::tls_server};
  context.set_options(only_current);
  error_code error;
  // OpenSSL would ask for the password of a locked key at the terminal, which a daemon has not.
  context.set_password_callback([](std::size_t, tls::context::password_purpose) { return std::string{}; }, error);
  context.use_certificate_chain_file(files.certificate, error);
  if (error) {
    return tl::unexpected(cannot_use(files.certificate, error, "it has to hold the certificate and its chain as PEM"));
  }
  context.use_private_key_file(files.key, tls::context::pem, error);
  if (error) {
    return tl::unexpected(
        cannot_use(files.key, error, "it has to hold the certificate's own key as PEM, without a password"));
  }
  return context;
}

tls::context client_context() {
  tls::context context{tls::context::tls_client};
  context.set_options(only_current);
  error_code ignored;  // without authorities nobody is trusted, and distrust() says so
  context.set_default_verify_paths(ignored);
  context.set_verify_mode(tls::verify_peer);
  return context;
}

bool is_plain_http(const error_code& error) {
  return error.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
}

std::string Line::distrust() {
  if (!tls_) return {};
  const long why = SSL_get_verify_result(tls_->native_handle());
  return why == X509_V_OK ? std::string{} : std::string{X509_verify_cert_error_string(why)};
}

void Line::name_peer(const std::string& host) {
  // Servers of several names choose their certificate by it; an address is not a name (RFC 6066, section 3).
  SSL* const ssl = tls_->native_handle();
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    return;
  }
  SSL_set_tlsext_host_name(ssl, host.c_str());
  SSL_set1_host(ssl, host.c_str());
}

}  // namespace lab::http
