#pragma once
// Acknowledgements of HL7 v2 messages (chapter 2.9): the original mode with one answer, and the enhanced mode in which
// the message itself says which answers it wants.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/drivers/hl7_text.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

namespace lab::drivers::hl7 {

/// What became of a message.
enum class Outcome {
  taken,     // durable, and its results were read
  unread,    // durable, and not one result could be read: an error of the application
  unstored,  // not durable: the sender must send it again
  rejected,  // not a message for us, or over the limit; sending it again is of no use
};

/// Which answers, in order, the message asks for.
/// Original mode (neither MSH-15 nor MSH-16 names a condition of table 0155): one, AA, AE or AR.
/// Enhanced mode: CA, CE or CR if MSH-15 asks for it, then AA, AE or AR if MSH-16 does and the message was accepted.
std::vector<std::string_view> codes_for(const Header& header, Outcome outcome);

struct Answer {
  std::string_view code{};        // "AA", "CE", ...
  std::string_view reason{};      // UTF-8; MSA-3; empty when all is well
  std::string_view control_id{};  // of the answer: MSH-10
  UtcTime now{};                  // MSH-7, in the civil time of China with its offset
};

/// One answer as a message without the marks of MLLP: MSH-3..6 swapped, MSH-10 echoed in MSA-2, delimiters, version and
/// processing of the message, in its character set. A character that has no place in that set is left out.
/// Without a header (nothing): an answer that names no message.
Bytes acknowledgement(const std::optional<Header>& header, const Answer& answer);

/// VT, message, FS, CR.
Bytes mllp_block(BytesView message);

}  // namespace lab::drivers::hl7
