#pragma once
// Keys: one octet for the table, then fixed-width big-endian fields, so that key order is number order.

#include <concepts>
#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/model/ids.hpp"

namespace lab::journal {

class Key {
 public:
  explicit Key(char table) : bytes_(1, table) {}

  template <std::unsigned_integral Number>
  Key& add(Number number) {
    for (int shift = (static_cast<int>(sizeof(Number)) - 1) * 8; shift >= 0; shift -= 8) {
      bytes_ += static_cast<char>(static_cast<unsigned char>(number >> shift));
    }
    return *this;
  }
  Key& add(const model::TaskId& task) { return add(task.plan.value()).add(task.revision).add(task.number); }
  template <class Tag>
  Key& add(const StrongId<Tag, std::uint32_t>& id) {
    return add(id.value());
  }
  /// As it stands: for texts of fixed length, or as the last field.
  Key& add(BytesView bytes) {
    bytes_ += bytes;
    return *this;
  }

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace lab::journal
