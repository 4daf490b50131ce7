#include "instruments/port/serial_device.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

namespace lab::port {
namespace {

std::optional<speed_t> speed_of(int baud) {
  struct Speed {
    int baud;
    speed_t code;
  };
  constexpr std::array speeds{Speed{300, B300},     Speed{1200, B1200},   Speed{2400, B2400},
                              Speed{4800, B4800},   Speed{9600, B9600},   Speed{19200, B19200},
                              Speed{38400, B38400}, Speed{57600, B57600}, Speed{115200, B115200}};
  for (const Speed& speed : speeds) {
    if (speed.baud == baud) return speed.code;
  }
  return std::nullopt;
}

std::string last_error() { return std::error_code{errno, std::generic_category()}.message(); }

bool is_pseudo_terminal(int descriptor) {
  constexpr unsigned first_major = 136;  // Linux: Unix98 pseudo terminals
  constexpr unsigned last_major = 143;
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return false;
  const unsigned kind = major(status.st_rdev);
  return kind >= first_major && kind <= last_major;
}

constexpr tcflag_t line_flags = CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS;
constexpr tcflag_t input_flags = IXON | IXOFF | INPCK | IGNPAR | PARMRK;

tcflag_t flags_of(const SerialSettings& settings) {
  tcflag_t flags = settings.data_bits == 7 ? CS7 : CS8;
  if (settings.parity != Parity::none) flags |= PARENB;
  if (settings.parity == Parity::odd) flags |= PARODD;
  if (settings.stop_bits == 2) flags |= CSTOPB;
  if (settings.flow == FlowControl::hardware) flags |= CRTSCTS;
  return flags;
}

// PARENB alone only makes the driver send and strip the bit. With INPCK, and neither ignored nor marked, a character
// that breaks the parity reads as NUL, which no line of an instrument contains: its line is refused, and not read with
// another digit in it.
tcflag_t input_flags_of(const SerialSettings& settings) {
  tcflag_t flags = settings.flow == FlowControl::software ? IXON | IXOFF : 0;
  if (settings.parity != Parity::none) flags |= INPCK;
  return flags;
}

// Raw: a terminal would echo, swallow 0x03 to 0x05 and turn CR into LF.
Result<std::string> configure(int descriptor, const std::string& path, const SerialSettings& settings) {
  const auto speed = speed_of(settings.baud);
  if (!speed) return fail(ErrorCode::unsupported, fmt::format("不支持波特率 {}", settings.baud), path);
  termios wanted{};
  if (tcgetattr(descriptor, &wanted) != 0) {
    return fail(ErrorCode::unsupported, "这不是串口，请改正路径", path);
  }
  cfmakeraw(&wanted);
  wanted.c_cflag = (wanted.c_cflag & ~line_flags) | flags_of(settings) | CLOCAL | CREAD;
  wanted.c_iflag = (wanted.c_iflag & ~input_flags) | input_flags_of(settings);
  cfsetispeed(&wanted, *speed);
  cfsetospeed(&wanted, *speed);
  if (tcsetattr(descriptor, TCSANOW, &wanted) != 0) return fail(ErrorCode::unsupported, last_error(), path);
  termios taken{};
  tcgetattr(descriptor, &taken);  // tcsetattr succeeds when only some of the settings were taken
  const bool same = (taken.c_cflag & line_flags) == flags_of(settings) &&
                    (taken.c_iflag & input_flags) == input_flags_of(settings) && cfgetospeed(&taken) == *speed;
  if (same) return std::string{};
  if (!is_pseudo_terminal(descriptor)) {
    return fail(ErrorCode::unsupported, "串口没有接受设置，请检查波特率、数据位、奇偶校验和流控制", path);
  }
  return fmt::format("{} 是伪终端：奇偶校验和数据位不起作用", path);
}

}  // namespace

Result<SerialDevice> open_serial(const std::string& path, const SerialSettings& settings) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return fail(ErrorCode::unavailable, fmt::format("不能打开串口：{}", last_error()), path);
  auto warning = configure(descriptor, path, settings);
  if (!warning) {
    ::close(descriptor);
    return fail(std::move(warning));
  }
  constexpr char xon = 0x11;
  if (settings.flow == FlowControl::software && ::write(descriptor, &xon, 1) != 1) {
    *warning += fmt::format("{} 没有接受 XON", path);
  }
  return SerialDevice{.descriptor = descriptor, .warning = *std::move(warning)};
}

}  // namespace lab::port
