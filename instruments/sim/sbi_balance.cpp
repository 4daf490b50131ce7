#include "instruments/sim/sbi_balance.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <mutex>
#include <utility>

#include "instruments/sim/terminal.hpp"

namespace lab::sim {

struct SbiBalance::Impl {
  void send() const {
    const std::string line = sbi_line(weight, stable, id);
    static_cast<void>(::write(terminal.master, line.data(), line.size()));
  }

  mutable std::mutex mutex;
  Terminal terminal;
  std::string weight = "0.00";
  std::string id;
  bool stable = true;
  bool mute = false;
};

std::string sbi_line(const std::string& weight, bool stable, const std::string& id) {
  const std::string code = id.empty() ? std::string{} : fmt::format("{:<6}", id);
  if (weight == "High" || weight == "Low") return fmt::format("{}      {:<8}\r\n", code, weight);
  const bool negative = weight.starts_with('-');
  return fmt::format("{}{} {:>8} {:<3}\r\n", code, negative ? '-' : '+', negative ? weight.substr(1) : weight,
                     stable ? "g" : "");
}

Result<std::unique_ptr<SbiBalance>> SbiBalance::open() {
  auto impl = std::make_unique<Impl>();
  if (auto opened = impl->terminal.open(); !opened) return fail(std::move(opened));
  return std::unique_ptr<SbiBalance>{new SbiBalance{std::move(impl)}};
}

SbiBalance::SbiBalance(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SbiBalance::~SbiBalance() = default;

std::string SbiBalance::path() const { return impl_->terminal.path; }

void SbiBalance::set_load(const std::string& weight, bool stable) {
  const std::lock_guard lock{impl_->mutex};
  impl_->weight = weight;
  impl_->stable = stable;
}

void SbiBalance::set_id(const std::string& id) {
  const std::lock_guard lock{impl_->mutex};
  impl_->id = id;
}

void SbiBalance::set_mute(bool mute) {
  const std::lock_guard lock{impl_->mutex};
  impl_->mute = mute;
}

void SbiBalance::print() const {
  const std::lock_guard lock{impl_->mutex};
  impl_->send();
}

void SbiBalance::run(const std::stop_token& stop) {
  constexpr int look_again_ms = 50;  // for the stop request
  constexpr char escape = 0x1B;
  char before = 0;
  while (!stop.stop_requested()) {
    pollfd wait{.fd = impl_->terminal.master, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, look_again_ms) <= 0) continue;
    char octet = 0;
    if (::read(impl_->terminal.master, &octet, 1) != 1) return;
    const bool print_command = std::exchange(before, octet) == escape && octet == 'P';
    const std::lock_guard lock{impl_->mutex};
    if (print_command && !impl_->mute) impl_->send();
  }
}

}  // namespace lab::sim
