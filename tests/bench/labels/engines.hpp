#pragma once
// The readers that are compared, each with the best settings its authors offer for single pictures.

#include <chrono>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace lab::bench {

struct Answer {
  std::vector<std::string> texts;
  double milliseconds = 0;
};

struct Settings {
  std::chrono::milliseconds budget{1000};
  std::vector<std::string> without;  // our steps that are left out
};

/// An answer as a text, to carry it between processes, and back.
std::string packed(const Answer& answer);
Answer unpacked(const std::string& text);

/// From the bytes of the file to the texts. They may crash: call them in a process of their own.
Answer by_qlims(BytesView file, const Settings& settings);
Answer by_zxing(BytesView file, const Settings& settings);
Answer by_zbar(BytesView file, const Settings& settings);

}  // namespace lab::bench
