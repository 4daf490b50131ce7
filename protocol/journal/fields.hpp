#pragma once
// Fixed-width big-endian fields, so that key order is number order; also the form of records too small for a schema.

#include <algorithm>
#include <concepts>
#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"

namespace lab::journal {

/// Writes fields one after the other. A key is `Fields{table}.add(...)...bytes()`: one octet for the table, then
/// fields.
class Fields {
 public:
  Fields() = default;
  explicit Fields(char table) : bytes_(1, table) {}

  template <std::unsigned_integral Number>
  Fields& add(Number number) {
    for (int shift = (static_cast<int>(sizeof(Number)) - 1) * 8; shift >= 0; shift -= 8) {
      bytes_ += static_cast<char>(static_cast<unsigned char>(number >> shift));
    }
    return *this;
  }
  Fields& add(const model::TaskId& task) { return add(task.plan.value()).add(task.revision).add(task.number); }
  Fields& add(const Hash& hash) { return add(hash.view()); }
  Fields& add(UtcTime time) { return add(static_cast<std::uint64_t>(to_unix_ms(time))); }
  template <class Tag>
  Fields& add(const StrongId<Tag, std::uint32_t>& id) {
    return add(id.value());
  }
  /// As it stands: for texts of fixed length, or as the last field.
  Fields& add(BytesView bytes) {
    bytes_ += bytes;
    return *this;
  }

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Reads what Fields wrote. Reading past the end is our bug: records are checksummed, so their length is what we wrote.
class FieldReader {
 public:
  explicit FieldReader(BytesView bytes) : rest_(bytes) {}
  /// For keys: skips the table's octet.
  static FieldReader of_key(BytesView key) { return FieldReader{key.substr(1)}; }

  template <std::unsigned_integral Number>
  Number take() {
    std::uint64_t value = 0;
    for (const char octet : take_bytes(sizeof(Number))) value = (value << 8) | static_cast<unsigned char>(octet);
    return static_cast<Number>(value);
  }
  model::TaskId take_task() {
    const auto plan = model::PlanId{take<std::uint32_t>()};
    const auto revision = take<std::uint16_t>();
    return {.plan = plan, .revision = revision, .number = take<std::uint32_t>()};
  }
  Hash take_hash() {
    Hash hash;
    const BytesView octets = take_bytes(hash.octets.size());
    std::copy(octets.begin(), octets.end(), hash.octets.begin());
    return hash;
  }
  UtcTime take_time() { return from_unix_ms(static_cast<std::int64_t>(take<std::uint64_t>())); }
  BytesView take_bytes(std::size_t count) {
    LAB_CHECK(count <= rest_.size());
    const BytesView taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  [[nodiscard]] BytesView rest() const { return rest_; }

 private:
  BytesView rest_;
};

}  // namespace lab::journal
