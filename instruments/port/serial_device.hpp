#pragma once
// Opens a serial line raw, and makes sure that the settings were taken.

#include <string>

#include "protocol/base/result.hpp"

namespace lab::port {

enum class Parity { none, even, odd };
enum class FlowControl { none, software, hardware };

struct SerialSettings {
  int baud = 9600;
  int data_bits = 8;  // 7 or 8
  /// Checked when there is one: a character that breaks it reads as NUL.
  Parity parity = Parity::none;
  int stop_bits = 1;  // 1 or 2
  /// Software: XON is sent when the line opens, because some balances say nothing before it.
  FlowControl flow = FlowControl::none;
};

struct SerialDevice {
  int descriptor = -1;  // non-blocking; the caller closes it
  std::string warning;  // settings that a pseudo terminal does not keep; empty when all were taken
};

/// Unavailable when the device cannot be opened; unsupported when it does not take the settings (a pseudo terminal,
/// which drops parity and seven bits without a word, only gives the warning).
Result<SerialDevice> open_serial(const std::string& path, const SerialSettings& settings);

}  // namespace lab::port
