#include "instruments/port/line_spec.hpp"

#include <fmt/format.h>
#include <charconv>
#include <optional>

#include "instruments/drivers/weighing_line.hpp"
#include "protocol/base/address.hpp"

namespace lab::port {
namespace {

constexpr std::size_t frame_octets_most = std::size_t{1} << 20;  // beyond it the frame is no frame but a lost ETX

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Parity> parity_of(char letter) {
  if (letter == 'N') return Parity::none;
  if (letter == 'E') return Parity::even;
  if (letter == 'O') return Parity::odd;
  return std::nullopt;
}

// "8N1"
bool take_character_format(std::string_view option, SerialSettings& serial) {
  if (option.size() != 3 || (option[0] != '7' && option[0] != '8') || (option[2] != '1' && option[2] != '2'))
    return false;
  const auto parity = parity_of(option[1]);
  if (!parity) return false;
  serial.data_bits = option[0] - '0';
  serial.parity = *parity;
  serial.stop_bits = option[2] - '0';
  return true;
}

bool take_balance(std::string_view option, drivers::BalanceKind& kind) {
  if (option == "sics") kind = drivers::BalanceKind::mt_sics;
  if (option == "sbi") kind = drivers::BalanceKind::sartorius_sbi;
  if (option == "meter") kind = drivers::BalanceKind::line_meter;
  return option == "sics" || option == "sbi" || option == "meter";
}

bool take_frame_limit(std::string_view option, std::size_t& limit) {
  constexpr std::string_view key = "frame=";
  if (!option.starts_with(key)) return false;
  const auto octets = number_in<std::size_t>(option.substr(key.size()));
  if (!octets || *octets == 0 || *octets > frame_octets_most) return false;
  limit = *octets;
  return true;
}

bool take_unit(std::string_view option, std::string& unit) {
  constexpr std::string_view key = "unit=";
  if (!option.starts_with(key) || !drivers::is_meter_unit(option.substr(key.size()))) return false;
  unit = option.substr(key.size());
  return true;
}

bool take_poll(std::string_view option, Milliseconds& poll) {
  constexpr std::string_view key = "poll=";
  constexpr int seconds_max = 3600;
  if (!option.starts_with(key)) return false;
  const auto seconds = number_in<int>(option.substr(key.size()));
  if (!seconds || *seconds < 1 || *seconds > seconds_max) return false;
  poll = std::chrono::seconds{*seconds};
  return true;
}

bool take_word(std::string_view option, LineSpec& spec) {
  if (option == "7bit") {
    spec.seven_bits = true;
  } else if (option == "xonxoff") {
    spec.serial.flow = FlowControl::software;
  } else if (option == "rtscts") {
    spec.serial.flow = FlowControl::hardware;
  } else if (option == "plain") {
    spec.framing = Framing::plain;
  } else {
    return take_balance(option, spec.balance);
  }
  return true;
}

bool take_option(std::string_view option, LineSpec& spec) {
  if (take_word(option, spec) || take_character_format(option, spec.serial)) return true;
  if (take_frame_limit(option, spec.text_octets_max) || take_unit(option, spec.unit)) return true;
  if (take_poll(option, spec.poll)) return true;
  const auto baud = number_in<int>(option);
  if (!baud || *baud <= 0) return false;
  spec.serial.baud = *baud;
  return true;
}

}  // namespace

Result<LineSpec> parse_line_spec(std::string_view text) {
  std::size_t at = text.find(',');
  LineSpec spec{.where = std::string{text.substr(0, at)}};
  if (spec.where.empty()) return fail(ErrorCode::malformed, "write WHERE[,OPTION...]", std::string{text});
  while (at != std::string_view::npos) {
    const std::size_t end = text.find(',', at + 1);
    const std::string_view option = text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    if (!take_option(option, spec)) {
      return fail(ErrorCode::malformed, fmt::format("'{}' is no option of a line; see --help", option),
                  std::string{text});
    }
    at = end;
  }
  if (!spec.unit.empty() && spec.balance != drivers::BalanceKind::line_meter) {
    return fail(ErrorCode::malformed, "unit= is for a meter that prints none; write meter,unit=UNIT",
                std::string{text});
  }
  return spec;
}

LineEnd line_end_of(const LineSpec& spec) {
  const auto address = parse_address(spec.where);
  if (address && !spec.where.starts_with('/')) return TcpEnd{address->host, address->port};
  return SerialEnd{spec.where, spec.serial};
}

}  // namespace lab::port
