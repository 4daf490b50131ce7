#pragma once
// The frame of ASTM E1381-95 / CLSI LIS1-A: STX, frame number, text, ETX or ETB, two hexadecimal digits of checksum,
// CR, LF. Shared by the live receiver and by the reader of stored captures, so that both accept the same octets.

#include <cstddef>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.hpp"

namespace lab::drivers::astm {

inline constexpr char stx = '\x02';
inline constexpr char etx = '\x03';
inline constexpr char eot = '\x04';
inline constexpr char enq = '\x05';
inline constexpr char ack = '\x06';
inline constexpr char nak = '\x15';
inline constexpr char etb = '\x17';

enum class FrameFault { none, number, checksum };

/// One frame without its line end. The views point into the octets it was read from.
struct Frame {
  int number = 0;          // 0..7
  std::string_view text;   // between number and ETX/ETB
  bool ends_text = false;  // ETX, not ETB
  FrameFault fault = FrameFault::none;
};

/// Offset of the next STX, ETX or ETB at or behind `from`; nothing when there is none yet.
std::optional<std::size_t> find_frame_mark(BytesView bytes, std::size_t from);

/// Octets from STX through the second checksum digit when ETX/ETB stands at `end_mark`.
inline std::size_t frame_length(std::size_t end_mark) { return end_mark + 3; }

/// Judges the octets from STX through the second checksum digit. The checksum is the sum modulo 256 from the number
/// through ETX/ETB; lower-case digits are accepted. Control characters in the text are not a fault when the checksum is
/// right: the standard bars them, instruments send them.
Frame read_frame(BytesView bytes);

/// The octets of a frame with its checksum in upper case and its line end. Precondition: number is 0..7.
Bytes make_frame(int number, std::string_view text, bool ends_text);

inline int next_number(int number) { return (number + 1) % 8; }

/// Follows the records of a message across frames, to know where it ends without parsing it.
class RecordWatch {
 public:
  void add(const Frame& frame);

  /// The text so far begins with a header record: E1394 then promises a terminator record.
  [[nodiscard]] bool begins_with_header() const { return first_ == 'H'; }
  /// The last record that has begun is the terminator, "L" followed by a delimiter or by its end.
  [[nodiscard]] bool at_terminator() const;
  /// Some record so far is a query ("Q"): the instrument asks what to do, and waits to be told.
  [[nodiscard]] bool asks() const { return asks_; }
  [[nodiscard]] bool empty() const { return first_ == '\0'; }

 private:
  /// The record that is being read is of this type: its letter, and behind it a delimiter or nothing yet.
  [[nodiscard]] bool is_of_type(char letter) const;

  char first_ = '\0';
  bool asks_ = false;
  char record_[2] = {'\0', '\0'};  // the first two characters of the last record
  std::size_t record_length_ = 0;
  bool at_record_start_ = true;
};

}  // namespace lab::drivers::astm
