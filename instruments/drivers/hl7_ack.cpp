#include "instruments/drivers/hl7_ack.hpp"

#include <fmt/format.h>

#include "instruments/drivers/mllp.hpp"
#include "protocol/base/charset.hpp"
#include "protocol/base/text.hpp"

namespace lab::drivers::hl7 {
namespace {

constexpr std::size_t reason_octets_max = 240;  // MSA-3 has 80 characters; in Chinese each is three octets

bool is_condition(std::string_view text) { return text == "AL" || text == "NE" || text == "ER" || text == "SU"; }

bool asks(std::string_view condition, bool good) {
  return condition == "AL" || (condition == "ER" && !good) || (condition == "SU" && good);
}

std::string_view application_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::taken:
      return "AA";
    case Outcome::unread:
    case Outcome::unstored:
      return "AE";
    case Outcome::rejected:
      return "AR";
  }
  return "AE";
}

std::string_view commit_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::taken:
    case Outcome::unread:
      return "CA";  // it is safe here, which is all that this code says
    case Outcome::unstored:
      return "CE";
    case Outcome::rejected:
      return "CR";
  }
  return "CE";
}

std::string without_high_octets(std::string_view text) {
  std::string ascii;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x80) ascii += c;
  }
  return ascii;
}

// A sender that writes GB18030 without declaring it must be able to read the answer too.
Bytes encode_for(const Header& header, const std::string& utf8) {
  switch (header.coding) {
    case TextCoding::utf8:
    case TextCoding::utf8_bom:
      return utf8;
    case TextCoding::gb18030:
      return encode_text(utf8, Charset::gb18030).value_or(without_high_octets(utf8));
    case TextCoding::utf16_le:
      return encode_text(utf8, Charset::utf16_le).value_or(without_high_octets(utf8));
    case TextCoding::utf16_be:
      return encode_text(utf8, Charset::utf16_be).value_or(without_high_octets(utf8));
    case TextCoding::latin1:
    case TextCoding::windows_1252:
      return without_high_octets(utf8);
  }
  return utf8;
}

std::string time_text(UtcTime now) {
  const auto local = std::chrono::floor<std::chrono::seconds>(now) + civil_offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const CivilDate date{day};
  const std::chrono::hh_mm_ss clock{local - day};
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}+0800", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace

std::vector<std::string_view> codes_for(const Header& header, Outcome outcome) {
  if (!is_condition(header.accept_ack) && !is_condition(header.application_ack)) return {application_code(outcome)};
  std::vector<std::string_view> codes;
  const bool accepted = outcome == Outcome::taken || outcome == Outcome::unread;
  if (asks(header.accept_ack, accepted)) codes.push_back(commit_code(outcome));
  if (accepted && asks(header.application_ack, outcome == Outcome::taken)) codes.push_back(application_code(outcome));
  return codes;
}

Bytes acknowledgement(const std::optional<Header>& header, const Answer& answer) {
  const Header known = header.value_or(Header{.processing = "P", .version = "2.5.1"});
  const Delimiters& d = known.delimiters;
  std::string marks(1, d.component);
  for (const char mark : {d.repeat, d.escape, d.subcomponent}) {
    if (mark != '\0') marks += mark;
  }
  const char f = d.field;
  std::string type = "ACK";
  if (!known.trigger.empty()) type += d.component + known.trigger;
  const std::string reason{shortened(escape(answer.reason, d), reason_octets_max)};
  // Positions 13 to 17 stay empty; 18 repeats the sender's character set.
  std::string text = fmt::format("MSH{0}{1}{0}{2}{0}{3}{0}{4}{0}{5}{0}{6}{0}{0}{7}{0}{8}{0}{9}{0}{10}", f, marks,
                                 known.receiving_application, known.receiving_facility, known.sending_application,
                                 known.sending_facility, time_text(answer.now), type, answer.control_id,
                                 known.processing, known.version);
  if (!known.character_set.empty()) text += std::string(6, f) + known.character_set;
  text += fmt::format("\rMSA{0}{1}{0}{2}", f, answer.code, known.control_id);
  if (!reason.empty()) text += f + reason;
  text += '\r';
  return encode_for(known, text);
}

Bytes mllp_block(BytesView message) {
  Bytes block(1, mllp::start_of_block);
  block += message;
  block += {mllp::end_of_block, '\r'};
  return block;
}

}  // namespace lab::drivers::hl7
