#pragma once
// The print lines of balances and meters that send one value a line: Sartorius SBI, and any line of a number and its
// unit. MT-SICS has its own files (sics_reply.hpp).

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view sbi_profile = "sartorius-sbi/1";
inline constexpr std::string_view line_meter_profile = "line-meter/1";
inline constexpr std::string_view line_meter_with_unit = "line-meter/1,unit=";
inline constexpr std::size_t weighing_line_octets_max =
    80;  // a line is 22 characters at most in SBI, little more elsewhere

enum class WeighingState {
  stable,     // a number with its unit: the only one that is ever recorded
  unstable,   // a number whose unit is blank: the pan is in motion
  overload,   // High
  underload,  // Low
  other,      // a known line that is no weight: final readout, calibration, tare and gross weights
};

struct WeighingLine {
  WeighingState state = WeighingState::other;
  std::string id{};  // the identification code of the 22-character form, without blanks
  model::ReadValue value{};
  std::string unit{};
};

/// One line without its line end. 14 characters (sign, blank, 8 of the value, blank, 3 of the unit) or 20 (an
/// identification code of 6 in front); one or two blanks more are allowed, because some models pad. Nothing when it is
/// no such line. A number in the 22-character form whose code is not N (net) is `other`: gross, tare, count.
/// Source: Sartorius manuals, data output format.
std::optional<WeighingLine> parse_sbi_line(std::string_view line);

/// A number, then a unit of letters with or without a blank between: "    0.1818g ", "+12.5 mg/L". Without unit it is
/// `unstable`, unless the meter is known to print none: then it is stable and has `unit_of_meter`. Nothing when it is
/// no such line.
std::optional<WeighingLine> parse_meter_line(std::string_view line, std::string_view unit_of_meter = {});

/// What may stand behind a number as its unit: up to eight octets, without blanks, beginning with a letter or "%".
bool is_meter_unit(std::string_view text);

/// Captures of such lines, ended by CR, LF or both. Only stable values become observations (analyte "weight" of a
/// balance, "reading" of a meter); loads out of range give a diagnostic. Refuses a capture with a line of another form,
/// a last line without its end, or no stable value at all.
model::Decoding decode_sbi(BytesView capture);
model::Decoding decode_line_meter(BytesView capture);
/// The same of a meter that prints no unit. The profile is "line-meter/1,unit=pH", so that the capture alone and its
/// recorded profile give the same reading again.
model::Decoding decode_line_meter(BytesView capture, std::string_view unit_of_meter);

/// All lines of the capture have the form; a capture of both forms is taken for the stricter SBI alone.
bool looks_like_sbi(BytesView capture);
bool looks_like_line_meter(BytesView capture);

/// What is wrong and what to do, for a technician; empty for a weight.
std::string weighing_error_text(WeighingState state);

}  // namespace lab::drivers
