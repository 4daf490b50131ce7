#include "protocol/service/served_address.hpp"

#include "protocol/base/log.hpp"

namespace lab::service {

Result<Address> served_address(const std::string& text, const http::TlsFiles& tls) {
  auto address = parse_address(text);
  if (address && !is_loopback(*address) && tls.certificate.empty()) {
    log::warning(
        "{} is reached from other machines without TLS: passwords and tokens cross the network in clear; give "
        "--tls-certificate and --tls-key, or serve 127.0.0.1 behind a proxy that has a certificate",
        text);
  }
  return address;
}

}  // namespace lab::service
