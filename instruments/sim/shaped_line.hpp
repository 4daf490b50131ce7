#pragma once
// The shell of the line shaper: a bad line between two ends that really exist.

#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "instruments/sim/line_shaper.hpp"
#include "protocol/base/result.hpp"

namespace lab::sim {

struct ShapedLineOptions {
  LineQuality to_host{};        // from the instrument to the host
  LineQuality to_instrument{};  // the answers
  std::uint64_t seed = 1;
};

/// Carries one connection at a time. When one end goes, or the line vanishes, both ends are closed; a new instrument
/// then gets a new line.
class ShapedLine {
 public:
  /// Listens for the instrument on a free loopback port, and calls the host at 127.0.0.1:`host_port` for each one.
  static Result<std::unique_ptr<ShapedLine>> over_tcp(std::uint16_t host_port, ShapedLineOptions options);
  /// Two pseudo terminals in raw mode: one for the instrument, one for the host. They stay when the line vanishes: what
  /// is on its way is lost, the devices are not.
  static Result<std::unique_ptr<ShapedLine>> over_terminals(ShapedLineOptions options);
  ~ShapedLine();
  ShapedLine(const ShapedLine&) = delete;
  ShapedLine& operator=(const ShapedLine&) = delete;

  /// Of the first form: where the instrument connects.
  [[nodiscard]] std::uint16_t instrument_port() const;
  /// Of the second form: what each end opens.
  [[nodiscard]] std::string instrument_device() const;
  [[nodiscard]] std::string host_device() const;

  /// Carries octets until stopped. Blocking; the counts may be read from another thread meanwhile.
  void run(const std::stop_token& stop);
  [[nodiscard]] LineCounts counts_to_host() const;
  [[nodiscard]] LineCounts counts_to_instrument() const;

 private:
  struct Impl;
  explicit ShapedLine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lab::sim
