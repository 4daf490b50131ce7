#pragma once
// The sample number as it is printed on a photographed label, beside what the label's code says. Labels get codes of
// other labels stuck over them, and numbers are written into the wrong form: a difference is for a person to decide.
//
// Stages, one file each: marks (what is dark) -> text_lines (rows of letters) -> strip (a row cut out) -> recogniser
// (what its columns show) -> number_in_line (which number that is) -> seen_number (agree, differ or unreadable).

#include <chrono>
#include <memory>

#include "instruments/label/reading.hpp"
#include "protocol/base/bytes.hpp"

namespace lab::label {

struct NumberLineOptions {
  /// No further line is looked at after this.
  std::chrono::milliseconds budget{250};
};

class NumberLine {
 public:
  /// Takes a few milliseconds: make one and keep it.
  NumberLine();
  ~NumberLine();
  NumberLine(const NumberLine&) = delete;
  NumberLine& operator=(const NumberLine&) = delete;

  /// Adds to what was read of `file`: `printed_number`, the flag when it differs, and the time it took. Looks when a
  /// sample number was read, and when no code was found at all; otherwise the reading stays as it is.
  /// Whatever is wrong with the picture leaves the number unreadable; nothing is thrown. One call at a time.
  void add_to(LabelReading& reading, BytesView file, const NumberLineOptions& options = {}) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lab::label
