#include "instruments/sim/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>
#include <cstdlib>

namespace lab::sim {

Terminal::~Terminal() {
  if (master >= 0) ::close(master);
  if (slave >= 0) ::close(slave);
}

Result<void> Terminal::open() {
  master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  char name[128] = {};
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0 || ::ptsname_r(master, name, sizeof name) != 0) {
    return fail(ErrorCode::unavailable, "this machine gives no pseudo terminal");
  }
  path = name;
  slave = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios raw{};
  if (slave < 0 || ::tcgetattr(slave, &raw) != 0) return fail(ErrorCode::unavailable, "cannot open it", path);
  ::cfmakeraw(&raw);
  ::tcsetattr(slave, TCSANOW, &raw);
  return {};
}

}  // namespace lab::sim
