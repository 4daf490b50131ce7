#include "instruments/sim/sics_balance.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <utility>

namespace lab::sim {

struct SicsBalance::Impl {
  ~Impl() {
    if (master >= 0) ::close(master);
    if (slave >= 0) ::close(slave);
  }

  [[nodiscard]] std::string weight_line(const char* status) const {
    return fmt::format("S {} {:>10} g\r\n", status, weight);
  }

  std::string answer(std::string_view command) const {
    if (command == "@" || command == "I4") return "I4 A \"1234567\"\r\n";
    if (command == "S") return stable ? weight_line("S") : "S I\r\n";
    if (command == "SI") return weight_line(stable ? "S" : "D");
    if (command == "I2") return "I2 A \"SIM-204 220.0 g\"\r\n";
    if (command == "Z" || command == "T") return fmt::format("{} A\r\n", command);
    return "ES\r\n";
  }

  void send(const std::string& text) const {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t written = ::write(master, text.data() + at, text.size() - at);
      if (written <= 0) return;
      at += static_cast<std::size_t>(written);
    }
  }

  mutable std::mutex mutex;
  int master = -1;
  int slave = -1;  // held open, so that a host that leaves does not end the line
  std::string path;
  std::string weight = "0.00";
  bool stable = true;
  bool mute = false;
};

Result<std::unique_ptr<SicsBalance>> SicsBalance::open() {
  auto impl = std::make_unique<Impl>();
  impl->master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  char name[128] = {};
  if (impl->master < 0 || ::grantpt(impl->master) != 0 || ::unlockpt(impl->master) != 0 ||
      ::ptsname_r(impl->master, name, sizeof name) != 0) {
    return fail(ErrorCode::unavailable, "this machine gives no pseudo terminal");
  }
  impl->path = name;
  impl->slave = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios raw{};
  if (impl->slave < 0 || ::tcgetattr(impl->slave, &raw) != 0)
    return fail(ErrorCode::unavailable, "cannot open it", name);
  ::cfmakeraw(&raw);
  ::tcsetattr(impl->slave, TCSANOW, &raw);
  return std::unique_ptr<SicsBalance>{new SicsBalance{std::move(impl)}};
}

SicsBalance::SicsBalance(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SicsBalance::~SicsBalance() = default;

std::string SicsBalance::path() const { return impl_->path; }

void SicsBalance::set_load(const std::string& weight, bool stable) {
  const std::lock_guard lock{impl_->mutex};
  impl_->weight = weight;
  impl_->stable = stable;
}

void SicsBalance::set_mute(bool mute) {
  const std::lock_guard lock{impl_->mutex};
  impl_->mute = mute;
}

void SicsBalance::print() const {
  const std::lock_guard lock{impl_->mutex};
  impl_->send(impl_->weight_line(impl_->stable ? "S" : "D"));
}

void SicsBalance::run(const std::stop_token& stop) {
  std::string line;
  constexpr int look_again_ms = 50;  // for the stop request
  while (!stop.stop_requested()) {
    pollfd wait{.fd = impl_->master, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, look_again_ms) <= 0) continue;
    char octet = 0;
    if (::read(impl_->master, &octet, 1) != 1) return;
    if (octet != '\n') {
      if (octet != '\r') line += octet;
      continue;
    }
    const std::lock_guard lock{impl_->mutex};
    if (!impl_->mute) impl_->send(impl_->answer(std::exchange(line, {})));
    line.clear();
  }
}

}  // namespace lab::sim
