#pragma once
// One reply line of the Mettler Toledo standard interface command set (MT-SICS, levels 0 and 1):
// command, status letter, parameters; upper case, ended by CR LF.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view sics_profile = "mt-sics/1";
inline constexpr std::size_t sics_line_octets_max = 1024;  // the longest documented line is an I1 list, far below

enum class SicsStatus {
  weight_stable,       // S S, SI S
  weight_dynamic,      // S D, SI D: shown, never recorded
  done,                // A, and the bare S of zero and tare commands
  done_dynamic,        // the bare D of zero and tare commands
  more_follows,        // B
  not_executable,      // I
  wrong_parameter,     // L
  overload,            // +
  underload,           // -
  syntax_error,        // ES
  transmission_error,  // ET
  logical_error,       // EL
};

struct SicsReply {
  std::string command{};  // empty for ES, ET and EL
  SicsStatus status = SicsStatus::done;
  std::vector<std::string> parameters{};  // without their quotation marks
  model::ReadValue weight{};              // of a weight reply
  std::string unit{};
};

/// Reads a line without its line end. Nothing when it is not such a line, or the weight is not a number.
std::optional<SicsReply> parse_sics_line(std::string_view line);

/// What is wrong and what to do, for a technician, with the words of the balance's manual ("overload", "lower limit of
/// taring range") in brackets; empty when the status is not an error.
std::string sics_error_text(const SicsReply& reply);

/// A capture of reply lines. Only stable weights become observations (analyte "weight"); the other lines are known
/// non-results, errors give a diagnostic. Refuses a capture with a line that is not MT-SICS, a last line without its
/// end, or no stable weight at all.
model::Decoding decode_sics(BytesView capture);

bool looks_like_sics(BytesView capture);

}  // namespace lab::drivers
