#pragma once
// The limits of one batch, the same for every engine. Private to this folder.

#include <optional>

#include "protocol/journal/store.hpp"

namespace lab::journal {

/// Whether the key may exist at all: 1 to key_max octets, the first not zero.
bool is_storable(BytesView key);

/// Counts the changes of one batch and remembers the first thing that went wrong with it.
class BatchLimits {
 public:
  /// Accounts for one change; `record_bytes` is 0 for an erase.
  Result<void> admit(BytesView key, std::size_t record_bytes);

  /// Marks the batch as one that must not be committed, and hands the error on.
  tl::unexpected<Error> spoil(Error error);
  [[nodiscard]] const std::optional<Error>& spoiled() const { return spoiled_; }

 private:
  std::size_t changes_ = 0;
  std::size_t bytes_ = 0;
  std::optional<Error> spoiled_;
};

/// Lives as long as a scan of a batch; a change in the meantime would move the records under the visitor.
class ScanMark {
 public:
  explicit ScanMark(int& running) : running_(running) { ++running_; }
  ~ScanMark() { --running_; }
  ScanMark(const ScanMark&) = delete;
  ScanMark& operator=(const ScanMark&) = delete;

 private:
  int& running_;
};

}  // namespace lab::journal
