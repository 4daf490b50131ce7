#pragma once
// The balance on a bench: a simulator that answers MT-SICS on a pseudo-terminal for as long as it lives.

#include <memory>
#include <string>
#include <thread>

#include "protocol/base/result.hpp"

namespace lab::sim {
class SicsBalance;
}

namespace lab::province {

/// Thread-safe: whoever weighs puts the sample on from a thread of their own.
class Balance {
 public:
  /// Unavailable when the machine gives no pseudo-terminal.
  static Result<std::unique_ptr<Balance>> start();
  ~Balance();
  Balance(const Balance&) = delete;
  Balance& operator=(const Balance&) = delete;

  /// The device a lab-node opens; it outlives the node's restarts.
  [[nodiscard]] std::string device() const;
  /// What lies on the pan from now on, at rest: "10.0137" g.
  void put_on(const std::string& grams);

 private:
  explicit Balance(std::unique_ptr<sim::SicsBalance> balance);

  std::unique_ptr<sim::SicsBalance> balance_;
  std::jthread answering_;  // ends first
};

}  // namespace lab::province
