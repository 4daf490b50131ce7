#pragma once
// Holds the trace of a process (flush_shim, QLIMS_FLUSH_TRACE) against the promise that nothing is acknowledged before
// the flush of its commit has returned. Of the product only the decoder of frames is used.
//
// For an acknowledgement of everything up to N the frame that first brought N must have come before a whole commit (its
// data flush begun after that frame, returned, and its header page written), and that commit before the
// acknowledgement. A commit that began earlier cannot hold what had not come.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lab::store_order {

struct Step {
  enum class Kind : std::uint8_t { flush_begun, flushed, header_flushed, received, sent };
  Kind kind{};
  std::string_view frame;
};

/// Throws std::runtime_error when the octets are no trace. The result refers to them.
std::vector<Step> read_trace(std::string_view octets);

struct Findings {
  std::uint64_t commits = 0;
  std::uint64_t data_flushes = 0;
  std::uint64_t acknowledgements = 0;  // that acknowledge something new
  std::uint64_t acknowledged = 0;      // events or orders
  std::vector<std::string> violations;
};

/// A coordinator: Ack against Events. A node: what it says of orders against Orders.
Findings check_order(const std::vector<Step>& trace);

}  // namespace lab::store_order
