#pragma once
// How a line is set, as people write it behind its place: "/dev/ttyUSB0,1200,7O1,sbi".

#include <cstddef>
#include <string>
#include <string_view>

#include "instruments/drivers/balance_host.hpp"
#include "instruments/port/astm_line.hpp"
#include "instruments/port/kept_line.hpp"
#include "instruments/port/serial_device.hpp"
#include "protocol/base/result.hpp"

namespace lab::port {

struct LineSpec {
  std::string where;  // a device, or an address and port
  SerialSettings serial{};
  bool seven_bits = false;
  Framing framing = Framing::astm;
  std::size_t text_octets_max = 64'000;
  drivers::BalanceKind balance = drivers::BalanceKind::mt_sics;
  std::string unit{};    // of a meter that prints none
  Milliseconds poll{0};  // how often a balance is asked what lies on it; 0: only on demand and by its print key
};

/// "WHERE[,OPTION...]", options in any order: a baud rate, data bits with parity and stop bits (8N1, 7E1, 7O2),
/// xonxoff, rtscts, 7bit, plain (STX and ETX without frame number and checksum), frame=OCTETS, and sics, sbi or meter
/// for a balance, with poll=SECONDS (1 to 3600) and, for a meter that prints no unit, unit=UNIT. Malformed for anything
/// else, naming the option. Whether the device takes the settings is found on opening.
Result<LineSpec> parse_line_spec(std::string_view text);

/// Where a line leads: an address and port, or else a device; what begins with "/" is a device, whatever is in its
/// name.
LineEnd line_end_of(const LineSpec& spec);

}  // namespace lab::port
