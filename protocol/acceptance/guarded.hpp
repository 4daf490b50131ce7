#pragma once
// Boost.Math reports what it cannot compute by throwing; nothing of it leaves this folder.

#include <exception>

#include "protocol/base/result.hpp"

namespace lab::acceptance {

template <class Function>
Result<double> guarded(Function compute) {
  try {
    return compute();
  } catch (const std::exception& error) {
    return fail(ErrorCode::unsupported, std::string{"the probability could not be computed: "} + error.what());
  }
}

}  // namespace lab::acceptance
