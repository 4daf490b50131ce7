#pragma once
// Reads a photograph of a sample label, in the calling process. The decoders it uses can abort the process on ordinary
// photographs, so a daemon calls Worker::read (worker.hpp) instead, which does this in a process of its own.
//
// Stages, one file each: header (limits, before any decoding) -> picture (grey values) -> steps (what is tried, in
// order)
// -> evidence (what is proven) -> payload (is it a sample number).

#include <chrono>
#include <string>
#include <vector>

#include "instruments/label/reading.hpp"
#include "protocol/base/bytes.hpp"

namespace lab::label {

struct ReadOptions {
  /// No further step is begun after this, and the one that runs soon ends. The first is always tried.
  std::chrono::milliseconds budget{1000};
  /// Steps to leave out, by name: benchmarks show so what each is worth.
  std::vector<std::string> without;
};

/// Ends with the first step that proves a sample number. Foreign codes never end the search: a product's own bar
/// code is often in the picture beside a label that is harder to read.
/// Everything that can go wrong with a picture is in the answer; nothing is thrown. Not thread-safe with itself as far
/// as time goes: OpenCV uses the threads it is given.
LabelReading read(BytesView file, const ReadOptions& options = {});

}  // namespace lab::label
