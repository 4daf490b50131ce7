#pragma once
// The sections of an export, read in bounds.

#include <optional>
#include <string>

#include "protocol/model/message.hpp"

namespace lab::verify {

/// Reads numbers and octets from the front; once something was missing, everything is.
class Cursor {
 public:
  explicit Cursor(BytesView bytes) : rest_(bytes) {}

  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  BytesView take(std::size_t count);
  BytesView counted() { return take(u32()); }

  [[nodiscard]] bool is_good() const { return good_; }
  [[nodiscard]] bool is_at_end() const { return good_ && rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

 private:
  std::uint64_t number(std::size_t octets);

  BytesView rest_;
  bool good_ = true;
};

struct OrderSection {
  std::uint32_t node = 0;
  model::Orders orders;
};

struct EventSection {
  std::uint64_t position = 0;
  std::uint32_t node = 0;
  std::uint32_t incarnation = 0;
  std::uint64_t first = 0;
  Bytes signature;
  std::vector<BytesView> events;
};

/// Nothing when the body is not exactly that.
std::optional<OrderSection> read_order_section(BytesView body);
std::optional<EventSection> read_event_section(BytesView body);

}  // namespace lab::verify
