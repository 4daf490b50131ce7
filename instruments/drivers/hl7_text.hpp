#pragma once
// The text of HL7 v2: character set, delimiters, segments, fields, components, escapes. Views point into the text they
// were cut from; nothing is copied before it is needed.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "instruments/drivers/text.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::drivers::hl7 {

struct Delimiters {
  char field = '|';
  char component = '^';
  char repeat = '~';
  char escape = '\\';
  char subcomponent = '&';
};

/// Octets that end a segment: CR by the standard, LF in files, and the marks of MLLP in a stored frame.
constexpr bool ends_segment(char c) { return c == '\r' || c == '\n' || c == '\x0B' || c == '\x1C' || c == '\0'; }

/// Fields counted as the standard does: 0 is the name of the segment. In MSH, FHS and BHS the field delimiter itself
/// counts as field 1.
constexpr std::size_t fields_max = 32;  // no field that is read here lies behind it
using Fields = std::array<std::string_view, fields_max>;

/// Cuts one segment; fields behind `last` are neither looked at nor changed. Precondition: last < fields_max.
void split_fields(std::string_view segment, char delimiter, std::size_t last, Fields& fields);

/// The n-th part (1-based) between delimiters; empty when there are fewer.
std::string_view part(std::string_view field, char delimiter, std::size_t n);

/// The first component that is not blank.
std::string_view first_filled(std::string_view field, const Delimiters& delimiters);

/// \F\ \S\ \T\ \R\ \E\ become the delimiters, \.br\ and \.sp\ a blank, \H\ and \N\ nothing, \Xhh..\ its octets when
/// they are printable ASCII. Other sequences stay as they are.
std::string unescape(std::string_view text, const Delimiters& delimiters);
/// The delimiters of `text` as escapes.
std::string escape(std::string_view text, const Delimiters& delimiters);

/// Reads "MSH|^~\&", and FHS and BHS alike. Nothing when these are not distinct punctuation marks.
std::optional<Delimiters> read_delimiters(std::string_view segment);

/// A line that begins like a segment: three capitals or digits, the first a capital, then the delimiter or its end.
bool is_segment(std::string_view line, char delimiter);

/// The text of a message or file. MSH-18 decides where it names a set that the octets fit; otherwise their form does
/// (decode_instrument_text). Whole captures only: in GB18030 a delimiter can be the second half of a character, so
/// nothing may be split before.
Result<InstrumentText> decode(BytesView capture);

/// What an acknowledgement needs of a message. Texts are UTF-8.
struct Header {
  Delimiters delimiters{};
  std::string sending_application{};    // MSH-3, whole fields with their delimiters
  std::string sending_facility{};       // MSH-4
  std::string receiving_application{};  // MSH-5
  std::string receiving_facility{};     // MSH-6
  std::string type{};                   // MSH-9.1
  std::string trigger{};                // MSH-9.2
  std::string control_id{};             // MSH-10
  std::string processing{};             // MSH-11
  std::string version{};                // MSH-12
  std::string accept_ack{};             // MSH-15
  std::string application_ack{};        // MSH-16
  std::string character_set{};          // MSH-18
  TextCoding coding = TextCoding::utf8;
};

/// The header of one message, without or with the marks of MLLP around it. Malformed when it does not begin with MSH.
Result<Header> read_header(BytesView message);

}  // namespace lab::drivers::hl7
