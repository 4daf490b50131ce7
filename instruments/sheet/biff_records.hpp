#pragma once
// The records of a binary spreadsheet ([MS-XLS]), and the strings in them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace lab::sheet {

namespace biff {
inline constexpr std::uint16_t formula = 0x0006;
inline constexpr std::uint16_t end_of_part = 0x000A;
inline constexpr std::uint16_t date_mode = 0x0022;
inline constexpr std::uint16_t encrypted = 0x002F;
inline constexpr std::uint16_t continued = 0x003C;
inline constexpr std::uint16_t sheet_entry = 0x0085;
inline constexpr std::uint16_t many_small_numbers = 0x00BD;
inline constexpr std::uint16_t rich_text = 0x00D6;
inline constexpr std::uint16_t cell_format = 0x00E0;
inline constexpr std::uint16_t shared_strings = 0x00FC;
inline constexpr std::uint16_t shared_string = 0x00FD;
inline constexpr std::uint16_t number = 0x0203;
inline constexpr std::uint16_t text = 0x0204;
inline constexpr std::uint16_t boolean_or_error = 0x0205;
inline constexpr std::uint16_t formula_text = 0x0207;
inline constexpr std::uint16_t small_number = 0x027E;
inline constexpr std::uint16_t number_format = 0x041E;
inline constexpr std::uint16_t begin_of_part = 0x0809;
}  // namespace biff

/// A record and those that continue it: a record holds 8 KB, a table of strings more. The pieces are parts of the
/// stream.
struct BiffRecord {
  std::uint16_t id = 0;
  std::vector<BytesView> pieces;

  [[nodiscard]] BytesView data() const { return pieces.front(); }
};

/// Goes through the records of a stream, which must outlive it.
class BiffReader {
 public:
  explicit BiffReader(BytesView stream, std::size_t at = 0) : stream_(stream), at_(at) {}

  /// Nothing at the end, and when a record is cut short.
  std::optional<BiffRecord> next();

 private:
  std::optional<BytesView> take(std::uint16_t& id);

  BytesView stream_;
  std::size_t at_ = 0;
};

/// Reads the fields of a record one after the other, across its pieces.
class BiffFields {
 public:
  BiffFields(const BiffRecord& record, std::size_t at) : record_(record), at_(at) {}

  std::uint64_t number(std::size_t octets);
  /// A string whose length stands in so many octets (0: `units` says it), as UTF-8, without its fonts and readings.
  std::string string(std::size_t length_octets, std::size_t units = 0);
  /// A field was asked for behind the end, or a string is no UTF-16: what was read last says nothing.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  [[nodiscard]] bool at_end();
  void skip(std::size_t octets);
  std::string characters(std::size_t units, bool wide);

  const BiffRecord& record_;
  std::size_t piece_ = 0;
  std::size_t at_;
  bool failed_ = false;
};

}  // namespace lab::sheet
