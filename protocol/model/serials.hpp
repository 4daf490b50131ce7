#pragma once
// Serial numbers leased to a node, so that it can give a sample a number while nobody answers.

#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/sample_number.hpp"

namespace lab::model {

/// What a serial counts within.
struct SerialKind {
  std::uint8_t year = 0;  // two digits, as in the number
  ProgrammeCode programme;

  auto operator<=>(const SerialKind&) const = default;
};

/// Of both the precondition: the number is not empty.
SerialKind kind_of(const SampleNumber& number);
std::uint32_t serial_of(const SampleNumber& number);
/// Whether sample numbers can name it: three capitals.
bool is_programme_of_numbers(const ProgrammeCode& programme);

/// An order: these serials are this node's, in the incarnation in which it asked. They belong to the request they
/// answer, so that a node which was restored from a backup does not take them a second time.
struct SerialBlock {
  SerialKind kind;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  Hash request;  // of the event SerialsWanted

  bool operator==(const SerialBlock&) const = default;
};

}  // namespace lab::model
