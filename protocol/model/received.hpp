#pragma once
// What was seen when a sample, or a copy of it, was handed over.

#include <cstdint>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/sample_number.hpp"

namespace lab::model {

/// What the number in print beside the code says about the number in the code. Stored as its number: append only.
enum class PrintedNumber : std::uint8_t { not_read, agrees, differs, unreadable };

/// The box that is ticked on the label: 待检, 在检, 已检, 留样. Stored as its number: append only.
enum class StatusBox : std::uint8_t { not_seen, waiting, testing, tested, retained };

/// As the person saw it who opened the bag. Stored as its number: append only.
enum class Seal : std::uint8_t { not_checked, intact, broken };

const char* name_of(PrintedNumber printed);
const char* name_of(StatusBox box);
const char* name_of(Seal seal);

/// The label was read from a photo at reception and this copy of the sample bound to its task.
struct Received {
  SampleNumber number;
  Hash photo;             // SHA-256 of the original file; none when a person typed and had no picture
  std::string reader;     // decoder and version, "typed" when a person entered it
  std::string condition;  // state of sample and seal as the receiver saw it
  std::uint8_t copy = 1;  // 1 is the test sample, 2 and up its reserves
  std::string code;       // what the code says, as it was decoded
  PrintedNumber printed_is = PrintedNumber::not_read;
  std::string printed;  // the number in print, as it was read
  StatusBox status = StatusBox::not_seen;
  Seal seal = Seal::not_checked;
  Hash seal_photo;       // of the seal (封条); none when nobody took one
  Hash thumbnail;        // of `photo`; none when none could be made
  UtcTime captured{};    // when the picture was taken, by its device; epoch when that is not known
  std::string device;    // camera, phone or folder it came from
  std::string accepted;  // codes of the doubts that the receiver decided to accept, with commas between
  std::string reason;    // why the receiver did

  bool operator==(const Received&) const = default;
};

}  // namespace lab::model
