#pragma once
// SHA-256 of octets that come piece by piece.

#include <memory>

#include "protocol/base/bytes.hpp"

namespace lab::crypto {

class RunningHash {
 public:
  RunningHash();
  ~RunningHash();
  RunningHash(const RunningHash&) = delete;
  RunningHash& operator=(const RunningHash&) = delete;

  void add(BytesView bytes);
  /// Once, at the end.
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lab::crypto
