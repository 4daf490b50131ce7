#pragma once
// A balance on a pseudo terminal that prints Sartorius lines, written from the position table of the manuals.

#include <memory>
#include <stop_token>
#include <string>

#include "protocol/base/result.hpp"

namespace lab::sim {

/// open() and run() may be on different threads; the others are thread-safe.
class SbiBalance {
 public:
  static Result<std::unique_ptr<SbiBalance>> open();
  ~SbiBalance();
  SbiBalance(const SbiBalance&) = delete;
  SbiBalance& operator=(const SbiBalance&) = delete;

  /// The path a host opens.
  [[nodiscard]] std::string path() const;
  /// What lies on the pan, as displayed: "100.00"; "High" and "Low" out of range. Not stable: the unit is blank.
  void set_load(const std::string& weight, bool stable);
  /// Lines of 22 characters, with this identification code in front; empty: of 16.
  void set_id(const std::string& id);
  /// Does not answer until it is switched on again.
  void set_mute(bool mute);
  /// The print key.
  void print() const;
  /// Answers ESC P until stopped. Blocking.
  void run(const std::stop_token& stop);

 private:
  struct Impl;
  explicit SbiBalance(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The line of that load: sign, blank, 8 of the value, blank, 3 of the unit, CR LF; with a code of 6 in front if any.
std::string sbi_line(const std::string& weight, bool stable, const std::string& id = {});

}  // namespace lab::sim
