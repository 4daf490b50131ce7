#pragma once
// Internal to this folder: nothing leaves that does not read. In this process: the decoders' habit of aborting concerns
// photographs, not clean dots of our own.

#include <string>

#include "instruments/label/print/label_bitmap.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

/// The codes that a label must carry, and no others.
struct Codes {
  std::string qr;
  std::string bars;  // Code 128; empty when there is none
};

/// Reads the label with ZXing and with ZBar, each by itself. Conflict, with the engine in `where`, unless either reads
/// exactly these codes, each once, and nothing else.
Result<void> prove(const LabelBitmap& label, const Codes& codes);

}  // namespace lab::label
