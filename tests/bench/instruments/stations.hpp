#pragma once
// The two servers on loopback TCP in front of a real store, and senders that count what they get acknowledged.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lab::bench {

/// Servers whose captures are put into a store, all of one turn of the loop in one durable commit, as the node's loop
/// does it. Runs on a thread of its own.
class Station {
 public:
  /// `folder` is made new. On a memory file system a flush costs nothing.
  explicit Station(const std::filesystem::path& folder);
  ~Station();
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  [[nodiscard]] std::uint16_t astm_port() const;
  [[nodiscard]] std::uint16_t hl7_port() const;
  /// Captures that are durable so far.
  [[nodiscard]] std::uint64_t stored() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Messages a second over `connections` at once for `seconds`, one frame a record, each waiting for its ACK.
double astm_rate(std::uint16_t port, const std::vector<std::string>& records, int connections, double seconds);

/// Messages a second over one connection; `in_flight` of them unanswered at any time, 1 for send and wait.
double mllp_rate(std::uint16_t port, const std::string& message, int in_flight, double seconds);

}  // namespace lab::bench
