#pragma once
// A balance on a pseudo terminal that answers MT-SICS.

#include <memory>
#include <stop_token>
#include <string>

#include "protocol/base/result.hpp"

namespace lab::sim {

/// open() and run() may be on different threads; set_load and the getters are thread-safe.
class SicsBalance {
 public:
  static Result<std::unique_ptr<SicsBalance>> open();
  ~SicsBalance();
  SicsBalance(const SicsBalance&) = delete;
  SicsBalance& operator=(const SicsBalance&) = delete;

  /// The path a host opens.
  [[nodiscard]] std::string path() const;

  /// What lies on the pan, as displayed: "100.00". Not stable: S answers "S I", SI answers "S D".
  void set_load(const std::string& weight, bool stable);
  /// Does not answer until it is switched on again.
  void set_mute(bool mute);
  /// The print key.
  void print() const;

  /// Answers until stopped. Blocking.
  void run(const std::stop_token& stop);

 private:
  struct Impl;
  explicit SicsBalance(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lab::sim
