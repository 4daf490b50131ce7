#include "instruments/codes/code128_text.hpp"

namespace lab::codes {
namespace {

class Reader {
 public:
  /// False when `value` cannot stand here.
  bool take_start(int value) {
    if (value < 103 || value > 105) return false;
    set_ = static_cast<Set>(value - 103);
    return true;
  }

  bool take(int value) {
    if (value < 0 || value > 102) return false;
    const Set set = shifted_ ? (set_ == Set::a ? Set::b : Set::a) : set_;
    shifted_ = false;
    if (value == 102) return take_function_1();
    if (set == Set::c) return take_pair(value);
    if (value < 96) {
      append(set == Set::a && value >= 64 ? value - 64 : value + 32);
      return true;
    }
    return take_control(value, set);
  }

  std::string take_text() { return std::move(text_); }

 private:
  enum class Set { a, b, c };

  bool take_function_1() {
    if (begun_) text_ += '\x1D';
    begun_ = true;
    return true;
  }

  bool take_pair(int value) {
    if (value == 100 || value == 101) {
      set_ = value == 100 ? Set::b : Set::a;
      return true;
    }
    append('0' + value / 10);
    append('0' + value % 10);
    return true;
  }

  /// 96..101 of set A or B.
  bool take_control(int value, Set set) {
    if (value == 98) {
      shifted_ = true;
      return true;
    }
    if (value == 99) {
      set_ = Set::c;
      return true;
    }
    if (value < 98) return false;
    const bool to_other_set = (value == 100) == (set == Set::a);
    if (to_other_set) {
      set_ = set == Set::a ? Set::b : Set::a;
      return true;
    }
    // FNC4: once for the next character, twice until it comes twice again.
    if (upper_next_) upper_ = !upper_;
    upper_next_ = !upper_next_;
    return true;
  }

  void append(int code) {
    begun_ = true;
    if (upper_ != upper_next_) code += 128;
    upper_next_ = false;
    if (code < 128) {
      text_ += static_cast<char>(code);
    } else {
      text_ += static_cast<char>(0xC0 | code >> 6);
      text_ += static_cast<char>(0x80 | (code & 0x3F));
    }
  }

  Set set_ = Set::b;
  bool shifted_ = false;
  bool begun_ = false;
  bool upper_ = false;
  bool upper_next_ = false;
  std::string text_;
};

}  // namespace

std::optional<std::string> code128_text(std::span<const int> values) {
  Reader reader;
  if (values.empty() || !reader.take_start(values.front())) return std::nullopt;
  for (const int value : values.subspan(1)) {
    if (!reader.take(value)) return std::nullopt;
  }
  std::string text = reader.take_text();
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace lab::codes
