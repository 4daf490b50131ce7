#pragma once
// An analyser that sends results by ASTM E1381 over TCP, written from the standard and sharing no code with the
// receiver: it frames, waits for answers, repeats and gives up as an instrument does.

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::sim {

struct AnalyserResult {
  std::string analyte;
  std::string value;
  std::string unit;
};

struct AnalyserMessage {
  std::string sample;
  std::vector<AnalyserResult> results;
};

/// What goes wrong on the line, each once per message unless it says otherwise.
struct LineFaults {
  bool bad_checksum_first = false;  // the second frame goes out damaged, then right
  bool lose_acks = false;           // every ACK of a frame is taken for lost once: each frame is sent twice
  bool byte_at_a_time = false;      // as a serial-to-TCP box does
  bool merge_keep_alive = false;    // ENQ, EOT without a frame before each message
};

struct AnalyserOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string name = "SIM-1";
  LineFaults faults{};
  Milliseconds reply_timeout{15'000};  // E1381: the sender waits this long for every answer
};

/// The records of one message, each ended by CR: H, P, O, one R per result, L.
std::vector<std::string> astm_records(const AnalyserMessage& message, const std::string& analyser_name);

/// STX, number, text, ETX or ETB, checksum, CR LF.
Bytes astm_frame(int number, const std::string& text, bool last);

/// Connects, sends all messages one after the other, one transfer each, and closes. Blocking.
/// Returns how many were acknowledged to the end; an error when the peer refuses or is silent.
Result<std::size_t> send_astm(const AnalyserOptions& options, const std::vector<AnalyserMessage>& messages);

}  // namespace lab::sim
