#pragma once
// Who gets in: the answers to ZeroMQ's authentication questions (ZAP, RFC 27). Private to this folder.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "protocol/transport/server.hpp"

namespace lab::transport {

inline constexpr const char* lab_domain = "lab";      // keys on the list only
inline constexpr const char* enrol_domain = "enrol";  // any key

/// Must exist before any server socket is bound, and there can be one per context. allow, revoke, is_allowed and
/// refused are thread-safe; the rest belongs to the transport thread.
class Gate {
 public:
  Gate(zmq::context_t& context, std::function<void(const Stranger&)> on_stranger);
  /// Gives the name back at once; the end of the socket alone would do so later.
  ~Gate();

  void allow(const std::string& key);
  void revoke(const std::string& key);
  [[nodiscard]] bool is_allowed(const std::string& key) const;
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

  zmq::socket_t& socket() { return questions_; }
  /// Answers everything that waits.
  void answer_all();

 private:
  void answer(const std::vector<std::string>& question);
  void log_refusal(const std::string& key, const std::string& address);

  zmq::socket_t questions_;
  std::function<void(const Stranger&)> on_stranger_;
  mutable std::mutex mutex_;
  std::set<std::string> allowed_;
  std::atomic<std::uint64_t> refused_ = 0;
  std::chrono::steady_clock::time_point next_log_{};
};

}  // namespace lab::transport
