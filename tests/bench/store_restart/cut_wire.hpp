#pragma once
// A TCP connection that can be cut: a listener on the loopback address that carries octets both ways to another port.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace lab::store_restart {

/// Threads of its own. Throws std::runtime_error when there is no port.
class CutWire {
 public:
  explicit CutWire(std::uint16_t to);
  ~CutWire();
  CutWire(const CutWire&) = delete;
  CutWire& operator=(const CutWire&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Closes every connection and every new one at once.
  void cut();
  void heal() { is_cut_ = false; }

 private:
  void accept_all(const std::stop_token& stop);
  void carry(int here);

  std::uint16_t to_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<bool> is_cut_ = false;
  std::mutex mutex_;  // guards what follows
  std::vector<int> open_;
  std::vector<std::jthread> carriers_;
  std::jthread acceptor_;  // last: it uses all of the above
};

}  // namespace lab::store_restart
