#pragma once
// An analyser that sends results by HL7 v2 over MLLP, written from the standard and sharing no code with the receiver:
// it frames, waits for the acknowledgement that names its message, and repeats what was not accepted.

#include <cstdint>
#include <string>
#include <vector>

#include "instruments/sim/astm_analyser.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::sim {

/// What goes wrong on the line.
struct MllpFaults {
  bool byte_at_a_time = false;  // as a serial-to-TCP box does
  bool fill_with_nul = false;   // NUL octets between messages
  bool lose_acks = false;       // the first acknowledgement of each message is taken for lost: it is sent twice
  bool pipelined = false;       // all messages at once, then all answers; excludes the two above
};

struct Hl7Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string name = "SIM-1";
  MllpFaults faults{};
  Milliseconds reply_timeout{15'000};
  int attempts = 3;  // per message
};

/// One ORU^R01 with its segments ended by CR: MSH, PID, OBR, one OBX per result. Numbers go as NM, the rest as ST.
std::string hl7_message(const AnalyserMessage& message, const std::string& analyser_name,
                        const std::string& control_id);

/// Connects, sends all messages and closes. Blocking.
/// Returns how many were accepted (AA or CA); an error when one is refused, not answered, or answered for another one.
Result<std::size_t> send_hl7(const Hl7Options& options, const std::vector<AnalyserMessage>& messages);

}  // namespace lab::sim
