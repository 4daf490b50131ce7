#include "tests/bench/store_restart/cut_wire.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace lab::store_restart {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// One batch of octets; false when the connection has ended.
bool carry_some(int from, int to) {
  std::array<char, 65'536> octets{};
  const ssize_t length = ::recv(from, octets.data(), octets.size(), 0);
  for (ssize_t sent = 0; sent < length;) {
    const ssize_t part = ::send(to, octets.data() + sent, static_cast<std::size_t>(length - sent), MSG_NOSIGNAL);
    if (part <= 0) return false;
    sent += part;
  }
  return length > 0;
}

}  // namespace

CutWire::CutWire(std::uint16_t to) : to_(to) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool listens = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::listen(listener_, 16) == 0 &&
                       ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listens) throw std::runtime_error("no port to listen on");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread{[this](const std::stop_token& stop) { accept_all(stop); }};
}

CutWire::~CutWire() {
  cut();
  acceptor_.request_stop();
  acceptor_.join();
  ::close(listener_);
}

void CutWire::cut() {
  is_cut_ = true;
  const std::lock_guard lock{mutex_};
  for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
}

void CutWire::accept_all(const std::stop_token& stop) {
  constexpr int look_every_ms = 100;
  while (!stop.stop_requested()) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, look_every_ms) <= 0) continue;
    const int here = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (here < 0) continue;
    if (is_cut_) {
      ::close(here);
      continue;
    }
    const std::lock_guard lock{mutex_};
    open_.push_back(here);
    carriers_.emplace_back([this, here] { carry(here); });
  }
}

void CutWire::carry(int here) {
  const int there = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(to_);
  if (::connect(there, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    for (bool goes = true; goes;) {
      std::array<pollfd, 2> both{{{here, POLLIN, 0}, {there, POLLIN, 0}}};
      ::poll(both.data(), both.size(), -1);
      if (both[0].revents != 0) goes = carry_some(here, there);
      if (goes && both[1].revents != 0) goes = carry_some(there, here);
    }
  }
  {
    const std::lock_guard lock{mutex_};
    std::erase(open_, here);
  }
  ::close(here);
  ::close(there);
}

}  // namespace lab::store_restart
