#pragma once
// A socket that says exactly what it is told: what a well-behaved client would never send.

#include <string>
#include <string_view>

namespace lab::http {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  /// False when the server has closed.
  bool say(std::string_view text) const;

  /// Everything until the server closes or has been silent for 5 s; `closed` tells which.
  struct Heard {
    std::string text;
    bool closed = false;
  };
  [[nodiscard]] Heard hear() const;
  /// Until `end` has been heard, with the same limits.
  [[nodiscard]] Heard hear_until(std::string_view end) const;

 private:
  int socket_;
};

}  // namespace lab::http
