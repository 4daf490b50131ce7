#include "instruments/sim/shaped_line.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "instruments/sim/terminal.hpp"
#include "protocol/base/clock.hpp"

namespace lab::sim {
namespace {

constexpr std::int64_t look_again_ms = 20;  // for the stop request

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int call(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (descriptor >= 0 && ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(descriptor);
    return -1;
  }
  return descriptor;
}

void be_quick(int descriptor) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// What cannot be written is lost: this is a line, nobody waits at its end.
void put(int descriptor, BytesView bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == ENOTSOCK) written = ::write(descriptor, bytes.data(), bytes.size());
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

struct ShapedLine::Impl {
  explicit Impl(const ShapedLineOptions& options)
      : to_host(options.to_host, options.seed),
        to_instrument(options.to_instrument, options.seed ^ 0x9E3779B97F4A7C15) {}
  ~Impl() {
    hang_up();
    if (listening >= 0) ::close(listening);
  }

  [[nodiscard]] bool over_tcp() const { return listening >= 0; }

  void hang_up() {
    if (!over_tcp()) return;
    if (instrument >= 0) ::close(std::exchange(instrument, -1));
    if (host >= 0) ::close(std::exchange(host, -1));
  }

  // The next instrument; one that finds no host behind the line is sent away, as by an unplugged box.
  void accept_next() {
    pollfd wait{.fd = listening, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(look_again_ms)) <= 0) return;
    instrument = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (instrument < 0) return;
    host = call(host_port);
    if (host < 0) return hang_up();
    be_quick(instrument);
    be_quick(host);
    const std::lock_guard lock{mutex};
    to_host.reset();
    to_instrument.reset();
  }

  [[nodiscard]] int wait_ms() const {
    std::int64_t wait = look_again_ms;
    for (const LineShaper* shaper : {&to_host, &to_instrument}) {
      if (const auto wake = shaper->wake_at()) wait = std::min<std::int64_t>(wait, (*wake - monotonic_clock()).count());
    }
    return static_cast<int>(std::max<std::int64_t>(wait, 0));
  }

  // False when that end has gone.
  bool carry_in(int from, short revents, LineShaper& shaper) {
    if ((revents & (POLLIN | POLLHUP | POLLERR)) == 0) return true;
    std::array<char, 4096> octets{};
    const ssize_t size = ::read(from, octets.data(), octets.size());
    if (size <= 0) return !over_tcp();
    const std::lock_guard lock{mutex};
    shaper.push({octets.data(), static_cast<std::size_t>(size)}, monotonic_clock());
    return true;
  }

  void carry_out(int to, LineShaper& shaper) {
    const std::lock_guard lock{mutex};
    put(to, shaper.take(monotonic_clock()));
  }

  // False when the line is to be hung up.
  bool carry() {
    std::array<pollfd, 2> wait{pollfd{.fd = instrument, .events = POLLIN, .revents = 0},
                               pollfd{.fd = host, .events = POLLIN, .revents = 0}};
    ::poll(wait.data(), wait.size(), wait_ms());
    if (!carry_in(instrument, wait[0].revents, to_host) || !carry_in(host, wait[1].revents, to_instrument))
      return false;
    carry_out(host, to_host);
    carry_out(instrument, to_instrument);
    return !to_host.vanished() && !to_instrument.vanished();
  }

  mutable std::mutex mutex;  // guards the shapers against who reads their counts
  LineShaper to_host;
  LineShaper to_instrument;
  int listening = -1;
  std::uint16_t host_port = 0;
  std::uint16_t instrument_port = 0;
  int instrument = -1;
  int host = -1;
  Terminal instrument_terminal;
  Terminal host_terminal;
};

Result<std::unique_ptr<ShapedLine>> ShapedLine::over_tcp(std::uint16_t host_port, ShapedLineOptions options) {
  auto impl = std::make_unique<Impl>(options);
  impl->host_port = host_port;
  impl->listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (impl->listening < 0 || ::bind(impl->listening, any, length) != 0 || ::listen(impl->listening, 4) != 0 ||
      ::getsockname(impl->listening, any, &length) != 0) {
    return fail(ErrorCode::unavailable, "this machine gives no port to listen on");
  }
  impl->instrument_port = ntohs(address.sin_port);
  return std::unique_ptr<ShapedLine>{new ShapedLine{std::move(impl)}};
}

Result<std::unique_ptr<ShapedLine>> ShapedLine::over_terminals(ShapedLineOptions options) {
  auto impl = std::make_unique<Impl>(options);
  for (Terminal* terminal : {&impl->instrument_terminal, &impl->host_terminal}) {
    if (auto opened = terminal->open(); !opened) return fail(std::move(opened));
  }
  impl->instrument = impl->instrument_terminal.master;
  impl->host = impl->host_terminal.master;
  return std::unique_ptr<ShapedLine>{new ShapedLine{std::move(impl)}};
}

ShapedLine::ShapedLine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ShapedLine::~ShapedLine() = default;

std::uint16_t ShapedLine::instrument_port() const { return impl_->instrument_port; }
std::string ShapedLine::instrument_device() const { return impl_->instrument_terminal.path; }
std::string ShapedLine::host_device() const { return impl_->host_terminal.path; }

void ShapedLine::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (impl_->over_tcp() && impl_->instrument < 0) {
      impl_->accept_next();
    } else if (!impl_->carry()) {
      impl_->hang_up();
      const std::lock_guard lock{impl_->mutex};
      impl_->to_host.reset();
      impl_->to_instrument.reset();
    }
  }
}

LineCounts ShapedLine::counts_to_host() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->to_host.counts();
}

LineCounts ShapedLine::counts_to_instrument() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->to_instrument.counts();
}

}  // namespace lab::sim
