#pragma once
// What reception has of a label: read from a photo, scanned by hand, or typed. Everything in it is as the outside world
// gave it; receive() checks it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/model/official_number.hpp"
#include "protocol/model/received.hpp"

namespace lab::reception {

/// A person has looked at the sample and takes it in all the same. Only the doubts they name are set aside: one that
/// they have not been shown still blocks.
struct Acceptance {
  std::vector<std::string> doubts;  // their codes, see doubts.hpp
  std::string reason;
};

struct Label {
  std::optional<model::SampleNumber> number;
  bool has_foreign_code = false;     // a code was read, and it is no sample number
  bool has_several_samples = false;  // labels of different samples
  std::string laboratory;            // that the label names; empty when it names none
  std::string unreadable;            // Chinese reason; empty when something was read
  Hash photo;                        // none when typed
  std::string reader;                // decoder and version, or "typed"
  std::string condition;             // state of sample and seal
  std::uint8_t copy = 1;             // 1 is the test sample, 2 and up its reserves
  std::string code;                  // the text of the code
  model::PrintedNumber printed_is = model::PrintedNumber::not_read;
  std::string printed;  // the number in print
  model::StatusBox status = model::StatusBox::not_seen;
  model::Seal seal = model::Seal::not_checked;
  Hash seal_photo;
  Hash thumbnail;
  UtcTime captured{};  // epoch: not known
  std::string device;
  std::optional<model::OfficialNumber> official;  // beside the number, or instead of one
  Acceptance accepted;
};

}  // namespace lab::reception
