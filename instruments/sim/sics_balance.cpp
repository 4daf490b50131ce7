#include "instruments/sim/sics_balance.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <mutex>
#include <string_view>
#include <utility>

#include "instruments/sim/terminal.hpp"

namespace lab::sim {

struct SicsBalance::Impl {
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
      const ssize_t written = ::write(terminal.master, text.data() + at, text.size() - at);
      if (written <= 0) return;
      at += static_cast<std::size_t>(written);
    }
  }

  mutable std::mutex mutex;
  Terminal terminal;
  std::string weight = "0.00";
  bool stable = true;
  bool mute = false;
};

Result<std::unique_ptr<SicsBalance>> SicsBalance::open() {
  auto impl = std::make_unique<Impl>();
  if (auto opened = impl->terminal.open(); !opened) return fail(std::move(opened));
  return std::unique_ptr<SicsBalance>{new SicsBalance{std::move(impl)}};
}

SicsBalance::SicsBalance(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SicsBalance::~SicsBalance() = default;

std::string SicsBalance::path() const { return impl_->terminal.path; }

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
    pollfd wait{.fd = impl_->terminal.master, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, look_again_ms) <= 0) continue;
    char octet = 0;
    if (::read(impl_->terminal.master, &octet, 1) != 1) return;
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
