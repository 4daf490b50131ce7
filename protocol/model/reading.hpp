#pragma once
// What an instrument or a person reported, before anybody judged it. The original text is never lost, and nothing that
// is not a number ever becomes one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/decimal.hpp"

namespace lab::model {

/// Stored as its number: append only.
enum class ValueState : std::uint8_t {
  numeric,      // a number that was measured
  below_lod,    // not detected
  below_loq,    // detected, not quantified
  over_range,   // above what the instrument can measure
  qualitative,  // a word: positive, negative
  missing,      // the cell is empty or a dash
  invalid,      // anything else
};

/// Stored as its number: append only.
enum class Comparator : std::uint8_t { none, less, less_or_equal, greater, greater_or_equal };

const char* name_of(ValueState state);
const char* name_of(Comparator comparator);  // "", "<", "<=", ">", ">="

/// "<0.01" is text "<0.01", comparator less, number 0.01, state below_lod: the number is a bound, not a measurement.
struct ReadValue {
  std::string text;
  std::optional<Decimal> number;
  Comparator comparator = Comparator::none;
  ValueState state = ValueState::missing;

  bool operator==(const ReadValue&) const = default;
};

/// One value for one analyte of one sample, as found in a capture. Produced by instruments/drivers.
struct Observation {
  std::string sample_id;    // as given, blanks trimmed
  std::string sample_type;  // as given: "Sample", "Blank", "QC", "Cal"; empty when the format has none
  std::string analyte;
  ReadValue value;
  std::string unit;  // as given
  std::vector<std::string> flags;
  std::string instrument;  // identity in the bytes, if any
  std::string run;         // batch, data file or message id, if any
  std::string time;        // as given, or ISO 8601 where its profile knows the order of dates: no zone is added
  std::size_t offset = 0;  // of the first octet of the value's record in the capture
};

/// Something in a capture that a person should know; `offset` counts octets from its start.
struct Diagnostic {
  std::size_t offset = 0;
  std::string where;  // line and column, cell, record and field
  std::string message;
};

/// A whole capture, decoded. Either refused with a reason and no observations, or every octet is accounted for.
struct Decoding {
  std::string profile;  // name and version of the decoder
  std::vector<Observation> observations;
  std::vector<Diagnostic> diagnostics;
  std::size_t covered_bytes = 0;  // in an observation or a known non-result range
  std::size_t total_bytes = 0;
  std::string refused;  // empty when accepted
};

}  // namespace lab::model
