#pragma once
// Certificates of this test run's own making.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "protocol/http/server.hpp"

namespace lab::http {

/// Self-signed for a host of this name, in a folder that goes with it. Not on several threads.
class Certificate {
 public:
  explicit Certificate(const std::string& host = "127.0.0.1", const std::string& kind = "IP") {
    static int made = 0;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("qlims-certificate-{}-{}", ::getpid(), ++made);
    std::filesystem::create_directories(folder_);
    const std::string command = fmt::format(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={} "
        "-addext subjectAltName={}:{} -keyout {} -out {} 2>/dev/null",
        host, kind, host, files().key, files().certificate);
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] TlsFiles files() const {
    return {.certificate = (folder_ / "certificate.pem").string(), .key = (folder_ / "key.pem").string()};
  }

 private:
  std::filesystem::path folder_;
};

/// While it lives, this program and those it starts trust nobody but the owner of the certificate.
class Trusting {
 public:
  explicit Trusting(const Certificate& certificate) {
    ::setenv("SSL_CERT_FILE", certificate.files().certificate.c_str(), 1);
    ::setenv("SSL_CERT_DIR", "/nonexistent", 1);
  }
  Trusting(const Trusting&) = delete;
  Trusting& operator=(const Trusting&) = delete;
  ~Trusting() {
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
  }
};

}  // namespace lab::http
