#pragma once
// A picture of a label that came in without anybody waiting for the answer, and that could not be taken in.

#include <string>

#include "protocol/model/ids.hpp"
#include "protocol/model/received.hpp"

namespace lab::model {

/// Waits until a person says which sample it shows, or that it shows none. Nothing received is dropped.
struct TrayEntry {
  Received seen;           // what was read; its number is empty when none was
  std::string laboratory;  // that the label names
  std::string code;        // why it was not taken in: a code of lab-node/tables/refusal.hpp ...
  std::string detail;      // ... and the sentence for the bench
  std::string port;        // where it came from, with the file's name
  UtcTime at{};
  PersonId person;      // who answers for that port
  PersonId decided_by;  // empty while it waits
  std::string decision;

  bool operator==(const TrayEntry&) const = default;
};

}  // namespace lab::model
