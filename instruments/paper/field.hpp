#pragma once
// What every paper has: names with what stands behind them.

#include <string>

namespace lab::paper {

/// A name and what stands behind it.
struct Field {
  std::string name;
  std::string value;
};

}  // namespace lab::paper
