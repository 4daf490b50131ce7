#include "instruments/drivers/jcamp_ordinates.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <optional>

namespace lab::drivers::jcamp {
namespace {

enum class Form : std::uint8_t { bad, blank, plain, squeezed, difference, repeat, missing, comment };

struct Pseudo {
  Form form = Form::bad;
  int digit = 0;  // with its sign
};

// JCAMP-DX 4.24, table of ASDF forms: one character stands for a sign and the first digit.
constexpr auto pseudo_digits = [] {
  std::array<Pseudo, 256> table{};
  const auto set = [&](char c, Form form, int digit) { table[static_cast<unsigned char>(c)] = {form, digit}; };
  for (const char c : {' ', '\t', ',', ';', '\r', '\n'}) set(c, Form::blank, 0);
  for (char c = '0'; c <= '9'; ++c) set(c, Form::plain, 0);
  for (const char c : {'+', '-', '.'}) set(c, Form::plain, 0);
  set('@', Form::squeezed, 0);
  set('%', Form::difference, 0);
  for (int i = 1; i <= 9; ++i) {
    set(static_cast<char>('A' + i - 1), Form::squeezed, i);
    set(static_cast<char>('a' + i - 1), Form::squeezed, -i);
    set(static_cast<char>('J' + i - 1), Form::difference, i);
    set(static_cast<char>('j' + i - 1), Form::difference, -i);
    if (i < 9) set(static_cast<char>('S' + i - 1), Form::repeat, i);
  }
  set('s', Form::repeat, 9);
  set('?', Form::missing, 0);
  set('$', Form::comment, 0);
  return table;
}();

Pseudo pseudo(char c) { return pseudo_digits[static_cast<unsigned char>(c)]; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr const char* too_long = "数字过长，超出能准确保存的范围";

class OrdinateReader {
 public:
  OrdinateReader(Ordinates& into, std::size_t room) : into_(into), y_(into.y), room_(room) {}

  // Empty, or what is wrong.
  std::string read_line(std::string_view line, std::size_t number) {
    const char* at = line.data();
    const char* const end = at + line.size();
    while (at != end && pseudo(*at).form == Form::blank) ++at;
    if (at == end || *at == '$') return {};
    const auto x = read_affn(at, end);
    if (!x) return "行首不是横坐标";
    awaits_check_ = ends_in_difference_ && y_.size() > 0;
    into_.lines.push_back({.x = to_double(*x),
                           .resolution = to_double(Number{.digits = 1, .exponent = x->exponent}),
                           .index = y_.size() - (awaits_check_ ? 1 : 0),
                           .line = number});
    while (at != end) {
      if (const char* const why = read_item(at, end)) return why;
    }
    return {};
  }

 private:
  // One item at the cursor; what is wrong with it, or null.
  const char* read_item(const char*& at, const char* end) {
    const Pseudo first = pseudo(*at);
    switch (first.form) {
      case Form::difference:
        ++at;
        return add_difference(signed_digits(first.digit, at, end));
      case Form::repeat:
        ++at;
        return add_repeats(signed_digits(first.digit, at, end));
      case Form::squeezed:
        return read_squeezed(at, end);
      case Form::plain:
        return read_plain(at, end);
      case Form::blank:
        ++at;
        return nullptr;
      case Form::comment:
        at = end;
        return nullptr;
      case Form::missing:
        ++at;
        return add_missing();
      case Form::bad:
        break;
    }
    return "有不属于任何压缩格式的字符";
  }

  // The digits behind a pseudo-digit; nothing when there are too many for 64 bits.
  static std::optional<std::int64_t> signed_digits(int first, const char*& at, const char* end) {
    constexpr std::int64_t limit = 1'000'000'000'000'000'000;
    std::int64_t value = first;
    const int sign = first < 0 ? -1 : 1;
    for (; at != end && is_digit(*at); ++at) {
      if (value >= limit / 10 || value <= -limit / 10) return std::nullopt;
      value = value * 10 + sign * (*at - '0');
    }
    return value;
  }

  const char* read_squeezed(const char*& at, const char* end) {
    const int first = pseudo(*at++).digit;
    const char* const digits = at;
    const auto value = signed_digits(first, at, end);
    if (!value) return too_long;
    if (at == end || *at != '.') return add_value({.digits = *value});
    // Outside the standard, but some programs squeeze numbers with a point.
    at = digits;
    std::string text = fmt::format("{}", first);
    while (at != end && (is_digit(*at) || *at == '.')) text += *at++;
    const char* cursor = text.data();
    const auto number = read_affn(cursor, text.data() + text.size());
    if (!number || cursor != text.data() + text.size()) return "压缩的数写得不对";
    return add_value(*number);
  }

  const char* read_plain(const char*& at, const char* end) {
    const auto number = read_affn(at, end);
    return number ? add_value(*number) : "有一个正负号后面没有数字";
  }

  const char* add_value(const Number& number) {
    ends_in_difference_ = false;
    is_missing_ = false;
    last_number_ = number;
    if (awaits_check_) {
      awaits_check_ = false;
      return number.exponent == 0 && number.digits == value_ ? nullptr : "与上一行末的纵坐标不一致（Y 校验）";
    }
    if (y_.size() >= room_) return "点数过多";
    value_ = number.digits;
    is_whole_ = number.exponent == 0;
    y_.add(number);
    return nullptr;
  }

  const char* add_missing() {
    if (y_.size() >= room_) return "点数过多";
    ends_in_difference_ = false;
    is_missing_ = true;
    awaits_check_ = false;
    y_.add_missing();
    return nullptr;
  }

  const char* add_difference(std::optional<std::int64_t> step) {
    if (!step) return too_long;
    if (y_.size() == 0 || is_missing_ || !is_whole_ || awaits_check_ || !y_.is_integral())
      return "差值之前没有整数的纵坐标";
    if (y_.size() >= room_) return "点数过多";
    step_ = *step;
    ends_in_difference_ = true;
    return y_.add_steps(value_, *step, 1) ? nullptr : "纵坐标超出范围";
  }

  // The count includes the ordinate that is repeated.
  const char* add_repeats(std::optional<std::int64_t> count) {
    if (!count || *count < 1 || static_cast<std::size_t>(*count) > room_ - y_.size() + 1) return "点数过多";
    if (y_.size() == 0 || awaits_check_) return "重复之前没有纵坐标";
    const auto more = static_cast<std::size_t>(*count) - 1;
    if (ends_in_difference_) return y_.add_steps(value_, step_, more) ? nullptr : "纵坐标超出范围";
    for (std::size_t i = 0; i < more; ++i) {
      if (is_missing_) {
        y_.add_missing();
      } else {
        y_.add(last_number_);
      }
    }
    return nullptr;
  }

  Ordinates& into_;
  Column& y_;
  std::size_t room_;
  Number last_number_;
  std::int64_t value_ = 0;  // of the last ordinate, while ordinates are integers
  std::int64_t step_ = 0;
  bool ends_in_difference_ = false;
  bool awaits_check_ = false;
  bool is_whole_ = false;    // the last ordinate was written without a point and without an exponent
  bool is_missing_ = false;  // the last ordinate is "?"
};

tl::unexpected<Error> bad_line(std::size_t number, std::string why) {
  return fail(ErrorCode::malformed, std::move(why), fmt::format("数据表第 {} 行", number));
}

}  // namespace

Result<Ordinates> read_ordinates(std::string_view table, std::size_t room) {
  Ordinates ordinates;
  ordinates.y.reserve(std::min(table.size() / 2, room));  // between one octet a point (DIF) and a dozen (AFFN)
  OrdinateReader reader{ordinates, room};
  std::size_t number = 0;
  while (!table.empty()) {
    std::size_t end = 0;
    while (end < table.size() && table[end] != '\r' && table[end] != '\n') ++end;
    ++number;
    if (std::string why = reader.read_line(table.substr(0, end), number); !why.empty()) {
      return bad_line(number, std::move(why));
    }
    const bool is_pair = table.substr(end).starts_with("\r\n");
    table.remove_prefix(std::min(end + (is_pair ? 2 : 1), table.size()));
  }
  return ordinates;
}

Result<std::vector<Column>> read_groups(std::string_view table, std::size_t group) {
  std::vector<Column> columns(group);
  std::size_t count = 0;
  std::size_t line = 1;
  const char* at = table.data();
  const char* const end = at + table.size();
  while (at != end) {
    if (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'))) ++line;
    const Form form = pseudo(*at).form;
    if (form == Form::blank) {
      ++at;
      continue;
    }
    if (form == Form::comment) {
      while (at != end && *at != '\r' && *at != '\n') ++at;
      continue;
    }
    const auto number = form == Form::plain ? read_affn(at, end) : std::nullopt;
    const bool whole = number && (at == end || pseudo(*at).form == Form::blank || *at == '$');
    if (!whole) return bad_line(line, "应为成组的数，却有别的字符");
    columns[count++ % group].add(*number);
  }
  if (count % group != 0) return bad_line(line, fmt::format("数的个数不是 {} 的倍数，最后一组不完整", group));
  return columns;
}

}  // namespace lab::drivers::jcamp
