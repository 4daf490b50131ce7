#pragma once
// What a photograph of a sample label says. Plain values: they cross the process boundary and go into the store.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/model/sample_number.hpp"

namespace lab::label {

/// A code that was found and proven. Error-corrected codes (QR, Data Matrix) prove themselves; bar codes are listed
/// only when two different treatments of the picture gave the same text.
struct FoundCode {
  std::string symbology;          // "QRCode", "DataMatrix", "Code128", "EAN13", "EAN8", "UPCA", "UPCE"
  std::string text;               // UTF-8
  bool is_sample_number = false;  // false: a foreign code, such as the product's own bar code

  bool operator==(const FoundCode&) const = default;
};

/// Travels as its number: append only.
enum class Flag : std::uint8_t {
  truncated,               // the file ends before the picture does
  reduced,                 // decoded at a lower resolution because the picture is large
  several_samples,         // labels of different samples in one picture: no number is given
  out_of_time,             // the time allowed was used up before everything was tried
  printed_number_differs,  // from the code's: nothing is received before a person has decided
};

/// What the printed number line says beside the code. Travels as its number: append only.
enum class Agreement : std::uint8_t {
  agree,
  differ,
  unreadable,    // no number line was found, or it is not clear enough to say either
  not_compared,  // no code was read; the text, if any, is a suggestion for a person, never a sample number
};

/// Travels as its number: append only.
enum class Cause : std::uint8_t {
  refused,        // not a picture we accept
  no_code,        // a picture, and no code was found in it
  crashed,        // the reading process died on it
  timed_out,      // the reading process did not answer in time and was stopped
  broken_answer,  // the reading process answered something that is not an answer
  no_worker,      // the reading process could not be started
};

const char* name_of(Flag flag);
const char* name_of(Cause cause);
const char* name_of(Agreement agreement);

struct PrintedNumber {
  std::string text;  // of the form of a sample number, its check character not proven; empty when it is not readable
  Agreement agrees = Agreement::unreadable;

  bool operator==(const PrintedNumber&) const = default;
};

struct Unreadable {
  Cause cause = Cause::no_code;
  std::string reason;  // Chinese, for the bench: what happened and what to do

  bool operator==(const Unreadable&) const = default;
};

/// Exactly one of these holds: `number` is set; `codes` has only foreign codes or several samples; `unreadable` is set.
struct LabelReading {
  std::vector<FoundCode> codes;
  std::optional<model::SampleNumber> number;
  std::optional<PrintedNumber> printed_number;  // nothing: not looked for
  std::vector<Flag> flags;
  std::optional<Unreadable> unreadable;
  std::chrono::milliseconds took{};
  std::string reader;  // name and versions of what read it, for the record

  bool operator==(const LabelReading&) const = default;
};

/// A reading without content.
LabelReading unreadable(Cause cause, std::string reason);

}  // namespace lab::label
